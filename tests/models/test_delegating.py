"""Who may act for whom at once: no second delegate for a kind, and nobody acts for themself in a roundabout way."""

from datetime import datetime, timedelta

from models.delegating import Acting, ring, second
from tests.flows.sample import NOW

DAY = timedelta(days=1)


def acting(principal: str, delegate: str, *kinds: str, start: int = 0, days: int = 5) -> Acting:
    begins: datetime = NOW + start * DAY
    return Acting(principal, delegate, frozenset(kinds) or None, begins, begins + days * DAY)


def test_a_second_delegate_for_the_same_kind_at_the_same_time() -> None:
    first = acting("A", "B", "leave", "seal")
    assert second(acting("A", "C", "seal", start=4), [first]) == first
    assert second(acting("A", "C", start=4), [first]) == first  # for all kinds: for those too


def test_another_kind_another_time_or_another_principal_is_no_second_one() -> None:
    first = acting("A", "B", "leave")
    others = [acting("A", "C", "seal"), acting("A", "C", "leave", start=5), acting("D", "B", "leave")]
    assert [second(each, [first]) for each in others] == [None, None, None]


def test_two_who_would_act_for_one_another() -> None:
    assert ring(acting("B", "A"), [acting("A", "B")]) == ("B", "A", "B")


def test_a_ring_of_three_is_named_in_order() -> None:
    assert ring(acting("C", "A"), [acting("B", "C"), acting("A", "X"), acting("A", "B")]) == ("C", "A", "B", "C")


def test_a_ring_that_does_not_lead_back_to_the_principal_is_not_followed_for_ever() -> None:
    assert ring(acting("X", "A"), [acting("A", "B"), acting("B", "A")]) == ()


def test_what_never_holds_at_one_moment_is_no_ring() -> None:
    assert ring(acting("B", "A", start=5), [acting("A", "B")]) == ()
    others = [acting("A", "B", days=2), acting("B", "C", days=5), acting("C", "D", start=3)]
    assert ring(acting("D", "A"), others) == ()  # each meets the next, but the first and the last never


def test_what_shares_no_kind_is_no_ring() -> None:
    assert ring(acting("B", "A", "seal"), [acting("A", "B", "leave")]) == ()
    assert ring(acting("C", "A"), [acting("A", "B", "leave"), acting("B", "C", "seal")]) == ()
    assert ring(acting("C", "A"), [acting("A", "B", "leave"), acting("B", "C", "leave", "seal")]) == (
        "C",
        "A",
        "B",
        "C",
    )
