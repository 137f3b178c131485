"""China's public holidays and make-up workdays of 2025 and 2026, with which the calendar table begins.

Source: 国务院办公厅关于2025年部分节假日安排的通知 (2024-11-12) and 国务院办公厅关于2026年部分节假日安排的通知
(2025-11-04). A year's notice comes out in the November before.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from models.worktime import Calendar


@dataclass(frozen=True)
class Holiday:
    """Off from `first` to `last`, weekends included; `worked` are the days worked in exchange (调休上班)."""

    name: str
    first: date
    last: date
    worked: tuple[date, ...] = ()


class Day(NamedTuple):
    """One row of the calendar table: a day off, or a day worked that would otherwise be off."""

    day: date
    works: bool
    name: str


HOLIDAYS = (
    Holiday("元旦", date(2025, 1, 1), date(2025, 1, 1)),
    Holiday("春节", date(2025, 1, 28), date(2025, 2, 4), (date(2025, 1, 26), date(2025, 2, 8))),
    Holiday("清明节", date(2025, 4, 4), date(2025, 4, 6)),
    Holiday("劳动节", date(2025, 5, 1), date(2025, 5, 5), (date(2025, 4, 27),)),
    Holiday("端午节", date(2025, 5, 31), date(2025, 6, 2)),
    Holiday("国庆节、中秋节", date(2025, 10, 1), date(2025, 10, 8), (date(2025, 9, 28), date(2025, 10, 11))),
    Holiday("元旦", date(2026, 1, 1), date(2026, 1, 3), (date(2026, 1, 4),)),
    Holiday("春节", date(2026, 2, 15), date(2026, 2, 23), (date(2026, 2, 14), date(2026, 2, 28))),
    Holiday("清明节", date(2026, 4, 4), date(2026, 4, 6)),
    Holiday("劳动节", date(2026, 5, 1), date(2026, 5, 5), (date(2026, 5, 9),)),
    Holiday("端午节", date(2026, 6, 19), date(2026, 6, 21)),
    Holiday("中秋节", date(2026, 9, 25), date(2026, 9, 27)),
    Holiday("国庆节", date(2026, 10, 1), date(2026, 10, 7), (date(2026, 9, 20), date(2026, 10, 10))),
)


def shipped_days() -> Iterator[Day]:
    """Every day of HOLIDAYS, as the calendar table keeps it."""
    for holiday in HOLIDAYS:
        for ahead in range((holiday.last - holiday.first).days + 1):
            yield Day(holiday.first + timedelta(days=ahead), works=False, name=holiday.name)
        for day in holiday.worked:
            yield Day(day, works=True, name=f"{holiday.name}调休上班")


def calendar_of(days: Iterable[Day]) -> Calendar:
    """The calendar that these days make; a year with any day among them counts as known."""
    known = list(days)
    return Calendar(
        holidays=frozenset(each.day for each in known if not each.works),
        workdays=frozenset(each.day for each in known if each.works),
        years=frozenset(each.day.year for each in known),
    )
