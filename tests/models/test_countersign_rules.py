"""SEMANTICS.md, "Countersign rules", cell by cell: each rule with each word, of a board of three and its chair."""

from dataclasses import replace

import pytest

from models.route import INITIATOR, CountersignRule, Outcome, Said, Step, Verdict
from tests.models.words import (
    FENG,
    HEAD,
    VICE,
    adds,
    after,
    agree,
    before,
    beside,
    countersigner,
    give_back,
    handler,
    host,
    initiator,
    is_awaited,
    lapse,
    refuse,
    says,
    signs,
    turns,
    waits,
)

RULES = list(CountersignRule)
BOARD = Step("board", "会签", "chair", countersigners=("an", "bo", "cai"), percent=60)
NOBODY: set[str] = set()


def board(rule: CountersignRule, **changes: object) -> Step:
    return replace(BOARD, rule=rule, **changes)  # type: ignore[arg-type]


# Who is asked


@pytest.mark.parametrize("rule", RULES)
def test_all_are_asked_at_once_but_in_turn(rule: CountersignRule) -> None:
    at_once = {"an", "bo", "cai"}, {"chair"}
    assert turns([board(rule)]) == (({"an"}, {"bo", "cai", "chair"}) if rule == "sequential" else at_once)


@pytest.mark.parametrize("rule", RULES)
def test_where_nobody_countersigns_the_host_is_asked_at_once(rule: CountersignRule) -> None:
    assert turns([board(rule, countersigners=(), refusal_ends=True)]) == ({"chair"}, NOBODY)


# Agree, refuse, over time


@pytest.mark.parametrize(
    ("rule", "words", "then"),
    [
        ("all", [agree], {"bo", "cai"}),
        ("all", [agree, agree], {"cai"}),
        ("all", [agree, agree, agree], {"chair"}),
        ("all", [refuse], {"chair"}),
        ("all", [agree, refuse], {"chair"}),
        ("percent", [agree], {"bo", "cai"}),
        ("percent", [agree, agree], {"chair"}),
        ("percent", [refuse], {"bo", "cai"}),
        ("percent", [refuse, agree], {"cai"}),
        ("percent", [refuse, refuse], {"chair"}),
        ("percent", [lapse], {"bo", "cai"}),
        ("percent", [lapse, agree], {"cai"}),
        ("percent", [lapse, refuse], {"chair"}),
        ("percent", [lapse, agree, agree], {"chair"}),
        ("advisory", [agree], {"bo", "cai"}),
        ("advisory", [refuse], {"bo", "cai"}),
        ("advisory", [lapse], {"bo", "cai"}),
        ("advisory", [refuse, lapse, refuse], {"chair"}),
        ("any", [agree], {"chair"}),
        ("any", [refuse], {"chair"}),
        ("sequential", [agree], {"bo"}),
        ("sequential", [agree, agree], {"cai"}),
        ("sequential", [agree, agree, agree], {"chair"}),
        ("sequential", [refuse], {"chair"}),
        ("sequential", [agree, refuse], {"chair"}),
    ],
)
def test_who_is_asked_next(rule: str, words: list[Verdict], then: set[str]) -> None:
    said = [signs(person, word) for person, word in zip(BOARD.countersigners, words, strict=False)]
    asked, _ = turns([board(CountersignRule(rule), lapses=True)], *said)
    assert asked == then


@pytest.mark.parametrize(("percent", "enough"), [(1, 1), (33, 1), (34, 2), (66, 2), (67, 3), (100, 3)])
def test_a_percentage_is_reached_exactly(percent: int, enough: int) -> None:
    said = [signs(person) for person in BOARD.countersigners[:enough]]
    step = board(CountersignRule.percent, percent=percent)
    assert turns([step], *said) == ({"chair"}, NOBODY)
    assert "chair" not in turns([step], *said[:-1])[0]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("lapses", [False, True])
def test_time_runs_out_for_advice_and_where_the_percentage_lets_it(rule: CountersignRule, lapses: bool) -> None:
    runs_out = rule == "advisory" or (rule == "percent" and lapses)
    assert is_awaited([board(rule, lapses=lapses)], signs("an", lapse)) is runs_out


@pytest.mark.parametrize(
    ("rule", "words"),
    [("all", [refuse]), ("percent", [agree, agree]), ("any", [agree]), ("sequential", [refuse])],
)
def test_who_is_not_needed_any_more_is_not_asked(rule: str, words: list[Verdict]) -> None:
    said = [signs(person, word) for person, word in zip(BOARD.countersigners, words, strict=False)]
    assert not is_awaited([board(CountersignRule(rule))], *said, signs("cai"))


@pytest.mark.parametrize("rule", RULES)
def test_a_refusal_does_not_spare_the_handler(rule: CountersignRule) -> None:
    said = [signs("an", refuse), says(handler, "clerk")]
    asked, later = turns([board(rule, handlers=("clerk",))], said[0])
    assert "clerk" in asked
    assert "chair" in later
    assert ("chair" in turns([board(rule, handlers=("clerk",))], *said)[0]) is (rule not in ("percent", "advisory"))


# Return


@pytest.mark.parametrize("rule", RULES)
def test_a_return_goes_to_the_target_but_of_advice_to_the_initiator_only(rule: CountersignRule) -> None:
    route = [HEAD, board(rule)]
    to_initiator = says(countersigner, "an", give_back, 2, to=INITIATOR)
    to_head = says(countersigner, "an", give_back, 2, to=1)
    assert after(route, says(host, "head"), to_initiator) == waits(0, (initiator, FENG), round=2)
    if rule == "advisory":
        assert not is_awaited(route, says(host, "head"), to_head)
    else:
        assert after(route, says(host, "head"), to_head) == waits(1, (host, "head"), round=2)


# Where the step says that a refusal refuses the request


@pytest.mark.parametrize(
    ("rule", "words", "refused"),
    [
        ("all", [agree, refuse], True),
        ("percent", [refuse], False),
        ("percent", [agree, refuse, refuse], True),
        ("percent", [lapse, refuse], True),
        ("advisory", [refuse, refuse, refuse], False),
        ("any", [refuse], True),
        ("any", [agree], False),
        ("sequential", [agree, refuse], True),
    ],
)
def test_a_refusal_as_the_rule_counts_refuses_the_request(rule: str, words: list[Verdict], refused: bool) -> None:
    said = [signs(person, word) for person, word in zip(BOARD.countersigners, words, strict=False)]
    stands = after([board(CountersignRule(rule), lapses=True, refusal_ends=True)], *said)
    assert (stands is Outcome.refused) is refused


def test_once_an_early_host_has_spoken_nobody_is_there_to_refuse() -> None:
    step = board(CountersignRule.all, early=True, refusal_ends=True)
    trails = adds((host, "chair"), "treasurer", beside)
    assert turns([step, VICE], trails, says(host, "chair")) == ({"treasurer"}, NOBODY)
    assert not is_awaited([step, VICE], trails, says(host, "chair"), signs("an", refuse))


# Whom the rule counts


@pytest.mark.parametrize("rule", RULES)
def test_a_signer_whom_a_countersigner_adds_is_counted(rule: CountersignRule) -> None:
    said: list[Said] = [signs("treasurer", refuse)]
    stands = after([board(rule, refusal_ends=True)], adds((countersigner, "an"), "treasurer", before), *said)
    assert (stands is Outcome.refused) is (rule in ("all", "any", "sequential"))


def test_with_a_fourth_signer_the_percentage_is_of_four() -> None:
    added = adds((countersigner, "an"), "treasurer", beside)
    step = board(CountersignRule.percent)
    assert turns([step], added, signs("an"), signs("bo")) == ({"cai", "treasurer"}, {"chair"})
    assert turns([step], added, signs("an"), signs("bo"), signs("treasurer")) == ({"chair"}, NOBODY)


@pytest.mark.parametrize("rule", RULES)
def test_a_signer_whom_the_host_adds_before_them_is_not(rule: CountersignRule) -> None:
    step = board(rule, early=True, refusal_ends=True)
    added = adds((host, "chair"), "treasurer", before)
    asked, _ = turns([step], added, signs("treasurer", refuse))
    assert {"an", "chair"} <= asked
