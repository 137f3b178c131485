"""The reminder ladder on the real record; and advice that does not come in time.

A request handed in on Friday 20 November 2026 at 09:00 is reminded of at 15:00 (4 working hours), by SMS on Monday at
10:00 (8), by telephone at 16:00 (12); a deputy head is told on Tuesday at 11:00 (16), the vice-president on Wednesday
at 12:00 (24), the Office on Friday at 16:00 (40).
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlmodel import col, select, update

from flows.engine.acts.handing_on import transfer
from flows.engine.climbing import Reminded, climb
from flows.engine.decide import withdraw
from flows.engine.redelivery import due_again
from flows.engine.reminders import close_lapsed
from models.database import transaction
from models.messages import Delivery, Incident, Notice, Reminder, Topic
from models.record import Decision, JournalEntry, Request, WorkItem
from models.route import Verdict
from tests.flows import sample
from tests.flows.acting import ask, open_items, says
from tests.flows.sample import NOW, ZONE

MESSAGE_AT = datetime(2026, 11, 20, 15, tzinfo=ZONE)
DING_AT = datetime(2026, 11, 23, 10, tzinfo=ZONE)
PHONE_AT = datetime(2026, 11, 23, 16, tzinfo=ZONE)
OVER_AT = DEPUTY_AT = datetime(2026, 11, 24, 11, tzinfo=ZONE)  # 16 working hours
SUPERIOR_AT = datetime(2026, 11, 25, 12, tzinfo=ZONE)
OFFICE_AT = datetime(2026, 11, 27, 16, tzinfo=ZONE)
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
    whole = [MESSAGE_AT, DING_AT, PHONE_AT, DEPUTY_AT, SUPERIOR_AT, OFFICE_AT]
    assert [climbed(at - MOMENT) + climbed(at) for at in whole] == [
        [("杨霞雨", 1)],
        [("杨霞雨", 2)],
        [("杨霞雨", 3)],
        [("曹晨英", 4)],
        [("赵建敏", 5)],
        [("杨欣静", 6)],
    ]
    assert climbed(OFFICE_AT + timedelta(days=99)) == []  # there is no rung above
    assert notices(trip) == [
        (sample.HEAD, 1, "inapp", False),
        (sample.HEAD, 1, "mail", False),
        (sample.HEAD, 2, "sms", True),
        (sample.HEAD, 3, "phone", True),
    ]
    assert [each for each in notices(trip, Topic.told) if each[2] == "mail"] == [
        (sample.TEACHING_VICE, 5, "mail", False),
        (sample.OFFICE_HEAD, 6, "mail", False),
        (sample.DEPUTY, 4, "mail", False),
    ]


def test_those_above_are_told_whose_item_waits_and_the_holder_keeps_it(trip: UUID) -> None:
    for at in (MESSAGE_AT, DING_AT, PHONE_AT, DEPUTY_AT):
        climb(at)
    with transaction() as session:
        request = session.get_one(Request, trip)
        told = session.exec(select(Notice.title).where(Notice.request_id == trip, Notice.person == sample.DEPUTY)).all()
        assert set(told) == {f"催办：杨霞雨 的待办 用车 {request.number} 已等 16 个工时未办"}
        assert [*open_items(session, request)] == [sample.HEAD]


def test_whoever_was_told_has_not_processed_what_the_holder_then_does(trip: UUID) -> None:
    for at in (MESSAGE_AT, DING_AT, PHONE_AT, DEPUTY_AT):
        climb(at)
    decided(trip, sample.HEAD, now=DEPUTY_AT)
    with transaction() as session:
        rows = session.exec(select(Notice).where(Notice.request_id == trip, Notice.person == sample.DEPUTY)).all()
    assert {(each.channel, each.processed_by, each.delivery) for each in rows} == {
        ("inapp", None, "delivered"),
        ("mail", None, "overtaken"),  # it was not sent yet, and need not be
    }


def test_where_there_is_no_deputy_the_rung_is_passed_and_noted() -> None:
    """审计处 has none."""
    with transaction() as session:
        trip = ask(session, sample.vehicle(), sample.AUDITOR).id
    assert [climbed(at) for at in (MESSAGE_AT, DING_AT, PHONE_AT)] == [[("张军英", rung)] for rung in (1, 2, 3)]
    assert climbed(DEPUTY_AT) == [("", 4)]
    assert reminders(trip) == [(sample.AUDIT, 5, SUPERIOR_AT)]
    with transaction() as session:
        mine = select(JournalEntry).where(JournalEntry.request_id == trip).order_by(col(JournalEntry.seq))
        entry = session.exec(mine).all()[-1]
    assert (entry.act, entry.detail["whom"], entry.detail["told"]) == ("reminded", "deputy", None)


@contextmanager
def leaders_away() -> Iterator[None]:
    """Neither a vice-president nor president nor secretary is there."""
    away = text("UPDATE person SET state = :state WHERE department = '校领导'")
    with transaction() as session:
        session.execute(away, {"state": "离岗"})
    yield
    with transaction() as session:
        session.execute(away, {"state": "在岗"})


def incidents(request_id: UUID) -> list[tuple[str, str]]:
    """What is open, and what the administrator is told."""
    with transaction() as session:
        rows = session.exec(
            select(Incident).where(Incident.request_id == request_id, col(Incident.closed_at).is_(None))
        )
        return [(each.what, each.detail["error"]) for each in rows]


def test_where_nobody_is_above_the_administrator_is_told_and_the_others_are_reminded(trip: UUID) -> None:
    for at in (MESSAGE_AT, DING_AT, PHONE_AT, DEPUTY_AT):
        climb(at)
    with transaction() as session:
        other = ask(session, sample.vehicle(), now=DEPUTY_AT)
    with leaders_away():
        assert sorted(climbed(SUPERIOR_AT)) == [("", 5), ("杨霞雨", 1)]
    told = "杨霞雨 的待办已等 24 个工时，上级及以上均空缺或不在岗，无人可告知"
    assert incidents(trip) == [("remind", told)]
    assert incidents(other.id) == []
    assert ("杨欣静", 6) in climbed(OFFICE_AT)  # the ladder goes on
    decided(trip, sample.HEAD, now=OFFICE_AT)
    climb(OFFICE_AT)
    assert incidents(trip) == []


def test_an_item_that_stays_with_someone_away_is_told_until_they_are_back_or_it_is_with_another() -> None:
    with transaction() as session:
        trips = [ask(session, sample.vehicle(scope="out_of_city")).id for _ in range(2)]
    with leaders_away():
        for each in trips:
            decided(each, sample.HEAD)
        assert [[what for what, _ in incidents(each)] for each in trips] == [["nobody_there"]] * 2
        climb(NOW)
        assert len(incidents(trips[0])) == 1
        with transaction() as session:
            (item,) = open_items(session, session.get_one(Request, trips[0])).values()
            transfer(session, item.person, item.id, sample.COLLEAGUE, "", NOW)
        climb(NOW)
        assert [len(incidents(each)) for each in trips] == [0, 1]
    climb(NOW)
    assert incidents(trips[1]) == []


def test_a_loud_rung_waits_until_the_morning_and_a_message_does_not(trip: UUID) -> None:
    night, morning = datetime(2026, 11, 23, 22, tzinfo=ZONE), datetime(2026, 11, 24, 7, 30, tzinfo=ZONE)
    assert climbed(night) == [("杨霞雨", 1)]
    assert climbed(night) == []
    assert reminders(trip) == [(sample.HEAD, 2, morning)]
    assert climbed(morning - MOMENT) == []
    assert climbed(morning) == [("杨霞雨", 2)]


def test_a_loud_notice_that_failed_is_not_tried_again_in_the_night(trip: UUID) -> None:
    climb(MESSAGE_AT)
    climb(DING_AT)
    with transaction() as session:
        failed = update(Notice).where(col(Notice.request_id) == trip, col(Notice.channel).in_(["sms", "mail"]))
        session.execute(failed.values(delivery=Delivery.failed))

    def again(now: datetime) -> set[str]:
        keys = [each.notice for each in due_again(now) if each.request_id == trip]
        with transaction() as session:
            return {session.get_one(Notice, key).channel for key in keys}

    assert again(datetime(2026, 11, 23, 21, tzinfo=ZONE)) == {"mail"}
    assert again(datetime(2026, 11, 24, 7, 30, tzinfo=ZONE)) == {"mail", "sms"}


def test_a_rung_that_a_newer_version_of_the_rules_does_not_have_is_forgotten(trip: UUID) -> None:
    with transaction() as session:
        session.execute(update(Reminder).values(rung=99))
    assert climbed(OFFICE_AT) == []
    assert reminders(trip) == []


def test_a_run_that_comes_late_climbs_one_rung_and_the_next_minute_the_next(trip: UUID) -> None:
    assert climbed(OVER_AT) == [("杨霞雨", 1)]
    assert reminders(trip) == [(sample.HEAD, 2, DING_AT)]
    assert climbed(OVER_AT) == [("杨霞雨", 2)]


def test_a_reminder_is_in_the_journal(trip: UUID) -> None:
    climb(MESSAGE_AT)
    with transaction() as session:
        entries = session.exec(select(JournalEntry).where(JournalEntry.request_id == trip))
        details = [each.detail for each in entries if each.act == "reminded"]
    assert details == [{"person": sample.HEAD, "rung": 1, "ding": False, "whom": "holder", "told": sample.HEAD}]


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
