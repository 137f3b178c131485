"""So many in so long: tries are rows of the record, counted there, because several processes answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, select

from models.access import FailedLogIn, SheetCheck
from models.database import one_at_a_time

MOST_PURGED = 1000
Tries = type[FailedLogIn] | type[SheetCheck]


@dataclass(frozen=True)
class Bound:
    """At most so many tries with this value in this column."""

    column: Any
    value: str
    most: int


def hold(session: Session, tries: Tries, bounds: Sequence[Bound], window: timedelta, now: datetime) -> int | None:
    """Keep others from trying at the same time until this transaction ends; how many seconds this one has to wait.

    Bounds are locked in their order, the same for all, so no two wait for each other. Parallel tries come one after the
    other, and each finds what those before it did.
    """
    for each in bounds:
        one_at_a_time(session, f"{each.column} {each.value}")
    _purge(session, tries, now - window)
    until = [each + window for each in reached(session, tries, bounds) if each > now - window]
    return ceil((max(until) - now).total_seconds()) if until else None


def reached(session: Session, tries: Tries, bounds: Sequence[Bound]) -> list[datetime]:
    """Of each bound that is reached, when the try was made that has to be forgotten before another may be made."""
    found = [session.scalar(_last(tries, each)) for each in bounds]
    return [at for at in found if at]


def _last(tries: Tries, bound: Bound) -> Any:
    alike = select(tries.at).where(bound.column == bound.value).order_by(col(tries.at).desc())
    return alike.offset(bound.most - 1).limit(1)


def _purge(session: Session, tries: Tries, before: datetime) -> None:
    old = select(tries.no).where(tries.at <= before).limit(MOST_PURGED)
    old = old.with_for_update(skip_locked=True)  # someone else takes those away at this moment
    session.execute(delete(tries).where(col(tries.no).in_(old)))
