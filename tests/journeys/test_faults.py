"""Mail away, disk full: the decision stands, the work is tried three times, then it is an incident until it is done."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import Message
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as Letterbox
from sqlmodel import col, select, update

from models.database import transaction
from models.messages import Delivery, Incident, Notice, Topic
from models.settings import settings
from printouts.durable import UNFINISHED
from tests.journeys.college import HEAD, TEACHER, incidents, leave
from tests.journeys.stack import Stack, eventually, free_port
from tests.journeys.timeline import ended, failed, on_record, run_now, suspended, tasks

pytestmark = pytest.mark.journey


class Letters(Letterbox):
    """What the mail server has accepted."""

    def __init__(self) -> None:
        super().__init__()
        self.subjects: list[str] = []

    def handle_message(self, message: Message) -> None:
        self.subjects.append(str(message["Subject"]))


@pytest.fixture
def mail_port(stack: Stack) -> Iterator[int]:
    """Gateway and worker send mail to this port, where nobody answers yet."""
    port = free_port()
    with stack.running_with(OA_SMTP_HOST="127.0.0.1", OA_SMTP_PORT=str(port)):
        yield port


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


def test_mail_server_is_away_and_comes_back(mail_port: int) -> None:
    number = TEACHER.submit("leave", leave())
    suspended(number)  # untold, but it waits as it should
    work = mail(number, Topic.work)
    assert (work.delivery, work.tries) == (Delivery.failed, 3)
    assert [(each.what, each.subject) for each in incidents(number)] == [("deliver", f"{number} {work.work_item_id}")]
    assert HEAD.decide(number)["status"] == "approved"
    assert ended(number)["state"]["name"] == "办结"
    assert mail(number, Topic.work).delivery is Delivery.overtaken
    outcome, reading = mail(number, Topic.outcome), mail(number, Topic.reading)
    assert (outcome.delivery, outcome.tries) == (Delivery.failed, 3)
    assert {each.subject for each in incidents(number)} == {f"{number} {each.id}" for each in (outcome, reading)}

    letters = Letters()
    server = Controller(letters, hostname="127.0.0.1", port=mail_port)
    server.start()
    try:
        an_hour_later(number)
        eventually(lambda: run_now("催办") and not incidents(number), "the mail is delivered")
    finally:
        server.stop()
    assert mail(number, Topic.outcome).delivery is Delivery.delivered
    assert sorted(letters.subjects) == [f"请假 {number} 办结", f"送阅：请假 {number} 已办结"]


def test_disk_is_full_when_the_sheet_is_filed(home: Path) -> None:
    number = TEACHER.submit("leave", leave())
    suspended(number)
    year = settings().archive / f"{datetime.now(settings().zone).year}"
    kept = year.rename(home / "kept") if year.exists() else None
    year.touch()  # a file where the folder must be: nobody can write there, not even root
    try:
        assert HEAD.decide(number)["status"] == "approved"
        failed(number)
        assert tasks(number).count("流程单归档 归档联") == 1
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
