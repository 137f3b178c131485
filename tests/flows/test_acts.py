"""Acts beside deciding, on the real record: who holds it, whose turn it is, what stays on record."""

from typing import Any

import pytest
from sqlmodel import Session, select

from flows.engine.acts.handing_on import hand_over, transfer
from flows.engine.acts.signers import add_signer, ask_advice, remove_signer
from flows.engine.acts.taking_back import take_back
from gateway.effects import confirm
from models.messages import Notice, Topic
from models.record import FormerHolder, ItemState, Request, RouteStep, Status, WorkItem
from models.refusals import Invalid, NotAllowed, NotYours, TooLate
from models.route import Part, Verdict, Where
from tests.flows import sample
from tests.flows.acting import ask, open_items, says
from tests.flows.sample import NOW

LEAVER = "T1062"  # whom nobody else asks for anything


def waiting(session: Session, request: Request) -> set[str]:
    session.flush()
    return set(open_items(session, request))


def held_by(session: Session, request: Request, person: str) -> Any:
    session.flush()
    return open_items(session, request)[person].id


def test_a_transferred_item_is_decided_by_the_other_and_both_stay_on_record(session: Session) -> None:
    leave = ask(session, sample.leave())
    item = held_by(session, leave, sample.SECTION_HEAD)
    transfer(session, sample.SECTION_HEAD, item, sample.COLLEAGUE, "出差", NOW)
    session.expire_all()
    assert waiting(session, leave) == {sample.COLLEAGUE}
    with pytest.raises(TooLate, match="高涛伟 已于 2026年11月20日 09:00 转办给"):
        transfer(session, sample.SECTION_HEAD, item, sample.HEAD, "", NOW)
    with pytest.raises(NotYours):
        transfer(session, sample.HEAD, item, sample.SECRETARY, "", NOW)
    former = select(FormerHolder.person).where(FormerHolder.request_id == leave.id)
    assert list(session.exec(former)) == [sample.SECTION_HEAD]
    says(session, sample.COLLEAGUE, leave)
    assert leave.status is Status.approved


@pytest.mark.parametrize("to", [sample.TEACHER, sample.RETIRED, sample.SECTION_HEAD, "nobody"])
def test_not_to_the_initiator_nor_someone_gone_nor_who_sits_there(session: Session, to: str) -> None:
    leave = ask(session, sample.leave())
    with pytest.raises(Invalid):
        transfer(session, sample.SECTION_HEAD, held_by(session, leave, sample.SECTION_HEAD), to, "", NOW)


def test_advice_comes_back_to_who_asked(session: Session) -> None:
    leave = ask(session, sample.leave())
    item = held_by(session, leave, sample.SECTION_HEAD)
    ask_advice(session, sample.SECTION_HEAD, item, sample.COLLEAGUE, "请提意见", NOW)
    assert waiting(session, leave) == {sample.COLLEAGUE}
    with pytest.raises(Invalid, match="处理意见"):
        says(session, sample.COLLEAGUE, leave, Verdict.agree)
    says(session, sample.COLLEAGUE, leave, Verdict.advise)
    assert held_by(session, leave, sample.SECTION_HEAD) == item
    says(session, sample.SECTION_HEAD, leave)
    assert leave.status is Status.approved


@pytest.mark.parametrize(
    ("where", "first", "then"),
    [
        (Where.before, {sample.COLLEAGUE}, {sample.SECTION_HEAD}),
        (Where.beside, {sample.COLLEAGUE, sample.SECTION_HEAD}, {sample.SECTION_HEAD}),
        (Where.after, {sample.SECTION_HEAD}, {sample.COLLEAGUE}),
    ],
)
def test_a_signer_is_added(session: Session, where: Where, first: set[str], then: set[str]) -> None:
    leave = ask(session, sample.leave())
    item = held_by(session, leave, sample.SECTION_HEAD)
    add_signer(session, sample.SECTION_HEAD, item, sample.COLLEAGUE, where, "", NOW)
    assert waiting(session, leave) == first
    says(session, sample.SECTION_HEAD if where is Where.after else sample.COLLEAGUE, leave)
    assert waiting(session, leave) == then
    (last,) = then
    says(session, last, leave)
    assert leave.status is Status.approved


def test_a_signer_who_has_not_spoken_is_removed_and_not_added_again(session: Session) -> None:
    leave = ask(session, sample.leave())
    item = held_by(session, leave, sample.SECTION_HEAD)
    add_signer(session, sample.SECTION_HEAD, item, sample.COLLEAGUE, Where.before, "", NOW)
    session.flush()
    remove_signer(session, sample.SECTION_HEAD, item, sample.COLLEAGUE, "", NOW)
    assert waiting(session, leave) == {sample.SECTION_HEAD}
    with pytest.raises(Invalid, match="不能再加"):
        add_signer(session, sample.SECTION_HEAD, item, sample.COLLEAGUE, Where.before, "", NOW)


def test_a_handler_adds_nobody(session: Session) -> None:
    leave = ask(session, sample.leave_of(7, substitute=sample.COLLEAGUE))
    says(session, sample.HEAD, leave)
    item = held_by(session, leave, sample.HR_CLERK)
    with pytest.raises(NotAllowed, match="加签"):
        add_signer(session, sample.HR_CLERK, item, sample.COLLEAGUE, Where.before, "", NOW)


def test_a_word_is_taken_back_until_the_next_one_decides(session: Session) -> None:
    trip = ask(session, sample.vehicle(scope="out_of_city"))
    item = held_by(session, trip, sample.HEAD)
    says(session, sample.HEAD, trip)
    take_back(session, sample.HEAD, item, "看错了", NOW)
    assert (waiting(session, trip), trip.position, trip.round) == ({sample.HEAD}, 1, 2)
    again = held_by(session, trip, sample.HEAD)
    says(session, sample.HEAD, trip)
    (after,) = waiting(session, trip)
    says(session, after, trip)
    session.flush()
    with pytest.raises(TooLate, match="之后已有人办理"):
        take_back(session, sample.HEAD, again, "", NOW)


def test_advice_is_not_taken_back_once_who_asked_for_it_has_looked(session: Session) -> None:
    trip = ask(session, sample.vehicle())
    ask_advice(session, sample.HEAD, held_by(session, trip, sample.HEAD), sample.COLLEAGUE, "", NOW)
    item = held_by(session, trip, sample.COLLEAGUE)
    says(session, sample.COLLEAGUE, trip, Verdict.advise)
    session.flush()
    confirm(session, trip, sample.HEAD, "opened", NOW)
    with pytest.raises(TooLate, match="查看"):
        take_back(session, sample.COLLEAGUE, item, "", NOW)


def test_who_was_chosen_by_a_word_taken_back_hosts_no_more(session: Session) -> None:
    contract = ask(session, sample.seal(category="contract"))
    step = session.get_one(RouteStep, (contract.id, 1, 2))
    step.countersigners, step.choice = [], [sample.TEACHING_VICE, sample.OFFICE_HEAD]
    session.flush()
    item = held_by(session, contract, sample.HEAD)
    says(session, sample.HEAD, contract, next=sample.OFFICE_HEAD)
    assert waiting(session, contract) == {sample.OFFICE_HEAD}
    take_back(session, sample.HEAD, item, "", NOW)
    session.flush()
    says(session, sample.HEAD, contract)
    assert waiting(session, contract) == {sample.TEACHING_VICE}


def test_a_leavers_items_are_handed_over_one_by_one(session: Session) -> None:
    requests = [ask(session, sample.vehicle()), ask(session, sample.leave_of(2))]
    for each in requests:
        transfer(session, sample.HEAD, held_by(session, each, sample.HEAD), LEAVER, "", NOW)
    numbers = hand_over(session, sample.HR_HEAD, LEAVER, sample.COLLEAGUE, "退休", NOW)
    assert {each.number for each in requests} <= set(numbers)
    session.expire_all()
    assert [waiting(session, each) for each in requests] == [{sample.COLLEAGUE}] * 2
    left = select(WorkItem.id).where(WorkItem.person == LEAVER, WorkItem.state == ItemState.open)
    assert session.exec(left).all() == []
    assert {each.part for each in open_items(session, requests[0]).values()} == {Part.host}


def effects(session: Session, request: Request) -> dict[str, tuple[str | None, str | None]]:
    """By what acts people confirmed and processed what they were asked to do (G6, G7)."""
    session.expire_all()
    asked = select(Notice).where(Notice.request_id == request.id, Notice.topic == Topic.work)
    return {each.person: (each.confirmed_by, each.processed_by) for each in session.exec(asked)}


def test_what_another_decided_is_not_the_act_of_who_had_it_before(session: Session) -> None:
    leave = ask(session, sample.leave_of(2))
    transfer(session, sample.HEAD, held_by(session, leave, sample.HEAD), LEAVER, "", NOW)
    hand_over(session, sample.HR_HEAD, LEAVER, sample.COLLEAGUE, "退休", NOW)
    says(session, sample.COLLEAGUE, leave)
    assert {who: acts for who, acts in effects(session, leave).items() if who != sample.TEACHER} == {
        sample.HEAD: ("transferred", "transferred"),
        LEAVER: (None, None),
        sample.COLLEAGUE: ("agree", "agree"),
    }


def test_only_who_sits_in_the_open_step_removes_a_signer(session: Session) -> None:
    trip = ask(session, sample.vehicle(scope="out_of_city"))
    before = held_by(session, trip, sample.HEAD)
    says(session, sample.HEAD, trip)
    (vice,) = waiting(session, trip)
    add_signer(session, vice, held_by(session, trip, vice), sample.COLLEAGUE, Where.before, "", NOW)
    session.flush()
    with pytest.raises(NotAllowed, match="减签"):
        remove_signer(session, sample.HEAD, before, sample.COLLEAGUE, "", NOW)


def test_only_who_was_asked_since_ends_the_time_to_take_back(session: Session) -> None:
    contract = ask(session, sample.seal(category="contract"))
    says(session, sample.HEAD, contract)
    item = held_by(session, contract, sample.AUDIT)
    says(session, sample.AUDIT, contract)
    session.flush()
    confirm(session, contract, sample.LEGAL, "opened", NOW)  # beside, not after
    session.flush()
    take_back(session, sample.AUDIT, item, "", NOW)
    assert sample.AUDIT in waiting(session, contract)


def test_nor_is_it_taken_back_once_the_next_one_has_opened_it(session: Session) -> None:
    trip = ask(session, sample.vehicle(scope="out_of_city"))
    item = held_by(session, trip, sample.HEAD)
    says(session, sample.HEAD, trip)
    (vice,) = waiting(session, trip)
    confirm(session, trip, vice, "opened", NOW)
    session.flush()
    with pytest.raises(TooLate, match="查看"):
        take_back(session, sample.HEAD, item, "", NOW)


def test_nor_once_the_initiator_has_opened_what_was_returned_to_them(session: Session) -> None:
    trip = ask(session, sample.vehicle())
    item = held_by(session, trip, sample.HEAD)
    says(session, sample.HEAD, trip, Verdict.give_back, to="initiator")
    session.flush()
    confirm(session, trip, sample.TEACHER, "opened", NOW)
    session.flush()
    with pytest.raises(TooLate, match="查看"):
        take_back(session, sample.HEAD, item, "", NOW)
