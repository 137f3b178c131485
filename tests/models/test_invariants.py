"""Each invariant is broken by someone who may switch the database's guards off, and is found broken by its name."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session

from flows.engine.decide import withdraw
from models.invariants import broken
from models.papers import new_code
from models.record import Request, Status
from models.route import Verdict
from tests.flows import sample
from tests.flows.acting import STAMPED, ask, says
from tests.flows.sample import NOW

LATER = NOW + timedelta(hours=1)


def copies_due(_: Session, request: Request) -> list[str]:
    return [] if request.status is Status.open else ["archive"]


def found(session: Session, request: Request, now: datetime = NOW) -> set[str]:
    """Names of the invariants that do not hold for this request, or for its numbers."""
    session.flush()
    mine = request.number, f"{request.prefix}-{request.year}"
    return {each.invariant for each in broken(session, copies_due, now) if each.subject in mine}


def tamper(session: Session, statement: str, **values: Any) -> None:
    """As a superuser, with triggers and foreign keys off."""
    session.flush()
    session.execute(text("SET LOCAL session_replication_role = replica"))
    session.execute(text(statement), values)
    session.execute(text("SET LOCAL session_replication_role = origin"))


@pytest.fixture
def request_(session: Session) -> Request:
    """A contract to be sealed: agreed by the head, one of three countersigners has spoken. Carried out so far."""
    request = ask(session, sample.seal(category="contract"))
    says(session, sample.HEAD, request)
    says(session, sample.AUDIT, request)
    return carried(session, request)


@pytest.fixture
def finished(session: Session) -> Request:
    """A certificate, stamped; its sheet is filed, all told, carried out."""
    request = ask(session, sample.seal())
    for person in (sample.HEAD, sample.OFFICE_HEAD):
        says(session, person, request)
    says(session, sample.KEEPER, request, fields=STAMPED)
    file(session, request)
    return carried(session, request)


def carried(session: Session, request: Request) -> Request:
    session.flush()
    sent = (
        "UPDATE notice SET delivery = 'delivered', delivered_at = :now WHERE request_id = :id AND delivery = 'sending'"
    )
    session.execute(text(sent), {"now": NOW, "id": request.id})
    request.carried_seq = request.wake_seq
    session.flush()
    return request


def file(session: Session, request: Request, copy: str = "archive") -> None:
    session.flush()
    session.execute(
        text("""INSERT INTO sheet (id, request_id, copy_kind, code, path, sha256, size, pages, filed_at)
                VALUES (gen_random_uuid(), :id, :copy, :code, 'archive/x.pdf', repeat('0', 64), 1, 1, :now)"""),
        {"id": request.id, "copy": copy, "code": new_code(), "now": NOW},
    )


def test_an_open_request_is_sound(session: Session, request_: Request) -> None:
    assert found(session, request_, LATER) == set()


def test_a_finished_request_is_sound(session: Session, finished: Request) -> None:
    assert finished.status is Status.approved
    assert found(session, finished, LATER) == set()


def test_rounds_editions_refusals_and_withdrawals_are_sound(session: Session) -> None:
    for end in (Verdict.agree, Verdict.refuse, None):
        request = ask(session, sample.leave_of(7, substitute=sample.COLLEAGUE))
        says(session, sample.HEAD, request)
        says(session, sample.HR_CLERK, request, Verdict.give_back, to="previous")
        says(session, sample.HEAD, request, Verdict.give_back)
        says(session, sample.TEACHER, request)  # as it was
        says(session, sample.HEAD, request, Verdict.give_back)
        says(session, sample.TEACHER, request, form=sample.leave_of(1).model_dump(mode="json"))
        assert (request.edition, request.round) == (2, 4)
        if end:
            says(session, sample.SECTION_HEAD, request, end)
        else:
            withdraw(session, sample.TEACHER, request.number, "", NOW)
        file(session, request)
        assert found(session, carried(session, request), LATER) == set()
        session.execute(text("DELETE FROM leave_span WHERE request_id = :id"), {"id": request.id})


TAMPERED = {
    "I1": [
        "DELETE FROM decision WHERE request_id = :id AND person = 'T1011'",
        "UPDATE decision SET opinion = '不同意。' WHERE request_id = :id AND person = 'T1011'",
        "UPDATE decision SET verdict = 'refuse' WHERE request_id = :id AND person = 'T1011'",
        "UPDATE decision SET seq = seq + 100 WHERE request_id = :id AND person = 'T1011'",
        "UPDATE decision SET fields = '{\"x\": 1}' WHERE request_id = :id AND person = 'T1011'",
    ],
    "I2": [
        "UPDATE work_item SET state = 'superseded' WHERE request_id = :id AND person = 'T1011'",
        "UPDATE work_item SET state = 'decided', closed_at = now() WHERE request_id = :id AND person = 'T1009'",
    ],
    "I3": ["UPDATE work_item SET state = 'not_needed', closed_at = now() WHERE request_id = :id AND state = 'open'"],
    "I5": [
        'UPDATE journal SET detail = detail || \'{"opinion": "改过"}\' WHERE request_id = :id AND seq = 4',
        "UPDATE journal SET at = at + interval '1 second' WHERE request_id = :id AND seq = 2",
        "UPDATE journal SET actor = 'T1001' WHERE request_id = :id AND seq = 1",
        "DELETE FROM journal WHERE request_id = :id AND seq = 2",
        "DELETE FROM journal WHERE request_id = :id AND seq = (SELECT max(seq) FROM journal WHERE request_id = :id)",
        "DELETE FROM journal WHERE request_id = :id",
        "UPDATE journal SET seq = 900 WHERE request_id = :id AND seq = 2",
        "UPDATE request SET seq = seq + 1 WHERE id = :id",
        "UPDATE request SET head = repeat('0', 64) WHERE id = :id",
    ],
    "I6": [
        "UPDATE notice SET delivery = 'failed', delivered_at = NULL WHERE request_id = :id AND channel = 'mail'",
        "DELETE FROM notice WHERE request_id = :id AND person = 'T1011'",
    ],
    "I7": ["UPDATE request SET carried_seq = 0 WHERE id = :id"],
    "I8": [
        "UPDATE decision SET person = 'T1001' WHERE request_id = :id AND person = 'T1011'",
        "UPDATE decision SET person = 'nobody' WHERE request_id = :id AND person = 'T1011'",
        "UPDATE decision SET decided_at = decided_at - interval '1 day' WHERE request_id = :id AND person = 'T1011'",
        "DELETE FROM work_item WHERE request_id = :id AND person = 'T1011'",
        "UPDATE work_item SET person = 'T1001' WHERE request_id = :id AND state = 'open' AND person = 'T1009'",
    ],
    "I9": [
        "UPDATE work_item SET seat = 'T1001' WHERE request_id = :id AND state = 'open' AND person = 'T1009'",
        "UPDATE work_item SET state = 'not_needed', closed_at = now() WHERE request_id = :id AND person = 'T1009'",
        "UPDATE route_step SET host = 'T1001' WHERE request_id = :id AND position = 1",
        "UPDATE route_step SET countersigners = '[]' WHERE request_id = :id AND position = 2",
        "DELETE FROM route_step WHERE request_id = :id",
        "UPDATE visit SET closed_at = now() WHERE request_id = :id AND closed_at IS NULL",
        "UPDATE request SET position = 3 WHERE id = :id",
        "UPDATE request SET round = 2 WHERE id = :id",
        "UPDATE request SET status = 'approved', finished_at = now() WHERE id = :id",
    ],
    "I10": [
        "UPDATE counter SET last = last + 1 WHERE prefix = 'YY' AND year = 2026",
        "DELETE FROM counter WHERE prefix = 'YY' AND year = 2026",
        "DELETE FROM request WHERE id = :id",
        """UPDATE request SET serial = 999999, number = 'YY-2026-999999' WHERE id = :id""",
    ],
}


@pytest.mark.parametrize(
    ("name", "statement"), [(name, each) for name, statements in TAMPERED.items() for each in statements]
)
def test_tampering_is_found(session: Session, request_: Request, name: str, statement: str) -> None:
    tamper(session, statement, **({"id": request_.id} if ":id" in statement else {}))
    assert name in found(session, request_, LATER)


def test_a_finished_request_without_its_sheet_is_found(session: Session, finished: Request) -> None:
    tamper(session, "DELETE FROM sheet WHERE request_id = :id", id=finished.id)
    assert found(session, finished) == {"I4"}


def test_a_sheet_of_an_open_request_is_found(session: Session, request_: Request) -> None:
    session.execute(text("SET LOCAL session_replication_role = replica"))
    file(session, request_)
    assert found(session, request_) == {"I4"}


def test_a_slip_of_an_open_request_is_sound(session: Session, request_: Request) -> None:
    file(session, request_, "dispatch")
    assert found(session, request_) == set()


@pytest.mark.parametrize("status", ["refused", "withdrawn", "open"])
def test_another_outcome_than_the_routes_is_found(session: Session, finished: Request, status: str) -> None:
    ended = None if status == "open" else NOW
    tamper(
        session,
        "UPDATE request SET status = :status, finished_at = :ended WHERE id = :id",
        id=finished.id,
        status=status,
        ended=ended,
    )
    assert "I9" in found(session, finished)


def test_an_open_item_after_the_outcome_is_found(session: Session, finished: Request) -> None:
    tamper(session, "UPDATE work_item SET state = 'open', closed_at = NULL WHERE request_id = :id", id=finished.id)
    assert {"I2", "I9"} <= found(session, finished)


@pytest.mark.parametrize(("name", "statement"), [(name, TAMPERED[name][0]) for name in ("I3", "I6", "I7")])
def test_what_is_told_to_the_administrator_is_not_stuck(
    session: Session, request_: Request, name: str, statement: str
) -> None:
    tamper(session, statement, id=request_.id)
    session.execute(
        text("""INSERT INTO incident (id, subject, request_id, what, detail, tries, since, last_at)
                SELECT gen_random_uuid(), :number || ' ' || id, :id, 'deliver', '{}', 3, :now, :now
                FROM work_item WHERE request_id = :id"""),
        {"number": request_.number, "id": request_.id, "now": NOW},
    )
    assert name not in found(session, request_, LATER)


def test_what_is_only_just_asked_is_not_late(session: Session) -> None:
    request = ask(session, sample.vehicle())
    assert found(session, request, NOW + timedelta(minutes=5)) == set()
    assert found(session, request, LATER) == {"I6", "I7"}
