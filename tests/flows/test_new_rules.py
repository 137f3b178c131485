"""换用新版规则: where an open request goes on, who is asked and told; the record stays whole throughout."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from flows.engine import rules
from flows.engine.acts.signers import add_signer
from flows.engine.acts.taking_back import take_back
from flows.engine.decide import Choice, decide, withdraw
from flows.engine.kind import Kind, kinds
from flows.engine.new_rules import change_rules
from flows.engine.rule_versions import add_version, newest
from flows.engine.shown import shown_fields
from models.courses import courses_broken
from models.ledgers import Booking, Car, Driver, LeaveSpan
from models.messages import Notice, Topic
from models.record import ItemState, JournalEntry, Request, RouteStep, Status, WorkItem
from models.refusals import Invalid, NotYours, TooLate
from models.route import Verdict, Where
from printouts.gathering.case import load
from printouts.gathering.course import earlier_rounds, standing_steps
from tests.flows import sample
from tests.flows.acting import STAMPED, ask, open_items, says
from tests.flows.sample import (
    AUDIT,
    CONTRACT_KEEPER,
    FINANCE,
    HEAD,
    HR_CLERK,
    HR_HEAD,
    KEEPER,
    LEGAL,
    NOW,
    OFFICE_HEAD,
    SECTION_HEAD,
    TEACHER,
    TEACHING_VICE,
)

ADMINISTRATOR, OTHER = "T1031", "T1005"
LEAVE, SEAL = kinds()["leave"], kinds()["seal"]
OTHER_KEEPER = {"keepers": {seal: ["党政办公室", "监印人"] for seal in SEAL.rules.keepers}}  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    """Versions of a test are rolled back, so they may not be remembered."""
    rules._read.clear()
    yield
    rules._read.clear()


def changed(session: Session, kind: Kind, **to: Any) -> int:
    now_valid = newest(session, kind, NOW)
    return add_version(session, kind, now_valid.rules | to, now_valid.version, ADMINISTRATOR, NOW).version


def moved(session: Session, request: Request, **to: Any) -> Request:
    """The request, moved to a new version of the rules with these changes. It is whole, and can be printed."""
    kind = kinds()[request.kind]
    version = changed(session, kind, **to)
    seen = request.seq
    change_rules(session, kind, version, request.number, seen, ADMINISTRATOR, NOW)
    assert request.rule_version == version
    assert whole(session, request)
    return request


def whole(session: Session, request: Request) -> bool:
    session.flush()
    broken = [each.told for each in courses_broken(session) if each.subject == request.number]
    assert broken == []
    return True


def waiting(session: Session, request: Request) -> set[str]:
    return set(open_items(session, request))


def told(session: Session, request: Request) -> dict[str, str]:
    """What each person was told with the move, over the first channel."""
    entry = session.exec(
        select(JournalEntry).where(JournalEntry.request_id == request.id, JournalEntry.act == "rules_changed")
    ).one()
    mine = Notice.request_id == request.id, Notice.topic == Topic.told, col(Notice.seq) >= entry.seq
    return {each.person: each.title for each in session.exec(select(Notice).where(*mine))}


def contract(session: Session, *deciders: str) -> Request:
    """A contract that these people have agreed to: its department head, its countersigners …"""
    request = ask(session, sample.seal(category="contract", seal="contract"))
    for person in deciders:
        says(session, person, request)
    return request


def printed(session: Session, request: Request) -> list[tuple[str, int, list[str]]]:
    """Of each step that stands: its title, its round, who has said what."""

    def fields(model: str, values: dict[str, Any]) -> list[tuple[str, str]]:
        return shown_fields(session, kinds()[request.kind].fields[model], values)

    case = load(session, request.id, fields)
    earlier_rounds(case)
    return [
        (step.title, step.round, [each.verdict for each in step.opinions if each.at]) for step in standing_steps(case)
    ]


def test_at_the_first_step_another_is_asked_and_who_was_is_told(session: Session) -> None:
    request = ask(session, sample.leave_of(2), "T1043")
    before = open_items(session, request)[HEAD]
    moved(session, request, section_days="2")
    assert waiting(session, request) == {SECTION_HEAD}
    assert (request.edition, request.round, request.position) == (2, 2, 1)
    session.refresh(before)
    assert before.state is ItemState.superseded
    assert told(session, request).keys() == {"T1043", HEAD}
    assert "无需再办理" in told(session, request)[HEAD]
    assert says(session, SECTION_HEAD, request).status is Status.approved
    assert whole(session, request)


def test_who_decides_on_what_the_move_has_closed_is_told_who_moved_it(session: Session) -> None:
    request = ask(session, sample.leave_of(2), "T1043")
    item = open_items(session, request)[HEAD].id
    moved(session, request, section_days="2")
    with pytest.raises(TooLate, match=r"沈晨英 已于 .* 换用新版规则"):
        decide(session, HEAD, item, Choice(Verdict.agree), NOW)


def test_where_only_a_later_step_differs_everything_said_stands(session: Session) -> None:
    request = contract(session, HEAD, FINANCE)
    asked = {item.id for item in open_items(session, request).values()}
    moved(session, request, **OTHER_KEEPER)
    assert {item.id for item in open_items(session, request).values()} == asked
    assert (request.edition, request.round, request.position) == (2, 1, 2)
    assert told(session, request).keys() == {TEACHER}
    assert [said for _, _, said in printed(session, request)] == [["同意，转交下一步"], ["同意"], []]
    for person in (AUDIT, LEGAL, TEACHING_VICE):
        says(session, person, request)
    assert waiting(session, request) == {KEEPER}  # no longer the keeper of the contract seal
    assert says(session, KEEPER, request, fields=STAMPED).status is Status.approved
    assert whole(session, request)


def test_words_said_before_the_move_can_be_taken_back_after_it(session: Session) -> None:
    request = contract(session, HEAD)
    item = open_items(session, request)[FINANCE].id
    says(session, FINANCE, request)
    moved(session, request, **OTHER_KEEPER)
    take_back(session, FINANCE, item, "", NOW)
    assert waiting(session, request) == {FINANCE, AUDIT, LEGAL}
    assert whole(session, request)


def test_where_the_countersigners_differ_the_step_asks_anew_and_the_words_before_it_stand(session: Session) -> None:
    request = contract(session, HEAD, FINANCE)
    moved(session, request, countersign=["财务处", "审计处"])
    assert waiting(session, request) == {FINANCE, AUDIT}
    assert (request.round, request.position) == (2, 2)
    assert told(session, request).keys() == {TEACHER, LEGAL}  # audit is asked again, with a notice of its own
    stands = printed(session, request)
    assert [(round_, said) for _, round_, said in stands] == [(1, ["同意，转交下一步"]), (2, []), (1, [])]
    for person in (FINANCE, AUDIT, TEACHING_VICE):
        says(session, person, request)
    assert says(session, CONTRACT_KEEPER, request, fields=STAMPED).status is Status.approved
    assert whole(session, request)


def test_a_step_that_comes_before_the_present_one_is_gone_to_first(session: Session) -> None:
    request = contract(session, HEAD, FINANCE, AUDIT, LEGAL, TEACHING_VICE)
    moved(session, request, president_for=["contract"])
    assert [step.title for step in steps_in_force(session, request)][2:] == ["主要领导审批", "监印"]
    assert waiting(session, request) == {sample.PRESIDENT}
    assert (request.round, request.position) == (2, 3)


def steps_in_force(session: Session, request: Request) -> list[RouteStep]:
    mine = RouteStep.request_id == request.id, RouteStep.edition == request.edition
    return list(session.exec(select(RouteStep).where(*mine).order_by(col(RouteStep.position))))


def test_where_the_present_step_is_gone_and_all_others_have_agreed_the_last_of_them_concludes(session: Session) -> None:
    request = ask(session, sample.leave_of(15, substitute=sample.COLLEAGUE))
    for person in (HEAD, HR_CLERK, HR_HEAD):
        says(session, person, request)
    assert waiting(session, request) == {TEACHING_VICE}
    moved(session, request, hr_days="20")
    assert (request.status, request.round, request.position) == (Status.open, 2, 2)
    for person in (HR_CLERK, HR_HEAD):
        says(session, person, request)
    assert request.status is Status.approved
    assert whole(session, request)


def returned(session: Session, by: str, request: Request, **how: Any) -> Request:
    return says(session, by, request, Verdict.give_back, **how)


def test_with_the_initiator_it_stays_there_and_goes_by_the_new_route_when_sent_again(session: Session) -> None:
    request = returned(session, FINANCE, contract(session, HEAD))
    moved(session, request, countersign=["财务处", "审计处"])
    assert (waiting(session, request), request.position, request.round) == ({TEACHER}, 0, 2)
    assert whole(session, says(session, TEACHER, request))
    assert waiting(session, request) == {HEAD}
    says(session, HEAD, request)
    assert waiting(session, request) == {FINANCE, AUDIT}
    assert whole(session, request)


def test_with_the_initiator_an_amended_form_is_read_by_the_new_rules(session: Session) -> None:
    request = returned(session, HEAD, ask(session, sample.leave_of(2), "T1043"))
    moved(session, request, section_days="1.5")
    says(session, "T1043", request, form=sample.leave_of("1.5").model_dump(mode="json"))
    assert waiting(session, request) == {SECTION_HEAD}
    assert whole(session, request)


def test_straight_back_leads_back_where_only_a_later_step_differs(session: Session) -> None:
    request = returned(session, LEGAL, contract(session, HEAD, FINANCE), to="previous", straight=True)
    moved(session, request, **OTHER_KEEPER)
    says(session, HEAD, request)
    assert waiting(session, request) == {AUDIT, LEGAL}  # the word of finance stands
    assert whole(session, request)


def test_straight_back_to_a_step_that_differs_asks_that_step_anew(session: Session) -> None:
    request = returned(session, LEGAL, contract(session, HEAD, FINANCE), to="previous", straight=True)
    asked = open_items(session, request)[HEAD].id
    moved(session, request, countersign=["财务处", "法务办公室"])
    assert open_items(session, request)[HEAD].id == asked
    says(session, HEAD, request)
    assert waiting(session, request) == {FINANCE, LEGAL}
    assert whole(session, request)


def test_an_added_signer_stays_where_the_step_stays_and_goes_with_it(session: Session) -> None:
    request = contract(session, HEAD)
    add_signer(session, AUDIT, open_items(session, request)[AUDIT].id, OFFICE_HEAD, Where.before, "", NOW)
    moved(session, request, **OTHER_KEEPER)
    assert waiting(session, request) == {FINANCE, OFFICE_HEAD, LEGAL}
    moved_again = changed(session, SEAL, countersign=["财务处", "审计处"])
    change_rules(session, SEAL, moved_again, request.number, request.seq, ADMINISTRATOR, NOW)
    assert waiting(session, request) == {FINANCE, AUDIT}
    items = session.exec(select(WorkItem.state).where(WorkItem.request_id == request.id, WorkItem.round == 1))
    assert ItemState.held not in set(items)
    assert whole(session, request)


def test_where_nothing_differs_only_the_version_is_written_and_nobody_is_told(session: Session) -> None:
    request = contract(session, HEAD, FINANCE)
    before = request.seq, request.edition, request.round, request.wake_seq, waiting(session, request)
    moved(session, request, longest_out_days=9)
    after = request.seq - 1, request.edition, request.round, request.wake_seq, waiting(session, request)
    assert after == before
    assert told(session, request) == {}


def test_another_deadline_asks_nobody_anew(session: Session) -> None:
    request = contract(session, HEAD, FINANCE)
    moved(session, request, deadline_hours=24)
    assert (request.round, waiting(session, request)) == (1, {AUDIT, LEGAL})
    assert {step.deadline_hours for step in steps_in_force(session, request)} == {24}


def test_days_are_counted_by_the_new_rules(session: Session) -> None:
    request = ask(session, sample.leave_of(6, substitute=sample.COLLEAGUE))
    moved(session, request, in_working_days=["personal"])
    session.expire_all()
    assert request.facts["days"] == "5"
    assert session.get_one(LeaveSpan, request.id).days == 5
    assert "流程不变" in told(session, request)[TEACHER]


def test_a_car_that_is_booked_stays_booked_and_its_driver_named(session: Session) -> None:
    from tests.models.full_record import fill

    trip = session.get_one(Request, fill(session)["trip"])
    assert trip.position == 3
    moved(session, trip, deadline_hours=24)
    assert session.exec(select(Booking).where(Booking.request_id == trip.id)).first()
    assert steps_in_force(session, trip)[2].handlers == ["T1041"]


def test_a_form_that_the_rules_refuse_is_not_moved(session: Session) -> None:
    request = ask(session, sample.leave_of(10, substitute=sample.COLLEAGUE))
    version = changed(session, LEAVE, longest_days=5)
    with pytest.raises(Invalid, match="一次请假不能超过 5 天"):
        change_rules(session, LEAVE, version, request.number, request.seq, ADMINISTRATOR, NOW)
    assert (request.rule_version, request.edition) == (version - 1, 1)


def test_a_proof_that_is_asked_for_now_must_be_there(session: Session) -> None:
    request = ask(session, sample.leave_of(1))
    version = changed(session, LEAVE, proven=["personal"])
    with pytest.raises(Invalid, match="须附证明材料"):
        change_rules(session, LEAVE, version, request.number, request.seq, ADMINISTRATOR, NOW)


def test_one_that_ended_meanwhile_is_told(session: Session) -> None:
    request = contract(session, HEAD)
    version, seen = changed(session, SEAL, countersign=["财务处"]), request.seq
    withdraw(session, TEACHER, request.number, "", NOW)
    with pytest.raises(TooLate, match=r"撤回.*已结束"):
        change_rules(session, SEAL, version, request.number, seen, ADMINISTRATOR, NOW)


def test_who_acted_meanwhile_is_told_and_nothing_is_moved(session: Session) -> None:
    request = contract(session, HEAD)
    version, seen = changed(session, SEAL, countersign=["财务处"]), request.seq
    says(session, FINANCE, request)
    with pytest.raises(TooLate, match=r"曾远 已于 .* 与您看到的不同"):
        change_rules(session, SEAL, version, request.number, seen, ADMINISTRATOR, NOW)
    assert request.rule_version == version - 1


def test_of_two_administrators_the_second_is_told_who_was_first(session: Session) -> None:
    request = contract(session, HEAD)
    version, seen = changed(session, SEAL, countersign=["财务处"]), request.seq
    change_rules(session, SEAL, version, request.number, seen, ADMINISTRATOR, NOW)
    with pytest.raises(TooLate, match=r"沈晨英 已于 .* 换用新版规则"):
        change_rules(session, SEAL, version, request.number, seen, OTHER, NOW)
    with pytest.raises(TooLate, match="无需换用"):
        change_rules(session, SEAL, version, request.number, request.seq, OTHER, NOW)


def test_a_comparison_with_a_version_that_is_no_longer_the_newest_is_told(session: Session) -> None:
    request = contract(session, HEAD)
    version = changed(session, SEAL, countersign=["财务处"])
    changed(session, SEAL, countersign=["审计处"])
    with pytest.raises(TooLate, match="比较已过期"):
        change_rules(session, SEAL, version, request.number, request.seq, ADMINISTRATOR, NOW)


def test_a_request_of_another_kind_is_not_there(session: Session) -> None:
    request = contract(session)
    version = changed(session, LEAVE, longest_days=100)
    with pytest.raises(NotYours):
        change_rules(session, LEAVE, version, request.number, request.seq, ADMINISTRATOR, NOW)


def test_whom_the_dispatcher_named_drives_under_the_new_rules_too(session: Session) -> None:
    until = NOW.date() + timedelta(days=99)
    session.add(Car(plate="京F00001", vehicle_type="sedan", seats=5, inspection_until=until, insurance_until=until))
    session.add(Driver(account="T1041", licence_until=until))
    trip = ask(session, sample.vehicle())
    says(session, HEAD, trip)
    says(session, sample.DISPATCHER, trip, fields={"plate": "京F00001", "driver": "T1041"})
    before = waiting(session, trip)
    assert "T1041" in before
    moved(session, trip, deadline_hours=40)
    assert waiting(session, trip) == before
    (last,) = session.exec(
        select(RouteStep).where(
            RouteStep.request_id == trip.id, RouteStep.edition == trip.edition, RouteStep.key == "take-back"
        )
    )
    assert last.handlers == ["T1041"]
    times = {"departed_at": "2026-11-25T08:00:00+08:00", "returned_at": "2026-11-25T17:00:00+08:00"}
    says(session, "T1041", trip, fields={"odometer_start": 1, "odometer_end": 2, **times})
    says(session, sample.DISPATCHER, trip)
    assert trip.status is Status.approved
    assert whole(session, trip)
