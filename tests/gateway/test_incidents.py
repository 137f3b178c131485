"""The main administrator's page of incidents: what is open, what to do, and closing by hand."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlmodel import Session, col, select

from models.access import SecurityEvent
from models.database import engine, transaction
from models.messages import Incident
from tests.gateway.browser import Browser
from tests.gateway.office import ADMINISTRATOR, STRANGER

ADDRESS = "/admin/incidents"


def happened(what: str = "missing_glyphs") -> Incident:
    now = datetime.now(UTC)
    incident = Incident(
        subject=f"QJ-2026-{uuid4().hex[:6]}",
        what=what,
        detail={"error": "没有这个字：U+1FAC6 <b>"},
        tries=3,
        since=now,
        last_at=now,
    )
    with transaction() as session:
        session.add(incident)
    return incident


def closing(incident: UUID) -> str:
    return f"{ADDRESS}/{incident}/close"


def test_an_incident_is_listed_with_its_reason_and_what_to_do() -> None:
    incident = happened()
    page = Browser(ADMINISTRATOR).open(ADDRESS)
    assert all(
        told in page.text for told in (incident.subject, "流程单缺字", "没有这个字：U+1FAC6 <b>", "安装有这些字的字体")
    )


def test_what_needs_nothing_more_is_closed_and_the_log_says_by_whom() -> None:
    incident, administrator = happened(), Browser(ADMINISTRATOR)
    form = administrator.open(ADDRESS).form(closing(incident.id))
    assert incident.subject not in administrator.fill_in(form).text
    with Session(engine()) as session:
        assert session.get_one(Incident, incident.id).closed_at
        latest = (
            select(SecurityEvent).where(SecurityEvent.what == "incident_closed").order_by(col(SecurityEvent.no).desc())
        )
        event = session.exec(latest).first()
    assert event is not None
    assert (event.account, event.detail["subject"]) == (ADMINISTRATOR.account, incident.subject)


def test_closing_again_says_since_when_it_is_closed() -> None:
    incident, administrator = happened(), Browser(ADMINISTRATOR)
    form = administrator.open(ADDRESS).form(closing(incident.id))
    administrator.fill_in(form)
    again = administrator.fill_in(form)
    assert again.status == 409
    assert f"{incident.subject}（流程单缺字）已于" in again.text


def test_nobody_else_closes_anything() -> None:
    incident, stranger = happened("deliver"), Browser(STRANGER)
    form = Browser(ADMINISTRATOR).open(ADDRESS).form(closing(incident.id))
    form.values["csrf"] = stranger.csrf
    assert stranger.fill_in(form).status == 404
    with Session(engine()) as session:
        assert session.get_one(Incident, incident.id).closed_at is None
