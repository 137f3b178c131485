"""SEMANTICS.md, cell by cell, of a leave with two countersigners and a handler; each test is one sentence of it."""

from collections.abc import Mapping

import pytest

from models.next_stop import NotAwaited, next_stop, permitted
from models.route import INITIATOR, CountersignRule, Outcome, Part, Said, Step, Stop, Verdict

FENG = "feng"  # the initiator
HEAD = Step("head", "部门负责人审批", "head")
HR = Step("hr", "人事处审核", "hr", handlers=("clerk",), countersigners=("audit", "legal"))
ADVISED = Step("advised", "征求意见", "hr", countersigners=("audit", "legal"), rule=CountersignRule.advisory)
VICE = Step("vice", "分管校领导审批", "vice")
DISPATCH = Step("dispatch", "派车", "dispatcher", fields="dispatch")
TAKE_BACK = Step("take-back", "收车", "dispatcher", handlers_by="dispatch", fields="take_back")

host, handler, countersigner, initiator = Part.host, Part.handler, Part.countersigner, Part.initiator
agree, finish, refuse, give_back, lapse = (
    Verdict.agree,
    Verdict.finish,
    Verdict.refuse,
    Verdict.give_back,
    Verdict.lapse,
)


def says(
    part: Part,
    person: str,
    verdict: Verdict = agree,
    at: int = 1,
    round: int = 1,
    to: int | None = None,
    names: Mapping[str, tuple[str, ...]] | None = None,
) -> Said:
    return Said(round, at, part, person, verdict, to, names or {})


def waits(at: int, *awaited: tuple[Part, str], round: int = 1) -> Stop:
    return Stop(at, round, frozenset(awaited))


def after(steps: list[Step], *said: Said) -> Stop | Outcome:
    return next_stop(steps, said, FENG)


# A step


def test_a_step_opens_with_its_countersigners_and_handlers() -> None:
    assert after([HR]) == waits(1, (handler, "clerk"), (countersigner, "audit"), (countersigner, "legal"))


def test_a_step_without_them_opens_with_its_host() -> None:
    assert after([HEAD]) == waits(1, (host, "head"))


def test_the_host_is_asked_once_the_others_are_done() -> None:
    said = says(countersigner, "audit"), says(handler, "clerk")
    assert after([HR], *said) == waits(1, (countersigner, "legal"))
    assert after([HR], *said, says(countersigner, "legal")) == waits(1, (host, "hr"))


@pytest.mark.parametrize(
    ("verdict", "to", "then"),
    [
        (agree, None, waits(3, (host, "hr"))),
        (refuse, None, Outcome.refused),
        (give_back, INITIATOR, waits(0, (initiator, FENG), round=2)),
        (give_back, 1, waits(1, (host, "head"), round=2)),
    ],
)
def test_what_the_host_says_ends_the_step(verdict: Verdict, to: int | None, then: Stop | Outcome) -> None:
    last = Step("hr", "人事处", "hr")
    assert after([HEAD, VICE, last], says(host, "head"), says(host, "vice", verdict, 2, to=to)) == then


@pytest.mark.parametrize("verdict", [agree, finish])
def test_agreeing_at_the_last_step_approves(verdict: Verdict) -> None:
    assert after([HEAD], says(host, "head", verdict)) is Outcome.approved


def test_the_host_finishes_early_only_where_the_route_says_so() -> None:
    may = Step("head", "部门负责人审批", "head", may_finish=True)
    assert after([may, VICE], says(host, "head", finish)) is Outcome.approved
    with pytest.raises(NotAwaited):
        after([HEAD, VICE], says(host, "head", finish))


# Returns


def test_after_a_return_everyone_in_the_step_is_asked_anew() -> None:
    said = says(host, "head"), says(countersigner, "audit", at=2), says(countersigner, "legal", give_back, 2, to=1)
    assert after([HEAD, HR], *said, says(host, "head", round=2)) == waits(
        2, (handler, "clerk"), (countersigner, "audit"), (countersigner, "legal"), round=2
    )


def test_the_initiator_sends_it_again_from_the_first_step() -> None:
    returned = says(host, "head"), says(host, "vice", give_back, 2, to=INITIATOR)
    again = says(initiator, FENG, at=INITIATOR, round=2)
    assert after([HEAD, VICE], *returned, again) == waits(1, (host, "head"), round=2)


@pytest.mark.parametrize("to", [None, 2, 3, -1])
def test_a_return_goes_back_and_says_where(to: int | None) -> None:
    with pytest.raises(NotAwaited):
        after([HEAD, VICE, ADVISED], says(host, "head"), says(host, "vice", give_back, 2, to=to))


def test_a_word_from_a_round_before_is_not_awaited() -> None:
    returned = says(host, "head"), says(host, "vice", give_back, 2, to=1)
    with pytest.raises(NotAwaited):
        after([HEAD, VICE], *returned, says(host, "head", round=1))


def test_an_edition_begins_in_the_round_it_is_told() -> None:
    assert next_stop([HEAD], [], FENG, first_round=3) == waits(1, (host, "head"), round=3)


# 全员 all


def test_under_all_one_refusal_ends_the_waiting_and_the_host_decides() -> None:
    veto = Step("hr", "会签", "hr", countersigners=("audit", "legal"))
    assert after([veto], says(countersigner, "audit", refuse)) == waits(1, (host, "hr"))


def test_under_all_a_refusal_does_not_spare_the_handler() -> None:
    assert after([HR], says(countersigner, "audit", refuse)) == waits(1, (handler, "clerk"))


def test_under_all_nobody_is_asked_again_after_a_refusal() -> None:
    with pytest.raises(NotAwaited):
        after([HR], says(countersigner, "audit", refuse), says(countersigner, "legal"))


def test_under_all_a_countersigner_may_return_to_an_earlier_step() -> None:
    said = says(host, "head"), says(countersigner, "audit", give_back, 2, to=1)
    assert after([HEAD, HR], *said) == waits(1, (host, "head"), round=2)


def test_under_all_nothing_lapses() -> None:
    with pytest.raises(NotAwaited):
        after([HR], says(countersigner, "audit", lapse))


# 征求意见 advisory


@pytest.mark.parametrize("verdict", [agree, refuse, lapse])
def test_advice_is_recorded_and_stops_nothing(verdict: Verdict) -> None:
    assert after([ADVISED], says(countersigner, "audit", verdict)) == waits(1, (countersigner, "legal"))
    both = says(countersigner, "audit", verdict), says(countersigner, "legal", verdict)
    assert after([ADVISED], *both) == waits(1, (host, "hr"))


def test_an_adviser_returns_to_the_initiator_only() -> None:
    asked = says(host, "head")
    back = says(countersigner, "audit", give_back, 2, to=INITIATOR)
    assert after([HEAD, ADVISED], asked, back) == waits(0, (initiator, FENG), round=2)
    with pytest.raises(NotAwaited):
        after([HEAD, ADVISED], asked, says(countersigner, "audit", give_back, 2, to=1))


# Who may say what


@pytest.mark.parametrize(
    ("part", "verdicts"),
    [
        (host, {agree, refuse, give_back}),
        (handler, {agree, give_back}),
        (countersigner, {agree, refuse, give_back}),
    ],
)
def test_verdicts_of_each_part_in_the_middle_of_a_route(part: Part, verdicts: set[Verdict]) -> None:
    assert permitted([HR, VICE], 1, part) == verdicts


def test_more_verdicts_at_the_last_step_and_for_advice() -> None:
    assert permitted([ADVISED], 1, host) == {agree, finish, refuse, give_back}
    assert permitted([ADVISED], 1, countersigner) == {agree, refuse, give_back, lapse}
    assert permitted([ADVISED], INITIATOR, initiator) == {agree}


def test_a_stranger_is_not_awaited() -> None:
    with pytest.raises(NotAwaited):
        after([HEAD], says(host, "stranger"))


def test_nobody_is_asked_twice_in_a_round() -> None:
    with pytest.raises(NotAwaited):
        after([HR], says(countersigner, "audit"), says(countersigner, "audit"))


@pytest.mark.parametrize("verdict", [agree, refuse])
def test_after_the_outcome_nothing_more_is_awaited(verdict: Verdict) -> None:
    with pytest.raises(NotAwaited):
        after([HEAD], says(host, "head", verdict), says(host, "head", verdict))


# 撤回


def test_the_initiator_withdraws_wherever_it_waits() -> None:
    withdrawal = says(initiator, FENG, Verdict.withdraw)
    assert after([HEAD], withdrawal) is Outcome.withdrawn
    assert after([HEAD, HR], says(host, "head"), withdrawal) is Outcome.withdrawn


def test_nobody_else_withdraws() -> None:
    with pytest.raises(NotAwaited):
        after([HEAD], says(initiator, "head", Verdict.withdraw))


# Handlers named on the way


def test_the_driver_named_at_dispatch_takes_part_in_the_return_of_the_car() -> None:
    named = says(host, "dispatcher", names={"take-back": ("driver",)})
    assert after([DISPATCH, TAKE_BACK], named) == waits(2, (handler, "driver"))


def test_a_second_driver_named_after_a_return_leaves_the_first_ones_word_in_its_round() -> None:
    first = says(host, "dispatcher", names={"take-back": ("driver",)})
    back = says(handler, "driver", give_back, 2, to=1)
    second = says(host, "dispatcher", round=2, names={"take-back": ("other",)})
    assert after([DISPATCH, TAKE_BACK], first, back, second) == waits(2, (handler, "other"), round=2)
