"""The reminder ladder on the real record: 4 working hours a message, 8 a DING; and advice that does not come in time.

A request handed in on Friday 20 November 2026 at 09:00 is reminded of at 15:00, and dinged on Monday at 10:00.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlmodel import select

from flows.engine.decide import withdraw
from flows.engine.reminders import Reminded, climb, close_lapsed
from models.database import transaction
from models.messages import Notice, Reminder, Topic
from models.record import Decision, JournalEntry, Request, WorkItem
from models.route import Verdict
from tests.flows import sample
from tests.flows.acting import ask, open_items, says
from tests.flows.sample import NOW, ZONE

MESSAGE_AT = datetime(2026, 11, 20, 15, tzinfo=ZONE)
DING_AT = datetime(2026, 11, 23, 10, tzinfo=ZONE)
OVER_AT = datetime(2026, 11, 24, 11, tzinfo=ZONE)  # 16 working hours
MOMENT = timedelta(microseconds=1)


@pytest.fixture(autouse=True)
def _no_other_reminders(database: str) -> Iterator[None]:  # noqa: ARG001  (it must be there first)
    with transaction() as session:
        session.execute(text("DELETE FROM reminder"))
    yield
    with transaction() as session:
        session.execute(text("DELETE FROM reminder"))


@pytest.fixture
def trip() -> UUID:
    """A city trip that waits for the department head."""
    with transaction() as session:
        return ask(session, sample.vehicle()).id


def decided(request_id: UUID, person: str, verdict: Verdict = Verdict.agree, now: datetime = NOW) -> None:
    with transaction() as session:
        says(session, person, session.get_one(Request, request_id), verdict, now)


def reminders(request_id: UUID) -> list[tuple[str, int, datetime]]:
    """Who will be reminded next: person, rung, when."""
    with transaction() as session:
        rows = session.exec(
            select(WorkItem.person, Reminder.rung, Reminder.due_at)
            .join(Reminder, Reminder.work_item_id == WorkItem.id)  # type: ignore[arg-type]  # a column
            .where(WorkItem.request_id == request_id)
            .order_by(WorkItem.person)
        )
        return list(rows)


def notices(request_id: UUID, topic: Topic = Topic.reminder) -> list[tuple[str, int, str, bool]]:
    """Person, rung, channel and whether it is a DING."""
    with transaction() as session:
        rows = session.exec(select(Notice).where(Notice.request_id == request_id, Notice.topic == topic))
        return sorted((each.person, each.rung, each.channel, each.ding) for each in rows)


def climbed(now: datetime) -> list[tuple[str, int]]:
    return [(each.name, each.rung) for each in climb(now)]


def test_each_rung_is_climbed_at_its_working_hour(trip: UUID) -> None:
    assert climbed(MESSAGE_AT - MOMENT) == []
    assert climbed(MESSAGE_AT) == [("杨霞雨", 1)]
    assert climbed(DING_AT - MOMENT) == []
    assert climbed(DING_AT) == [("杨霞雨", 2)]
    assert climbed(DING_AT + timedelta(days=99)) == []  # there is no third rung
    assert notices(trip) == [
        (sample.HEAD, 1, "inapp", False),
        (sample.HEAD, 1, "outbox", False),
        (sample.HEAD, 2, "outbox", True),
    ]


def test_a_run_that_comes_late_climbs_one_rung_and_the_next_minute_the_next(trip: UUID) -> None:
    assert climbed(OVER_AT) == [("杨霞雨", 1)]
    assert reminders(trip) == [(sample.HEAD, 2, DING_AT)]
    assert climbed(OVER_AT) == [("杨霞雨", 2)]


def test_a_reminder_is_in_the_journal(trip: UUID) -> None:
    climb(MESSAGE_AT)
    with transaction() as session:
        entries = session.exec(select(JournalEntry).where(JournalEntry.request_id == trip))
        details = [each.detail for each in entries if each.act == "reminded"]
    assert details == [{"person": sample.HEAD, "rung": 1, "ding": False}]


def test_the_decision_stops_it_and_the_next_one_is_reminded_from_then_on(trip: UUID) -> None:
    climb(MESSAGE_AT)
    decided(trip, sample.HEAD, now=MESSAGE_AT)
    assert reminders(trip) == [(sample.DISPATCHER, 1, datetime(2026, 11, 23, 10, tzinfo=ZONE))]
    assert climbed(DING_AT) == [("郭怡", 1)]


def test_a_withdrawal_stops_it(trip: UUID) -> None:
    with transaction() as session:
        withdraw(session, sample.TEACHER, session.get_one(Request, trip).number, "", NOW)
    assert reminders(trip) == []
    assert climb(OVER_AT) == []


def test_the_clock_stands_still_while_the_initiator_has_it_and_starts_anew_in_each_round(trip: UUID) -> None:
    climb(MESSAGE_AT)
    decided(trip, sample.HEAD, Verdict.give_back, MESSAGE_AT)
    assert reminders(trip) == []
    assert climb(OVER_AT) == []
    decided(trip, sample.TEACHER, now=OVER_AT)
    assert reminders(trip) == [(sample.HEAD, 1, datetime(2026, 11, 24, 17, tzinfo=ZONE))]


def test_everyone_who_is_asked_is_reminded() -> None:
    with transaction() as session:
        request = ask(session, sample.seal(category="contract"))
        says(session, sample.HEAD, request)
        says(session, sample.AUDIT, request)
    assert [name for name, *_ in reminders(request.id)] == [sample.FINANCE, sample.LEGAL]
    assert sorted(climbed(MESSAGE_AT)) == [("冯桐", 1), ("曾远", 1)]


def test_two_runs_at_once_remind_once() -> None:
    """20 times."""
    start = Barrier(2)

    def run(now: datetime) -> list[Reminded]:
        start.wait()
        return climb(now)

    with ThreadPoolExecutor(2) as threads:
        for _ in range(20):
            with transaction() as session:
                request = ask(session, sample.vehicle())
            one, other = threads.map(run, [MESSAGE_AT] * 2)
            assert [each.request_id for each in (*one, *other)] == [request.id]
            assert [rung for _, rung, *_ in notices(request.id)] == [1, 1]  # in-app and mail
            decided(request.id, sample.HEAD, Verdict.refuse)


@pytest.fixture
def advice() -> UUID:
    """A contract whose countersigners are only asked for advice; one of three has given it."""
    with transaction() as session:
        request = ask(session, sample.seal(category="contract"))
        session.execute(
            text("UPDATE route_step SET rule = 'advisory' WHERE request_id = :id AND position = 2"), {"id": request.id}
        )
        says(session, sample.HEAD, request)
        says(session, sample.AUDIT, request, Verdict.refuse)
        return request.id


def test_advice_that_does_not_come_in_time_is_closed_as_such(advice: UUID) -> None:
    assert close_lapsed(OVER_AT - MOMENT) == 0
    assert close_lapsed(OVER_AT) == 2
    assert close_lapsed(OVER_AT) == 0
    with transaction() as session:
        decisions = session.exec(select(Decision).where(Decision.request_id == advice)).all()
        verdicts = {each.person: each.verdict for each in decisions if each.person != sample.HEAD}
        assert verdicts == {sample.AUDIT: "refuse", sample.FINANCE: "lapse", sample.LEGAL: "lapse"}
        assert [*open_items(session, session.get_one(Request, advice))] == [sample.TEACHING_VICE]


def test_nobody_is_named_as_having_closed_it(advice: UUID) -> None:
    close_lapsed(OVER_AT)
    with transaction() as session:
        entries = session.exec(select(JournalEntry).where(JournalEntry.request_id == advice))
        lapsed = [each for each in entries if each.detail.get("verdict") == "lapse"]
    assert {(each.actor, each.detail["person"]) for each in lapsed} == {(None, sample.FINANCE), (None, sample.LEGAL)}


def test_where_all_must_sign_nothing_ever_lapses() -> None:
    with transaction() as session:
        request = ask(session, sample.seal(category="contract"))
        says(session, sample.HEAD, request)
    assert close_lapsed(OVER_AT + timedelta(days=99)) == 0
    with transaction() as session:
        assert len(open_items(session, session.get_one(Request, request.id))) == 3
