"""退回 in SEMANTICS.md: to whom, again from there or straight back, and what is kept."""

from dataclasses import replace

import pytest

from models.route import INITIATOR, CountersignRule, Outcome, Said, Seat, Step
from tests.models.words import (
    FENG,
    HEAD,
    VICE,
    adds,
    advise,
    adviser,
    after,
    before,
    beside,
    countersigner,
    finish,
    give_back,
    handler,
    host,
    initiator,
    is_awaited,
    says,
    signs,
    waits,
)

HR = Step("hr", "人事处审核", "hr", handlers=("clerk",), countersigners=("audit", "legal"))
IN_TURN = Step("board", "依次会签", "chair", countersigners=("an", "bo", "cai"), rule=CountersignRule.sequential)
ROUTE = [HEAD, VICE, HR]
THERE = says(host, "head"), says(host, "vice", at=2)  # how it comes to HR


def hr_returns(to: int, straight: bool = False) -> tuple[Said, ...]:
    """With one countersigner's word given."""
    return (*THERE, signs("audit", at=3), says(handler, "clerk", give_back, 3, to=to, straight=straight))


@pytest.mark.parametrize("who", [(host, "hr"), (handler, "clerk"), (countersigner, "audit")])
@pytest.mark.parametrize("to", [INITIATOR, 1, 2])
def test_host_handler_and_countersigner_return_to_any_earlier_step(who: Seat, to: int) -> None:
    place = {0: (initiator, FENG), 1: (host, "head"), 2: (host, "vice")}[to]
    said = says(*who, give_back, 3, to=to)
    assert after([HEAD, VICE, replace(HR, early=True)], *THERE, said) == waits(to, place, round=2)


@pytest.mark.parametrize("to", [None, 3, 4, -1])
def test_a_return_goes_back_and_says_where(to: int | None) -> None:
    assert not is_awaited([*ROUTE, VICE], *THERE, signs("audit", at=3), says(handler, "clerk", give_back, 3, to=to))


def test_neither_adviser_nor_initiator_return_it() -> None:
    asks = adds((host, "head"), "expert", before, part=adviser)
    assert not is_awaited(ROUTE, asks, says(adviser, "expert", give_back, to=INITIATOR))
    back = says(host, "head", give_back, to=INITIATOR)
    assert not is_awaited(ROUTE, back, says(initiator, FENG, give_back, INITIATOR, 2, to=INITIATOR))


def test_again_from_there_everyone_is_asked_anew() -> None:
    again = says(host, "head", round=2), says(host, "vice", at=2, round=2)
    everyone = (handler, "clerk"), (countersigner, "audit"), (countersigner, "legal")
    assert after(ROUTE, *hr_returns(to=1), *again) == waits(3, *everyone, round=2)


def test_the_initiator_sends_it_again_from_the_first_step() -> None:
    again = says(initiator, FENG, at=INITIATOR, round=2)
    assert after(ROUTE, *hr_returns(to=INITIATOR), again) == waits(1, (host, "head"), round=2)


@pytest.mark.parametrize(
    ("to", "again"),
    [(INITIATOR, says(initiator, FENG, at=INITIATOR, round=2)), (1, says(host, "head", round=2))],
)
def test_straight_back_it_passes_over_the_steps_between_and_keeps_what_was_given(to: int, again: Said) -> None:
    rest = (handler, "clerk"), (countersigner, "legal")
    assert after(ROUTE, *hr_returns(to, straight=True), again) == waits(3, *rest, round=2)


def test_straight_back_the_signers_added_are_kept() -> None:
    added = adds((countersigner, "legal"), "treasurer", beside, 3)
    back = signs("audit", at=3), added, says(handler, "clerk", give_back, 3, to=1, straight=True)
    rest = (handler, "clerk"), (countersigner, "legal"), (countersigner, "treasurer")
    assert after(ROUTE, *THERE, *back, says(host, "head", round=2)) == waits(3, *rest, round=2)


def test_a_straight_return_from_where_it_was_returned_to_keeps_the_first_way_back() -> None:
    twice = *hr_returns(to=2, straight=True), says(host, "vice", give_back, 2, 2, to=1, straight=True)
    there = *twice, says(host, "head", round=3)
    assert after(ROUTE, *there) == waits(2, (host, "vice"), round=3)
    rest = (handler, "clerk"), (countersigner, "legal")
    assert after(ROUTE, *there, says(host, "vice", at=2, round=3)) == waits(3, *rest, round=3)


def test_another_return_forgets_the_way_back() -> None:
    twice = *hr_returns(to=2, straight=True), says(host, "vice", give_back, 2, 2, to=1)
    there = *twice, says(host, "head", round=3), says(host, "vice", at=2, round=3)
    everyone = (handler, "clerk"), (countersigner, "audit"), (countersigner, "legal")
    assert after(ROUTE, *there) == waits(3, *everyone, round=3)


def test_ending_the_flow_goes_nowhere_straight_back() -> None:
    may = [replace(HEAD, may_finish=True), VICE, HR]
    assert after(may, *hr_returns(to=1, straight=True), says(host, "head", finish, round=2)) is Outcome.approved


# To the one before, of countersigners one after the other


def test_in_turn_a_return_to_the_one_before_keeps_all_other_words() -> None:
    said = signs("an"), signs("bo"), says(countersigner, "cai", give_back, to=1)
    assert after([IN_TURN], *said) == waits(1, (countersigner, "bo"), round=2)
    assert after([IN_TURN], *said, signs("bo", round=2)) == waits(1, (countersigner, "cai"), round=2)


def test_in_turn_the_first_has_nobody_before_them() -> None:
    assert not is_awaited([IN_TURN], says(countersigner, "an", give_back, to=1))


def test_in_turn_who_gives_advice_is_not_the_one_before() -> None:
    asked = adds((countersigner, "an"), "expert", before, part=adviser), says(adviser, "expert", advise)
    assert not is_awaited([IN_TURN], *asked, says(countersigner, "an", give_back, to=1))
    later = adds((countersigner, "bo"), "expert", before, part=adviser), says(adviser, "expert", advise)
    back = says(countersigner, "bo", give_back, to=1)
    assert after([IN_TURN], signs("an"), *later, back) == waits(1, (countersigner, "an"), round=2)


def test_to_the_one_before_there_is_no_straight_and_only_for_them() -> None:
    said = signs("an"), signs("bo")
    assert not is_awaited([IN_TURN], *said, says(countersigner, "cai", give_back, to=1, straight=True))
    early = replace(IN_TURN, early=True)
    assert not is_awaited([early], *said, says(host, "chair", give_back, to=1))
    everyone = replace(IN_TURN, rule=CountersignRule.all)
    assert not is_awaited([everyone], *said, says(countersigner, "cai", give_back, to=1))


def test_a_return_to_the_one_before_keeps_the_way_straight_back() -> None:
    route = [IN_TURN, HR]
    signed = signs("an"), signs("bo"), signs("cai"), says(host, "chair")
    back = says(handler, "clerk", give_back, 2, to=1, straight=True)
    again = signs("an", round=2), says(countersigner, "bo", give_back, round=2, to=1)
    rest = signs("an", round=3), signs("bo", round=3), signs("cai", round=3), says(host, "chair", round=3)
    kept = signs("audit", at=2)
    there = after(route, *signed, kept, back, *again, *rest)
    assert there == waits(2, (handler, "clerk"), (countersigner, "legal"), round=3)
