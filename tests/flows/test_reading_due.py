"""已阅知 by its day: readers are reminded on the last day, the sender is told after it, each once.

A trip is circulated on Friday 20 November 2026 to two people, who are to confirm by the 24th.
"""

from datetime import datetime

import pytest
from sqlmodel import Session, col, select

from flows.engine.acts.act import Doing, Nothing
from flows.engine.acts.circulating import Circulated, circulate, understood
from flows.engine.reading_due import OVERDUE, REMINDED, remind_readers
from models.database import transaction
from models.messages import Notice, Topic
from models.record import JournalEntry, Request
from tests.flows import sample
from tests.flows.acting import ask
from tests.flows.sample import NOW, ZONE

MORNING, EARLIER = datetime(2026, 11, 24, 8, tzinfo=ZONE), datetime(2026, 11, 24, 7, 59, tzinfo=ZONE)
AFTER = datetime(2026, 11, 25, 0, 0, tzinfo=ZONE)
READERS = (sample.COLLEAGUE, sample.HR_CLERK)


@pytest.fixture
def number(database: str) -> str:  # noqa: ARG001  (it must be there first)
    body = Circulated.model_validate({"people": READERS, "asks_understood": True, "due": "2026-11-24"})
    with transaction() as session:
        trip = ask(session, sample.vehicle())
        circulate(doing(session, sample.TEACHER, trip), body)
        return trip.number


def doing(session: Session, account: str, request: Request) -> Doing:
    return Doing(session, account, administrator=False, request=request, item=None, now=NOW)


def confirm(number: str, *people: str) -> None:
    for each in people:
        with transaction() as session:
            request = session.exec(select(Request).where(Request.number == number)).one()
            understood(doing(session, each, request), Nothing())


def reminded(number: str, now: datetime) -> list[str]:
    """What the journal says of it, once the reminders of this moment were given."""
    remind_readers(now)
    with transaction() as session:
        found = select(JournalEntry.act).join(Request, col(Request.id) == JournalEntry.request_id)
        mine = found.where(Request.number == number, col(JournalEntry.act).like("reading_%"))
        return list(session.exec(mine.order_by(col(JournalEntry.seq))))


def told(number: str, topic: Topic) -> dict[str, str]:
    """What people were told in their account, by person."""
    with transaction() as session:
        found = select(Notice).join(Request, col(Request.id) == Notice.request_id)
        found = found.where(Request.number == number, Notice.channel == "inapp", Notice.topic == topic)
        return {each.person: each.title for each in session.exec(found)}


def test_who_has_not_confirmed_is_reminded_on_the_last_day_once(number: str) -> None:
    confirm(number, READERS[0])
    assert reminded(number, EARLIER) == []
    assert reminded(number, MORNING) == reminded(number, MORNING) == [REMINDED]
    assert told(number, Topic.reminder) == {READERS[1]: f"催办：用车 {number} 请在今天之内确认已阅知"}


def test_the_sender_is_told_after_the_day_who_has_not(number: str) -> None:
    reminded(number, MORNING)
    confirm(number, READERS[0])
    assert reminded(number, AFTER) == reminded(number, AFTER) == [REMINDED, OVERDUE]
    assert told(number, Topic.told)[sample.TEACHER] == f"用车 {number} 的送阅已过期限，1 人未确认已阅知：萧勇海"


def test_nobody_is_reminded_of_what_everybody_has_confirmed(number: str) -> None:
    confirm(number, *READERS)
    assert reminded(number, MORNING) == reminded(number, AFTER) == []


def test_after_a_night_out_of_order_only_the_sender_is_told(number: str) -> None:
    assert reminded(number, AFTER) == [OVERDUE]
    assert told(number, Topic.reminder) == {}
