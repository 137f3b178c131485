"""加签、减签、委派 in SEMANTICS.md: before, beside and after, by host and by countersigner; advice; taken out again."""

from dataclasses import replace

import pytest

from models.route import INITIATOR, Added, CountersignRule, Event, Outcome, Part, Seat, Step, Where
from tests.models.words import (
    FENG,
    HEAD,
    VICE,
    adds,
    advise,
    adviser,
    after,
    agree,
    before,
    behind,
    beside,
    countersigner,
    finish,
    give_back,
    handler,
    host,
    initiator,
    is_awaited,
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
AN, BO, HOST, CLERK = (countersigner, "an"), (countersigner, "bo"), (host, "head"), (handler, "clerk")
NOBODY: set[str] = set()


# Where they stand


@pytest.mark.parametrize(
    ("where", "now", "later"),
    [
        (before, {"dai"}, {"an", "bo", "chair"}),
        (beside, {"an", "dai"}, {"bo", "chair"}),
        (behind, {"an"}, {"dai", "bo", "chair"}),
    ],
)
def test_where_a_signer_added_by_a_countersigner_stands(where: Where, now: set[str], later: set[str]) -> None:
    assert turns([IN_TURN], adds(AN, "dai", where)) == (now, later)


@pytest.mark.parametrize(("where", "last"), [(before, "an"), (beside, "dai"), (behind, "dai")])
def test_who_waits_for_the_adder_waits_for_the_added_too(where: Where, last: str) -> None:
    both = sorted([signs("an"), signs("dai")], key=lambda said: said.person == last)
    assert turns([IN_TURN], adds(AN, "dai", where), both[0]) == ({last}, {"bo", "chair"})
    assert turns([IN_TURN], adds(AN, "dai", where), *both) == ({"bo"}, {"chair"})


@pytest.mark.parametrize(
    ("where", "now", "later"),
    [(before, {"dai"}, {"head"}), (beside, {"head", "dai"}, NOBODY), (behind, {"head"}, {"dai"})],
)
def test_where_a_signer_added_by_the_host_stands(where: Where, now: set[str], later: set[str]) -> None:
    assert turns([HEAD], adds(HOST, "dai", where)) == (now, later)


def test_before_the_host_a_refusal_is_only_recorded() -> None:
    step = replace(HEAD, refusal_ends=True)
    assert turns([step], adds(HOST, "dai", before), signs("dai", refuse)) == ({"head"}, NOBODY)


def test_the_second_added_after_the_same_signer_comes_before_the_first() -> None:
    twice = adds(AN, "dai", behind), adds(AN, "e", behind)
    assert turns([IN_TURN], *twice, signs("an")) == ({"e"}, {"dai", "bo", "chair"})


@pytest.mark.parametrize("where", Where)
def test_who_is_added_comes_after_those_who_come_before_the_adder(where: Where) -> None:
    added = signs("an"), adds(BO, "dai", where)
    assert turns([IN_TURN], *added, takes_back(signs("an"))) == ({"an"}, {"bo", "dai", "chair"})


# Those who trail the host


@pytest.mark.parametrize("where", [beside, behind])
@pytest.mark.parametrize(("says_host", "then"), [(agree, waits(2, (host, "vice"))), (finish, Outcome.approved)])
def test_the_step_waits_for_those_who_trail_its_host(where: Where, says_host: str, then: object) -> None:
    route = [replace(HEAD, may_finish=True), VICE]
    said: list[Event] = [adds(HOST, "dai", where), says(*HOST, says_host)]  # type: ignore[arg-type]
    assert turns(route, *said) == ({"dai"}, NOBODY)
    assert after(route, *said, signs("dai")) == then


@pytest.mark.parametrize(("first", "then"), [("dai", waits(2, (host, "vice"))), ("head", Outcome.refused)])
def test_their_refusal_refuses_after_the_host_and_is_only_recorded_before(first: str, then: object) -> None:
    said = sorted([signs("dai", refuse), says(*HOST)], key=lambda each: each.person != first)
    assert after([HEAD, VICE], adds(HOST, "dai", beside), *said) == then


@pytest.mark.parametrize("where", [beside, behind])
def test_whom_they_add_trails_too(where: Where) -> None:
    added = adds(HOST, "dai", beside), adds((countersigner, "dai"), "e", where)
    assert turns([HEAD, VICE], *added, says(*HOST), signs("dai")) == ({"e"}, NOBODY)
    assert after([HEAD, VICE], *added, says(*HOST), signs("dai"), signs("e", refuse)) == Outcome.refused


def test_they_may_return_it_after_the_host_has_spoken() -> None:
    back = says(countersigner, "dai", give_back, to=INITIATOR)
    assert after([HEAD], adds(HOST, "dai", beside), says(*HOST), back) == waits(0, (initiator, FENG), round=2)


def test_those_added_before_a_host_stay_with_whoever_is_named_in_their_place() -> None:
    route = [HEAD, replace(VICE, choice=("dean",))]
    vice = (host, "vice")
    added = adds(vice, "e", before, 2), signs("e", at=2), adds(vice, "dai", behind, 2)
    back = says(*vice, give_back, 2, to=1, straight=True)
    there = says(*HOST), *added, back, says(*HOST, round=2, host="dean")
    assert after(route, *there) == waits(2, (host, "dean"), round=2)
    assert turns(route, *there) == ({"dean"}, {"dai"})


# Who may be added, and by whom


@pytest.mark.parametrize("by", [AN, BO, CLERK, (host, "chair")])
@pytest.mark.parametrize("part", Part)
def test_countersigners_add_signers_and_like_handlers_ask_advice_when_it_is_their_turn(by: Seat, part: Part) -> None:
    may = (part == "adviser" and by != (host, "chair")) or (part == "countersigner" and by in (AN, BO))
    assert is_awaited([BOARD], adds(by, "dai", before, part=part)) is may


@pytest.mark.parametrize("person", ["an", "bo", "clerk", "chair", "dai", FENG])
def test_nobody_is_added_who_has_a_seat_nor_the_initiator(person: str) -> None:
    has = adds(BO, "dai", beside)
    assert not is_awaited([BOARD], has, adds(AN, person, before))
    assert is_awaited([BOARD], has, adds(AN, "e", before))


@pytest.mark.parametrize("added", [Added(at, of, Part.countersigner, "dai", AN, before) for at, of in ((2, 1), (1, 2))])
def test_nobody_is_added_to_another_round_or_step(added: Added) -> None:
    assert not is_awaited([BOARD, VICE], added)


# 委派: advice


@pytest.mark.parametrize("by", [AN, CLERK])
def test_advice_comes_first_and_then_the_one_who_asked_goes_on(by: Seat) -> None:
    asks = adds(by, "expert", before, part=adviser)
    others = {"an", "bo", "clerk"} - {by[1]}
    assert turns([BOARD], asks) == (others | {"expert"}, {by[1], "chair"})
    assert turns([BOARD], asks, says(adviser, "expert", advise)) == (others | {by[1]}, {"chair"})


def test_the_host_asks_for_advice_too() -> None:
    asks = adds(HOST, "expert", before, part=adviser)
    assert turns([HEAD], asks) == ({"expert"}, {"head"})
    assert after([HEAD], asks, says(adviser, "expert", advise), says(*HOST)) is Outcome.approved


@pytest.mark.parametrize("where", [beside, behind])
def test_advice_is_asked_beforehand_only(where: Where) -> None:
    assert not is_awaited([BOARD], adds(AN, "expert", where, part=adviser))


@pytest.mark.parametrize("verdict", [agree, refuse])
def test_an_adviser_only_advises(verdict: str) -> None:
    asks = adds(AN, "expert", before, part=adviser)
    assert not is_awaited([BOARD], asks, says(adviser, "expert", verdict))  # type: ignore[arg-type]
    assert not is_awaited([BOARD], asks, signs("bo", advise))


def test_an_adviser_adds_nobody() -> None:
    asks = adds(AN, "expert", before, part=adviser)
    assert not is_awaited([BOARD], asks, adds((adviser, "expert"), "dai", before))


def test_advice_for_somebody_who_is_not_needed_any_more_is_not_needed_either() -> None:
    asks = adds(AN, "expert", before, part=adviser)
    assert turns([BOARD], asks, signs("bo", refuse)) == ({"clerk"}, {"chair"})
    assert not is_awaited([BOARD], asks, signs("bo", refuse), says(adviser, "expert", advise))


# 减签


def test_without_the_signer_taken_out_the_step_goes_on() -> None:
    added, removed = adds(HOST, "dai", before), removes(countersigner, "dai")
    assert turns([HEAD], added, removed) == ({"head"}, NOBODY)
    trails = adds(HOST, "dai", beside)
    assert after([HEAD, VICE], trails, says(*HOST), removed) == waits(2, (host, "vice"))


def test_without_the_signer_taken_out_a_percentage_may_be_reached_or_lost() -> None:
    step = replace(IN_TURN, rule=CountersignRule.percent, percent=50, refusal_ends=True)
    added, removed = adds(AN, "dai", beside), removes(countersigner, "dai")
    assert turns([step], added, signs("an")) == ({"bo", "dai"}, {"chair"})
    assert turns([step], added, signs("an"), removed) == ({"chair"}, NOBODY)
    most = replace(step, percent=66)
    assert turns([most], added, signs("an", refuse)) == ({"bo", "dai"}, {"chair"})
    assert after([most], added, signs("an", refuse), removed) is Outcome.refused


@pytest.mark.parametrize(
    "events",
    [
        [removes(countersigner, "an")],
        [removes(host, "chair")],
        [adds(AN, "dai", before), signs("dai"), removes(countersigner, "dai")],
        [adds(AN, "dai", before), adds((countersigner, "dai"), "e", before), removes(countersigner, "dai")],
        [adds(AN, "dai", before), removes(adviser, "dai")],
        [adds(AN, "dai", before), replace(removes(countersigner, "dai"), round=2)],
    ],
)
def test_only_who_was_added_and_has_neither_spoken_nor_added_is_taken_out(events: list[Event]) -> None:
    assert not is_awaited([BOARD], *events)


def test_an_adviser_is_taken_out_too_and_then_may_be_asked_again() -> None:
    asks, removed = adds(AN, "expert", before, part=adviser), removes(adviser, "expert")
    assert "an" in turns([BOARD], asks, removed)[0]
    assert is_awaited([BOARD], asks, removed, asks)
