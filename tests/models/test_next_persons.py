"""自选, handlers named on the way, and agreement carried over: who comes next, by SEMANTICS.md."""

from dataclasses import replace

import pytest

from models.route import Event, Outcome, Removed, Said, Step, Stop
from tests.models.words import (
    HEAD,
    VICE,
    adds,
    advise,
    adviser,
    after,
    before,
    carry,
    finish,
    give_back,
    handler,
    host,
    is_awaited,
    refuse,
    says,
    takes_back,
    waits,
)

DISPATCH = Step("dispatch", "派车", "dispatcher", fields="dispatch")
TAKE_BACK = Step("take-back", "收车", "dispatcher", handlers_by="dispatch", fields="take_back")


# The next persons, named by the host: 自选, and handlers


def test_the_host_chooses_the_next_host_among_those_the_step_names() -> None:
    either = replace(VICE, choice=("vice", "dean"))
    assert after([HEAD, either], says(host, "head", host="dean")) == waits(2, (host, "dean"))
    assert after([HEAD, either], says(host, "head")) == waits(2, (host, "vice"))


@pytest.mark.parametrize(
    "said",
    [
        says(host, "head", host="stranger"),
        says(host, "head", refuse, host="dean"),
        says(host, "head", finish, host="dean"),
        says(handler, "clerk", host="dean"),
    ],
)
def test_nobody_else_is_chosen_nor_otherwise_than_by_agreeing(said: Said) -> None:
    first = replace(HEAD, handlers=("clerk",), early=True, may_finish=True)
    assert not is_awaited([first, replace(VICE, choice=("dean",))], said)


def test_at_the_last_step_there_is_nobody_to_choose() -> None:
    assert not is_awaited([HEAD], says(host, "head", host="vice"))


def test_the_choice_sticks_when_the_step_is_entered_again() -> None:
    either = replace(VICE, choice=("dean",))
    said = says(host, "head", host="dean"), says(host, "dean", give_back, 2, to=1)
    assert after([HEAD, either], *said, says(host, "head", round=2)) == waits(2, (host, "dean"), round=2)


def test_the_driver_named_at_dispatch_takes_part_in_the_return_of_the_car() -> None:
    named = says(host, "dispatcher", names={"take-back": ("driver",)})
    assert after([DISPATCH, TAKE_BACK], named) == waits(2, (handler, "driver"))


@pytest.mark.parametrize("straight", [False, True])
def test_a_second_driver_named_after_a_return_leaves_the_first_ones_word_in_its_round(straight: bool) -> None:
    first = says(host, "dispatcher", names={"take-back": ("driver",)})
    back = says(handler, "driver", give_back, 2, to=1, straight=straight)
    second = says(host, "dispatcher", round=2, names={"take-back": ("other",)})
    assert after([DISPATCH, TAKE_BACK], first, back, second) == waits(2, (handler, "other"), round=2)


# The same person again: agreement is carried over

SAME = replace(HEAD, key="same")


def carries(steps: list[Step], *events: Event) -> bool:
    stop = after(steps, *events)
    assert isinstance(stop, Stop)
    assert ({(host, "head")} == stop.awaited) or not stop.carries
    return stop.carries


def test_who_is_named_later_did_not_handle_the_step_before_that() -> None:
    """The record's route has whoever was named last."""
    early = replace(DISPATCH, handlers=("clerk",), early=True)
    route = [early, replace(TAKE_BACK, host="pool", handlers=("driver",))]
    assert after(route, says(host, "dispatcher")) == waits(2, (host, "pool"))


def test_the_same_host_in_the_step_after_has_their_agreement_carried_over_as_often_as_need_be() -> None:
    said = says(host, "head"), says(host, "head", carry, 2), says(host, "head", carry, 3)
    assert carries([HEAD, SAME, SAME], said[0])
    assert carries([HEAD, SAME, SAME], *said[:2])
    assert after([HEAD, SAME, SAME], *said) is Outcome.approved
    assert after([HEAD, SAME, VICE], *said[:2]) == waits(3, (host, "vice"))


@pytest.mark.parametrize(
    "asked",
    [
        replace(SAME, host="vice"),
        replace(SAME, fields="dispatch"),
        replace(SAME, handlers=("clerk",)),
        replace(SAME, handlers_by="head"),
        replace(SAME, countersigners=("audit",)),
        replace(SAME, asks_opinion=True),
    ],
)
def test_nothing_is_carried_to_another_host_nor_where_something_more_is_asked(asked: Step) -> None:
    assert not carries([HEAD, asked], says(host, "head"))
    early = replace(asked, early=True)
    assert not is_awaited([HEAD, early], says(host, "head"), says(host, asked.host, carry, 2))


def test_who_was_chosen_as_host_counts_for_carrying() -> None:
    either = replace(VICE, choice=("head",))
    assert carries([HEAD, either], says(host, "head", host="head"))


def test_nothing_is_carried_where_the_next_host_is_to_be_chosen() -> None:
    assert carries([HEAD, SAME, VICE], says(host, "head"))
    assert not carries([HEAD, SAME, replace(VICE, choice=("vice", "dean"))], says(host, "head"))


def test_nothing_is_carried_straight_back_nor_after_taking_back() -> None:
    agreed, back = says(host, "head"), says(host, "head", give_back, 2, to=1, straight=True)
    assert not carries([HEAD, SAME], agreed, back, says(host, "head", round=2))
    assert carries([HEAD, SAME], agreed, replace(back, straight=False), says(host, "head", round=2))
    assert not carries([HEAD, SAME], agreed, back, takes_back(back))


def test_nothing_is_carried_once_something_has_happened() -> None:
    asks = adds((host, "head"), "expert", before, 2, adviser)
    said = says(host, "head"), asks, says(adviser, "expert", advise, 2)
    assert not carries([HEAD, SAME], *said)
    assert not carries([HEAD, SAME], *said[:2], Removed(1, 2, adviser, "expert"))
    assert not is_awaited([HEAD, SAME], *said, says(host, "head", carry, 2))
