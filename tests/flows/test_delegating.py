"""代理: who may open a delegation and what is refused; open items go to the delegate, and come home when it is over.

The department head (T1021) is acted for by the section head (T1042) or the secretary (T1050).
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session, col, delete, select

from flows.engine.acting_for import begin_due, end_due
from flows.engine.acts.handing_on import transfer
from flows.engine.acts.revoking import ask_to_revoke
from flows.engine.delegating import end_delegation, open_delegation
from models.database import transaction
from models.delegating import Acting
from models.delegations import Delegation
from models.ledgers import LeaveSpan
from models.messages import Reminder
from models.organisation import Person, StaffState
from models.record import JournalEntry, Request, Status, WorkItem
from models.refusals import Invalid, NotAllowed, NotYours, TooLate
from models.route import Verdict
from tests.flows import sample
from tests.flows.acting import ask, open_items, says
from tests.flows.sample import COLLEAGUE, HEAD, NOW, SECRETARY, SECTION_HEAD, TEACHER

DAY = timedelta(days=1)
LATER, OVER = NOW + timedelta(hours=3), NOW + 2 * DAY
ADMINISTRATOR = "T1031"


@pytest.fixture(autouse=True)
def _as_if_nothing_had_been(database: str) -> Iterator[None]:  # noqa: ARG001  (it must be there first)
    """Afterwards everything has come home, and the days of the leaves are free again."""
    with transaction() as session:
        before = session.exec(select(LeaveSpan.request_id)).all()
    yield
    end_due(NOW + 9999 * DAY)
    with transaction() as session:
        session.execute(delete(LeaveSpan).where(col(LeaveSpan.request_id).not_in(before)))


def acting(principal: str = HEAD, delegate: str = SECTION_HEAD, *kinds: str, **changes: Any) -> Acting:
    """For two days from now on, for all kinds unless some are named."""
    period = {"starts_at": NOW, "ends_at": OVER} | changes
    return Acting(principal, delegate, frozenset(kinds) or None, **period)


def opened(*people: str, by: str | None = None, now: datetime = NOW, **changes: Any) -> UUID:
    asked = acting(*people, **changes)
    with transaction() as session:
        return open_delegation(session, by or asked.principal, asked, now).id


def at_head(form: Any = None, now: datetime = NOW) -> UUID:
    """A request that waits for the department head."""
    with transaction() as session:
        return ask(session, form or sample.vehicle(), now=now).id


def holders(request_id: UUID) -> dict[str, str | None]:
    """Who holds the open items, and for whom."""
    with transaction() as session:
        items = open_items(session, session.get_one(Request, request_id))
        return {person: item.acting_for for person, item in items.items()}


def journal(request_id: UUID) -> list[tuple[str, str | None, str | None]]:
    """What was handed on, from whom, to whom."""
    with transaction() as session:
        mine = select(JournalEntry).where(JournalEntry.request_id == request_id).order_by(col(JournalEntry.seq))
        entries = session.exec(mine)
        moved = [each for each in entries if each.act in ("delegated", "came_home")]
        return [(each.act, each.detail["person"], each.detail["to"]) for each in moved]


def faults(session: Session, asked: Acting, now: datetime = NOW) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        open_delegation(session, asked.principal, asked, now)
    assert all(told in refused.value.message for told in refused.value.detail["fields"].values())
    return dict(refused.value.detail["fields"])


def test_only_oneself_or_the_administrator_opens_it(session: Session) -> None:
    with pytest.raises(NotAllowed):
        open_delegation(session, SECTION_HEAD, acting(), NOW)
    made = open_delegation(session, ADMINISTRATOR, acting(), NOW, administrator=True)
    assert (made.principal, made.opened_by) == (HEAD, ADMINISTRATOR)


@pytest.mark.parametrize(
    ("asked", "field", "word"),
    [
        (acting(HEAD, HEAD), "delegate", "自己"),
        (acting(HEAD, sample.ABSENT), "delegate", "在岗"),
        (acting(HEAD, "T9999"), "delegate", "在岗"),
        (acting("T9999", HEAD), "principal", "没有此人"),
        (acting(sample.RETIRED, HEAD), "principal", "没有此人"),
        (acting(HEAD, SECRETARY, "leave", "marriage"), "kinds", "leave（请假）"),
        (Acting(HEAD, SECRETARY, frozenset(), NOW, OVER), "kinds", "leave（请假）"),
        (acting(ends_at=NOW), "ends_at", "晚于开始"),
        (acting(starts_at=NOW - 2 * DAY, ends_at=NOW - DAY), "ends_at", "已经过去"),
        (acting(ends_at=NOW + 367 * DAY), "ends_at", "366 天"),
    ],
)
def test_what_cannot_be_is_refused_by_field(session: Session, asked: Acting, field: str, word: str) -> None:
    assert word in faults(session, asked)[field]


def test_a_second_delegate_at_the_same_time_is_refused_and_the_first_named(session: Session) -> None:
    open_delegation(session, HEAD, acting(HEAD, SECTION_HEAD, "leave"), NOW)
    told = faults(session, acting(HEAD, SECRETARY, "leave", "seal", starts_at=LATER))
    assert "高涛伟（T1042）" in told["starts_at"]
    open_delegation(session, HEAD, acting(HEAD, SECRETARY, "seal"), NOW)  # for another kind
    open_delegation(session, HEAD, acting(HEAD, SECRETARY, starts_at=OVER, ends_at=OVER + DAY), NOW)  # afterwards


def test_a_loop_is_refused_and_named(session: Session) -> None:
    open_delegation(session, HEAD, acting(HEAD, SECTION_HEAD), NOW)
    open_delegation(session, SECTION_HEAD, acting(SECTION_HEAD, SECRETARY), NOW)
    told = faults(session, acting(SECRETARY, HEAD, starts_at=LATER))["delegate"]
    assert "胡娟（T1050） → 杨霞雨（T1021） → 高涛伟（T1042） → 胡娟（T1050）" in told


def test_a_loop_of_two_is_refused_and_one_that_has_ended_closes_none(session: Session) -> None:
    first = open_delegation(session, HEAD, acting(), NOW)
    assert faults(session, acting(SECTION_HEAD, HEAD))["delegate"].count("→") == 2
    end_delegation(session, HEAD, first.id, LATER)
    open_delegation(session, SECTION_HEAD, acting(SECTION_HEAD, HEAD), LATER)


def test_two_at_once_that_would_close_a_loop_one_wins() -> None:
    """10 times."""
    start = Barrier(2)

    def open_one(people: tuple[str, str]) -> UUID | None:
        start.wait()
        try:
            return opened(*people)
        except Invalid:
            return None

    with ThreadPoolExecutor(2) as threads:
        for _ in range(10):
            (won,) = filter(None, threads.map(open_one, [(HEAD, SECRETARY), (SECRETARY, HEAD)]))
            with transaction() as session:
                end_delegation(session, ADMINISTRATOR, won, NOW, administrator=True)


def test_open_items_go_to_the_delegate_and_come_home_when_it_ends() -> None:
    request = at_head()
    opened()
    assert begin_due(NOW) > 0
    assert holders(request) == {SECTION_HEAD: HEAD}
    assert (begin_due(NOW), end_due(OVER - DAY)) == (0, 0)
    assert end_due(OVER) > 0
    assert holders(request) == {HEAD: None}
    assert end_due(OVER) == 0
    assert journal(request) == [("delegated", HEAD, SECTION_HEAD), ("came_home", SECTION_HEAD, HEAD)]


def test_times_are_kept() -> None:
    made = opened(starts_at=LATER)
    begin_due(NOW)
    with transaction() as session:
        assert session.get_one(Delegation, made).begun_at is None
    begin_due(LATER)
    end_due(OVER)
    with transaction() as session:
        delegation = session.get_one(Delegation, made)
        assert (delegation.begun_at, delegation.ended_at) == (LATER, OVER)


def test_new_items_go_to_the_delegate_at_once_and_come_home_too() -> None:
    opened()
    request = at_head(now=LATER)
    assert holders(request) == {SECTION_HEAD: HEAD}
    end_due(OVER)
    assert holders(request) == {HEAD: None}


def test_only_the_kinds_that_were_named_go_and_come() -> None:
    trip, leave = at_head(), at_head(sample.leave_of(2))
    opened(HEAD, SECTION_HEAD, "leave")
    opened(HEAD, SECRETARY, "vehicle", ends_at=OVER + DAY)
    begin_due(NOW)
    assert (holders(trip), holders(leave)) == ({SECRETARY: HEAD}, {SECTION_HEAD: HEAD})
    end_due(OVER)
    assert (holders(trip), holders(leave)) == ({SECRETARY: HEAD}, {HEAD: None})


def test_the_delegate_decides_in_the_name_of_both() -> None:
    request = at_head()
    opened()
    begin_due(NOW)
    with transaction() as session:
        says(session, SECTION_HEAD, session.get_one(Request, request), now=LATER)
        entries = session.exec(select(JournalEntry).where(JournalEntry.request_id == request)).all()
        (said,) = (each for each in entries if each.act == "decided")
    assert (said.actor, said.detail["acting_for"]) == (SECTION_HEAD, HEAD)
    end_due(OVER)
    assert journal(request) == [("delegated", HEAD, SECTION_HEAD)]  # what is done stays theirs


def test_the_initiator_never_acts_on_their_own_request() -> None:
    request = at_head()
    opened(HEAD, TEACHER)
    begin_due(NOW)
    assert holders(request) == {HEAD: None}


def test_a_returned_request_stays_with_its_initiator() -> None:
    request = at_head()
    with transaction() as session:
        says(session, HEAD, session.get_one(Request, request), Verdict.give_back)
    opened(TEACHER, COLLEAGUE)
    begin_due(NOW)
    assert holders(request) == {TEACHER: None}


def test_who_sits_in_the_step_already_does_not_get_a_second_item_of_it() -> None:
    contract = at_head(sample.seal(category="contract"))
    with transaction() as session:
        says(session, HEAD, session.get_one(Request, contract))
    opened(sample.FINANCE, sample.AUDIT)
    begin_due(NOW)
    assert holders(contract) == dict.fromkeys([sample.FINANCE, sample.AUDIT, sample.LEGAL])


def test_a_chain_is_cut_at_one_hop() -> None:
    request = at_head()
    opened()
    begin_due(NOW)
    opened(SECTION_HEAD, SECRETARY)
    begin_due(NOW)
    assert holders(request) == {SECTION_HEAD: HEAD}


def test_what_the_delegate_gives_back_stays_with_the_principal() -> None:
    request = at_head()
    opened()
    begin_due(NOW)
    with transaction() as session:
        item = open_items(session, session.get_one(Request, request))[SECTION_HEAD].id
        transfer(session, SECTION_HEAD, item, HEAD, "须本人定", LATER)
    begin_due(LATER)
    assert holders(request) == {HEAD: None}


def test_what_came_home_goes_out_again_with_the_next_delegation() -> None:
    request = at_head()
    opened()
    begin_due(NOW)
    end_due(OVER)
    opened(now=OVER + DAY, starts_at=OVER + DAY, ends_at=OVER + 2 * DAY)
    begin_due(OVER + DAY)
    assert holders(request) == {SECTION_HEAD: HEAD}


def test_a_delegation_that_is_followed_at_once_by_the_next_keeps_its_items() -> None:
    request = at_head()
    opened()
    begin_due(NOW)
    opened(starts_at=OVER, ends_at=OVER + DAY)
    end_due(OVER)
    begin_due(OVER)
    assert holders(request) == {SECTION_HEAD: HEAD}
    end_due(OVER + DAY)
    assert holders(request) == {HEAD: None}


def test_home_is_the_superior_when_the_principal_is_gone() -> None:
    request = at_head()
    opened()
    begin_due(NOW)
    with transaction() as session:
        session.get_one(Person, HEAD).state = StaffState.away
    try:
        end_due(OVER)
        assert holders(request) == {sample.TEACHING_VICE: None}
    finally:
        with transaction() as session:
            session.get_one(Person, HEAD).state = StaffState.on_duty


def test_whoever_gets_the_item_is_reminded_not_whoever_had_it() -> None:
    request = at_head()
    opened()
    begin_due(NOW)
    with transaction() as session:
        people = session.exec(
            select(WorkItem.person)
            .join(Reminder, col(Reminder.work_item_id) == WorkItem.id)
            .where(WorkItem.request_id == request)
        ).all()
    assert people == [SECTION_HEAD]


def test_ended_by_hand_items_come_home() -> None:
    request, made = at_head(), opened()
    begin_due(NOW)
    with transaction() as session:
        end_delegation(session, HEAD, made, LATER)
    end_due(LATER)
    assert holders(request) == {HEAD: None}


def test_ended_before_it_began_it_never_begins() -> None:
    request, made = at_head(), opened(starts_at=LATER)
    with transaction() as session:
        end_delegation(session, HEAD, made, NOW)
    begin_due(LATER)
    assert holders(request) == {HEAD: None}


def test_who_may_end_it(session: Session) -> None:
    made = open_delegation(session, HEAD, acting(), NOW).id
    with pytest.raises(NotYours):
        end_delegation(session, TEACHER, made, LATER)
    with pytest.raises(NotAllowed, match="杨霞雨"):
        end_delegation(session, SECTION_HEAD, made, LATER)
    end_delegation(session, ADMINISTRATOR, made, LATER, administrator=True)
    with pytest.raises(TooLate, match="2026-11-20 12:00"):
        end_delegation(session, HEAD, made, OVER)


def on_leave(substitute: str | None = SECTION_HEAD, now: datetime = NOW, **changes: Any) -> UUID:
    """The department head's leave of Monday and Tuesday, approved by the vice-president."""
    with transaction() as session:
        request = ask(session, sample.leave_of(2, substitute=substitute, **changes), HEAD, now)
        says(session, sample.TEACHING_VICE, request, Verdict.finish, now)
        return request.id


MONDAY = datetime(2026, 11, 23, tzinfo=sample.ZONE)


def test_the_substitute_of_an_approved_leave_acts_while_it_lasts() -> None:
    on_leave()
    request = at_head()
    begin_due(MONDAY - timedelta(seconds=1))
    assert holders(request) == {HEAD: None}
    begin_due(MONDAY)
    assert holders(request) == {SECTION_HEAD: HEAD}
    end_due(MONDAY + 2 * DAY)
    assert holders(request) == {HEAD: None}


def test_the_leave_is_approved_though_its_substitute_cannot_act_and_the_journal_says_why() -> None:
    opened(SECTION_HEAD, HEAD, ends_at=NOW + 9 * DAY)
    leave = on_leave()
    with transaction() as session:
        assert session.get_one(Request, leave).status is Status.approved
        entries = session.exec(select(JournalEntry).where(JournalEntry.request_id == leave)).all()
        (told,) = (each for each in entries if each.act == "delegation_failed")
    assert told.detail["person"] == SECTION_HEAD
    assert "循环代理" in told.detail["reason"]


def test_a_revoked_leave_takes_its_delegation_with_it() -> None:
    leave, request = on_leave(), at_head()
    with transaction() as session:
        asked = ask_to_revoke(session, HEAD, session.get_one(Request, leave).number, "不去了", NOW)
        says(session, sample.TEACHING_VICE, asked, Verdict.finish, NOW)
    begin_due(MONDAY)
    assert holders(request) == {HEAD: None}


def test_a_leave_entered_afterwards_leaves_nobody_to_act() -> None:
    leave = on_leave(now=MONDAY + 2 * DAY)
    with transaction() as session:
        assert session.exec(select(Delegation).where(Delegation.request_id == leave)).all() == []
        acts = session.exec(select(JournalEntry.act).where(JournalEntry.request_id == leave)).all()
    assert not {"delegation_opened", "delegation_failed"} & set(acts)
