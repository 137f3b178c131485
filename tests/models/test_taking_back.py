"""取回 in SEMANTICS.md: until when, and what it comes to."""

from dataclasses import replace

import pytest

from models.route import INITIATOR, CountersignRule, Event, Outcome, Said, Step, TakenBack
from tests.models.words import (
    FENG,
    HEAD,
    VICE,
    adds,
    advise,
    adviser,
    after,
    before,
    behind,
    beside,
    carry,
    countersigner,
    give_back,
    handler,
    host,
    initiator,
    is_awaited,
    lapse,
    refuse,
    removes,
    says,
    signs,
    takes_back,
    turns,
    waits,
)

BOARD = Step("board", "会签", "chair", handlers=("clerk",), countersigners=("an", "bo"))
IN_TURN = replace(BOARD, handlers=(), rule=CountersignRule.sequential)
SAME = replace(HEAD, key="same")
NOBODY: set[str] = set()
agreed = says(host, "head")


# In the place where it was said


def test_a_word_is_taken_back_in_a_new_round_that_keeps_all_else() -> None:
    said = signs("an"), says(handler, "clerk"), takes_back(signs("an"))
    assert after([BOARD], *said) == waits(1, (countersigner, "an"), (countersigner, "bo"), round=2)


@pytest.mark.parametrize("rule", ["all", "any", "sequential"])
def test_a_refusal_taken_back_asks_the_others_again(rule: str) -> None:
    step = replace(IN_TURN, rule=CountersignRule(rule))
    refused = signs("an", refuse)
    assert turns([step], refused) == ({"chair"}, NOBODY)
    first, _ = turns([step])
    assert turns([step], refused, takes_back(refused))[0] == first


def test_nobody_takes_back_once_someone_whose_turn_comes_after_has_spoken() -> None:
    assert is_awaited([IN_TURN], signs("an"), takes_back(signs("an")))
    assert not is_awaited([IN_TURN], signs("an"), signs("bo"), takes_back(signs("an")))
    early = replace(BOARD, early=True)
    trails = adds((host, "chair"), "dai", beside)
    assert not is_awaited([early], trails, signs("an"), says(host, "chair"), takes_back(signs("an")))


@pytest.mark.parametrize(("where", "may"), [(beside, True), (behind, False)])
def test_the_host_takes_back_while_those_behind_them_are_silent(where: object, may: bool) -> None:
    added = adds((host, "head"), "dai", where), adds((host, "head"), "e", where)  # type: ignore[arg-type]
    assert turns([HEAD, VICE], *added, agreed, takes_back(agreed))[0] >= {"head"}
    spoken = signs("e") if where is behind else signs("dai")
    assert is_awaited([HEAD, VICE], *added, agreed, spoken, takes_back(agreed)) is may


def test_who_trails_the_host_takes_back_though_the_host_has_spoken() -> None:
    added = adds((host, "head"), "dai", beside), adds((host, "head"), "e", beside)
    word = signs("dai")
    assert turns([HEAD, VICE], *added, word, agreed) == ({"e"}, NOBODY)
    assert turns([HEAD, VICE], *added, word, agreed, takes_back(word)) == ({"dai", "e"}, NOBODY)


def test_advice_is_taken_back_until_the_one_who_asked_has_spoken() -> None:
    asks, advised = adds((countersigner, "an"), "expert", before, part=adviser), says(adviser, "expert", advise)
    assert "expert" in turns([BOARD], asks, advised, takes_back(advised))[0]
    assert not is_awaited([BOARD], asks, advised, signs("an"), takes_back(advised))


def test_a_word_given_before_a_straight_return_is_taken_back_after_it() -> None:
    word, back = signs("an", at=2), says(handler, "clerk", give_back, 2, to=1, straight=True)
    there = agreed, word, back, says(host, "head", round=2)
    assert turns([HEAD, BOARD], *there) == ({"bo", "clerk"}, {"chair"})
    assert after([HEAD, BOARD], *there, takes_back(word)) == waits(
        2, (countersigner, "an"), (countersigner, "bo"), (handler, "clerk"), round=3
    )


def test_where_the_countersigners_have_refused_the_host_takes_back_and_it_is_refused() -> None:
    step = replace(IN_TURN, rule=CountersignRule.percent, percent=66, refusal_ends=True, early=True)
    added = adds((countersigner, "an"), "dai", beside), adds((host, "chair"), "e", beside)
    said: list[Event] = [*added, signs("an", refuse), says(host, "chair"), removes(countersigner, "dai")]
    assert turns([step], *said) == ({"e"}, NOBODY)
    assert after([step], *said, takes_back(says(host, "chair"))) is Outcome.refused


# From where it has gone since


@pytest.mark.parametrize(
    ("word", "there"),
    [
        (says(host, "vice", at=2), waits(2, (host, "vice"), round=2)),
        (says(host, "vice", give_back, 2, to=1), waits(2, (host, "vice"), round=3)),
        (says(host, "vice", give_back, 2, to=INITIATOR, straight=True), waits(2, (host, "vice"), round=3)),
    ],
)
def test_it_stands_again_where_it_was_before_the_word_in_a_new_round(word: Said, there: object) -> None:
    assert after([HEAD, VICE, BOARD], agreed, word, takes_back(word)) == there


def test_the_last_to_trail_a_host_takes_it_back_from_the_next_step_and_then_the_host_may_too() -> None:
    added = adds((host, "head"), "dai", beside)
    there = added, agreed, signs("dai"), takes_back(signs("dai"))
    assert after([HEAD, VICE], *there) == waits(1, (countersigner, "dai"), round=2)
    assert turns([HEAD, VICE], *there, takes_back(agreed)) == ({"head", "dai"}, NOBODY)


def test_not_once_something_was_said_since_but_carried_agreement() -> None:
    carried = says(host, "head", carry, 2)
    route = [HEAD, SAME, VICE, BOARD]
    assert after(route, agreed, carried, takes_back(agreed)) == waits(1, (host, "head"), round=2)
    assert not is_awaited(route, agreed, carried, says(host, "vice", at=3), takes_back(agreed))


def test_once_what_was_said_since_is_taken_back_the_one_before_may_too() -> None:
    vice = says(host, "vice", at=2)
    twice = agreed, vice, takes_back(vice), takes_back(agreed)
    assert after([HEAD, VICE, BOARD], *twice) == waits(1, (host, "head"), round=3)


def test_the_way_straight_back_is_there_again() -> None:
    back, again = says(host, "vice", give_back, 2, to=1, straight=True), says(host, "head", round=2)
    route = [HEAD, replace(VICE, countersigners=("an",)), BOARD]
    there = agreed, signs("an", at=2), back, again, takes_back(again)
    assert after(route, *there) == waits(1, (host, "head"), round=3)
    assert after(route, *there, says(host, "head", round=3)) == waits(2, (host, "vice"), round=3)


def test_a_word_taken_back_does_not_count_again_where_the_request_goes_straight_back() -> None:
    word, back = signs("an", at=2), says(handler, "clerk", give_back, 2, to=1, straight=True)
    again = says(host, "head", round=2)
    there = agreed, word, back, again, takes_back(word), takes_back(again), says(host, "head", round=4)
    assert "an" in turns([HEAD, BOARD], *there)[0]


# Whom it named


def test_who_was_named_by_a_word_taken_back_is_named_no_more() -> None:
    route = [HEAD, replace(VICE, choice=("dean",))]
    named = says(host, "head", host="dean", names={"vice": ("clerk",)})
    assert turns(route, named) == ({"clerk"}, {"dean"})
    assert turns(route, named, takes_back(named), says(host, "head", round=2)) == ({"vice"}, NOBODY)


# What cannot be taken back


def test_neither_what_was_said_by_rule_nor_by_the_initiator_is_taken_back() -> None:
    advised = replace(BOARD, rule=CountersignRule.advisory)
    assert not is_awaited([advised], signs("an", lapse), takes_back(signs("an", lapse)))
    carried = says(host, "head", carry, 2)
    assert not is_awaited([HEAD, SAME, VICE], agreed, carried, takes_back(carried))
    back, again = says(host, "head", give_back, to=INITIATOR), says(initiator, FENG, at=INITIATOR, round=2)
    assert not is_awaited([HEAD], back, again, takes_back(again))


@pytest.mark.parametrize(
    "event",
    [TakenBack(1, 1, host, "vice"), TakenBack(2, 1, host, "head"), TakenBack(1, 2, host, "head")],
)
def test_nothing_is_taken_back_that_was_not_said_there(event: TakenBack) -> None:
    assert not is_awaited([HEAD, VICE], agreed, event)


def test_nothing_is_taken_back_twice() -> None:
    assert not is_awaited([HEAD, VICE], agreed, takes_back(agreed), takes_back(agreed))
