"""Which words count now: after returns, straight ones too, words taken back, signers added and removed."""

from models.route import (
    INITIATOR,
    Added,
    CountersignRule,
    Event,
    Part,
    Removed,
    Said,
    Seat,
    Step,
    TakenBack,
    Verdict,
    Where,
)
from models.standing import standing

FENG = "feng"
HEAD, VICE = Step("head", "部门负责人审批", "head"), Step("vice", "分管校领导审批", "vice")
SIGNED = Step("hr", "人事处审核", "hr", countersigners=("audit", "legal"))
ROUTE = [HEAD, SIGNED, VICE]
head, hr, vice = ((Part.host, person) for person in ("head", "hr", "vice"))
audit, legal = (Part.countersigner, "audit"), (Part.countersigner, "legal")


def says(seat: Seat, at: int, round: int = 1, verdict: Verdict = Verdict.agree) -> Said:
    return Said(round, at, *seat, verdict)


def back(seat: Seat, at: int, to: int, *, straight: bool = False) -> Said:
    return Said(1, at, *seat, Verdict.give_back, to, straight=straight)


def words(*events: Event, steps: list[Step] = ROUTE) -> dict[int, dict[str, int]]:
    """By position, who has a word that counts, and the round it was given in."""
    stands = standing(steps, events, FENG)
    return {at: {person: said.round for (_, person), said in place.given.items()} for at, place in stands.items()}


AGREED = says(head, 1), says(audit, 2), says(legal, 2), says(hr, 2)


def test_every_step_reached_keeps_its_words() -> None:
    assert words(*AGREED) == {1: {"head": 1}, 2: {"audit": 1, "legal": 1, "hr": 1}, 3: {}}
    assert words(*AGREED, says(vice, 3))[3] == {"vice": 1}


def test_a_return_leaves_only_the_words_before_it() -> None:
    assert words(*AGREED, back(vice, 3, to=2)) == {1: {"head": 1}, 2: {}}
    assert words(*AGREED, back(vice, 3, to=INITIATOR)) == {}


def test_a_straight_return_keeps_the_words_of_the_steps_between_and_of_its_own() -> None:
    returned = *AGREED[:2], back(legal, 2, to=1, straight=True)
    assert words(*returned) == {1: {}, 2: {"audit": 1}}
    assert words(*returned, says(head, 1, 2)) == {1: {"head": 2}, 2: {"audit": 1}}
    far = words(*AGREED, back(vice, 3, to=1, straight=True), says(head, 1, 2), says(vice, 3, 2))
    assert far == {1: {"head": 2}, 2: {"audit": 1, "legal": 1, "hr": 1}, 3: {"vice": 2}}


def test_a_word_taken_back_leaves_the_others() -> None:
    here = TakenBack(1, 2, *audit)
    assert words(says(head, 1), says(audit, 2), says(legal, 2), here)[2] == {"legal": 1}
    assert words(*AGREED, TakenBack(1, 2, *hr)) == {1: {"head": 1}, 2: {"audit": 1, "legal": 1}}


def test_a_return_taken_back_gives_the_words_before_it_their_weight_again() -> None:
    assert words(*AGREED, back(vice, 3, to=1), TakenBack(1, 3, *vice)) == words(*AGREED)


def test_a_removed_signer_is_nobody_the_step_waits_for() -> None:
    added = Added(1, 1, Part.countersigner, "extra", head, Where.after)
    events = added, says(head, 1), Removed(1, 1, Part.countersigner, "extra")
    assert standing([HEAD, VICE], events, FENG)[1].added == ()
    assert words(*events, steps=[HEAD, VICE]) == {1: {"head": 1}, 2: {}}


def test_a_refusal_is_the_last_word_that_counts() -> None:
    refused = says(hr, 1, verdict=Verdict.refuse)
    alone = Step("hr", "人事处审核", "hr", countersigners=("audit",), rule=CountersignRule.any)
    assert words(says(audit, 1), refused, steps=[alone]) == {1: {"audit": 1, "hr": 1}}
