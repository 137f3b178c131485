"""Rules of 代理: two delegations of a person at once, and people who would act for one another in a ring.

Source: SEMANTICS.md, 代理 delegation. Periods are half open: at its end a delegation is over.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self


@dataclass(frozen=True)
class Acting:
    """The delegate acts for the principal in this period, for these kinds; none: all."""

    principal: str
    delegate: str
    kinds: frozenset[str] | None
    starts_at: datetime
    ends_at: datetime

    def within(self, other: Self) -> Self | None:
        """The part of this delegation that is shared with the other: period and kinds; None if there is none."""
        starts_at, ends_at = max(self.starts_at, other.starts_at), min(self.ends_at, other.ends_at)
        kinds = _both(self.kinds, other.kinds)
        shares = starts_at < ends_at and (kinds is None or kinds)
        return replace(self, kinds=kinds, starts_at=starts_at, ends_at=ends_at) if shares else None


def second(new: Acting, others: Collection[Acting]) -> Acting | None:
    """Another delegation of the same principal, for a kind of this one, in its period."""
    return next((each for each in others if each.principal == new.principal and each.within(new)), None)


def ring(new: Acting, others: Collection[Acting]) -> tuple[str, ...]:
    """The people of the loop that it would close, from its principal back to them; empty if it closes none.

    Only delegations that hold all at one moment for one kind make a loop.
    """
    return next(_rings(new, others, (new.principal,)), ())


def _rings(step: Acting, others: Collection[Acting], people: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Every way on from the delegate of a step that leads back to the first of these people."""
    so_far = (*people, step.delegate)
    if step.delegate == people[0]:
        yield so_far
    elif step.delegate not in people:
        for each in others:
            if each.principal == step.delegate and (shared := each.within(step)):
                yield from _rings(shared, others, so_far)


def _both(some: frozenset[str] | None, others: frozenset[str] | None) -> frozenset[str] | None:
    if some is None or others is None:
        return others if some is None else some
    return some & others
