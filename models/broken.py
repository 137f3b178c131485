"""A finding of `models/invariants.py`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Broken:
    """An invariant of DESIGN.md §4 that does not hold.

    subject: the request's number, or prefix and year; told: a sentence for the administrator.
    """

    invariant: str  # I1 … I10
    subject: str
    told: str
