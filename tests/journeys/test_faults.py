"""Mail away, disk full: the decision stands, the work is tried three times, then it is an incident until it is done."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select, update

from models.database import transaction
from models.messages import Delivery, Incident, Notice, Topic
from models.settings import settings
from printouts.filing.durable import UNFINISHED
from tests.journeys.college import HEAD, TEACHER, incidents, leave
from tests.journeys.post import PostOffice
from tests.journeys.stack import eventually
from tests.journeys.timeline import ended, eventually_shows, failed, on_record, run_now, suspended

pytestmark = pytest.mark.journey


def mail(number: str, topic: Topic) -> Notice:
    """The notice that goes by mail."""
    mine = (Notice.request_id == on_record(number).id, Notice.channel == "mail", Notice.topic == topic)
    with transaction() as session:
        return session.exec(select(Notice).where(*mine)).one()


def an_hour_later(number: str) -> None:
    """As if these incidents had last failed an hour ago: their pause is over."""
    ids = [each.id for each in incidents(number)]
    with transaction() as session:
        earlier = col(Incident.last_at) - timedelta(hours=1)
        session.execute(update(Incident).where(col(Incident.id).in_(ids)).values(last_at=earlier))


def test_mail_server_is_away_and_comes_back(post_office: PostOffice) -> None:
    with post_office.away():
        number = TEACHER.submit("leave", leave())
        suspended(number)  # untold, but it waits as it should
        work = mail(number, Topic.work)
        assert (work.delivery, work.tries) == (Delivery.failed, 3)
        assert [each.subject for each in incidents(number)] == [f"{number} {work.work_item_id}"]
        assert HEAD.decide(number)["status"] == "approved"
        assert ended(number)["state"]["name"] == "办结"
        assert mail(number, Topic.work).delivery is Delivery.overtaken
        outcome, reading = mail(number, Topic.outcome), mail(number, Topic.reading)
        assert (outcome.delivery, outcome.tries) == (Delivery.failed, 3)
        assert {each.subject for each in incidents(number)} == {f"{number} {each.id}" for each in (outcome, reading)}
    an_hour_later(number)
    eventually(lambda: run_now("催办") and not incidents(number), "the mails are delivered")
    assert mail(number, Topic.outcome).delivery is Delivery.delivered
    told = sorted(subject for _, subject in post_office.letters if number in subject)
    assert told == [f"请假 {number} 办结", f"送阅：请假 {number} 已办结"]


def test_disk_is_full_when_the_sheet_is_filed(home: Path) -> None:
    number = TEACHER.submit("leave", leave())
    suspended(number)
    year = settings().archive / f"{datetime.now(settings().zone).year}"
    kept = year.rename(home / "kept") if year.exists() else None
    year.touch()  # a file where the folder must be: nobody can write there, not even root
    try:
        assert HEAD.decide(number)["status"] == "approved"
        failed(number)
        assert eventually_shows(number, "流程单归档 归档联").count("流程单归档 归档联") == 1
    finally:
        year.unlink()
        if kept:
            kept.rename(year)
    (incident,) = incidents(number)
    assert (incident.what, incident.tries) == ("file_sheet", 1)
    assert TEACHER.read(number)["status"] == "approved"
    assert TEACHER.read(number)["sheets"] == []
    assert not list(home.rglob(f"*{UNFINISHED}"))

    an_hour_later(number)
    run_now("追办")
    assert ended(number)["state"]["name"] == "办结"
    assert len(TEACHER.read(number)["sheets"]) == 1
    assert incidents(number) == []


def test_signing_key_is_away_when_the_sheet_is_filed(home: Path) -> None:
    key = home / "keys" / "trial.p12"
    key.parent.mkdir(exist_ok=True)
    kept = key.rename(home / "kept.p12") if key.exists() else None
    key.write_bytes(b"damaged")
    number = TEACHER.submit("leave", leave())
    suspended(number)
    try:
        assert HEAD.decide(number)["status"] == "approved"
        assert ended(number)["state"]["name"] == "办结"  # not held up
        (incident,) = incidents(number)
        assert (incident.what, incident.subject) == ("sign_sheet", f"{number} archive")
        (sheet,) = TEACHER.read(number)["sheets"]
        assert not sheet["signed"]
        run_now("追办")
        (again,) = incidents(number)
        assert again.tries == incident.tries + 1
        assert f"签名证书文件 {key} 打不开" in again.detail["error"]
    finally:
        key.unlink()
        if kept:
            kept.rename(key)
    run_now("追办")
    assert incidents(number) == []
    (signed,) = TEACHER.read(number)["sheets"]
    assert signed["signed"]
    assert signed["path"] != sheet["path"]
    assert [each["act"] for each in TEACHER.read(number)["journal"]].count("signed") == 1
