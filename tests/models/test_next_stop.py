"""SEMANTICS.md, "A step", cell by cell; each test is one sentence of it."""

from dataclasses import replace

import pytest

from models.next_stop import next_stop, permitted
from models.route import INITIATOR, CountersignRule, Outcome, Part, Said, Step, Stop, Verdict
from tests.models.words import (
    FENG,
    HEAD,
    VICE,
    advise,
    adviser,
    after,
    agree,
    countersigner,
    finish,
    give_back,
    handler,
    host,
    initiator,
    is_awaited,
    lapse,
    refuse,
    says,
    signs,
    takes_back,
    turns,
    waits,
)

HR = Step("hr", "人事处审核", "hr", handlers=("clerk",), countersigners=("audit", "legal"))
ADVISED = replace(HR, rule=CountersignRule.advisory)


# A step


def test_a_step_opens_with_its_countersigners_and_handlers_and_the_host_comes_later() -> None:
    assert after([HR]) == waits(1, (handler, "clerk"), (countersigner, "audit"), (countersigner, "legal"))
    assert turns([HR]) == ({"clerk", "audit", "legal"}, {"hr"})


def test_a_step_without_them_opens_with_its_host() -> None:
    assert after([HEAD]) == waits(1, (host, "head"))


def test_the_host_is_asked_once_the_others_are_done() -> None:
    said = signs("audit"), says(handler, "clerk")
    assert after([HR], *said) == waits(1, (countersigner, "legal"))
    assert after([HR], *said, signs("legal")) == waits(1, (host, "hr"))


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


def test_the_host_ends_the_flow_before_the_last_step_only_where_the_route_says_so() -> None:
    may = replace(HEAD, may_finish=True)
    assert after([may, VICE], says(host, "head", finish)) is Outcome.approved
    assert not is_awaited([HEAD, VICE], says(host, "head", finish))


def test_an_early_host_is_asked_at_once_and_spares_the_others() -> None:
    early = replace(HR, early=True)
    assert turns([early]) == ({"clerk", "audit", "legal", "hr"}, set())
    assert after([early, VICE], says(host, "hr")) == waits(2, (host, "vice"))


# Who may say what


@pytest.mark.parametrize(
    ("part", "verdicts"),
    [
        (host, {agree, refuse, give_back}),
        (handler, {agree, give_back}),
        (countersigner, {agree, refuse, give_back}),
        (adviser, {advise}),
    ],
)
def test_verdicts_of_each_part_in_the_middle_of_a_route(part: Part, verdicts: set[Verdict]) -> None:
    assert permitted([HR, VICE], 1, part) == verdicts


def test_more_verdicts_at_the_last_step_and_for_advice() -> None:
    assert permitted([ADVISED], 1, host) == {agree, finish, refuse, give_back}
    assert permitted([ADVISED], 1, countersigner) == {agree, refuse, give_back, lapse}
    assert permitted([ADVISED], INITIATOR, initiator) == {agree}


@pytest.mark.parametrize(
    "said",
    [
        says(host, "stranger"),
        says(host, "head", at=2),
        says(host, "head", round=2),
        says(host, "head", straight=True),
        says(handler, "head"),
    ],
)
def test_no_other_person_seat_step_or_round_is_awaited(said: Said) -> None:
    assert not is_awaited([HEAD, VICE], said)


def test_nobody_is_asked_twice_in_a_round() -> None:
    assert not is_awaited([HR], signs("audit"), signs("audit"))


@pytest.mark.parametrize("verdict", [agree, refuse])
def test_after_the_outcome_nothing_more_is_awaited(verdict: Verdict) -> None:
    said = says(host, "head", verdict)
    assert not is_awaited([HEAD], said, says(host, "head"))
    assert not is_awaited([HEAD], said, says(initiator, FENG, Verdict.withdraw))
    assert not is_awaited([HEAD], said, takes_back(said))


def test_an_edition_begins_in_the_round_and_at_the_step_it_is_told() -> None:
    assert next_stop([HEAD, VICE], [], FENG, first_round=3, start=2) == waits(2, (host, "vice"), round=3)


# 撤回


def test_the_initiator_withdraws_wherever_it_waits() -> None:
    withdrawal = says(initiator, FENG, Verdict.withdraw)
    assert after([HEAD], withdrawal) is Outcome.withdrawn
    assert after([HEAD, HR], says(host, "head"), withdrawal) is Outcome.withdrawn
    assert after([HEAD], says(host, "head", give_back, to=INITIATOR), withdrawal) is Outcome.withdrawn


def test_nobody_else_withdraws() -> None:
    assert not is_awaited([HEAD], says(initiator, "head", Verdict.withdraw))
