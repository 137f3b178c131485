"""Working days, working hours and days of leave. Pure: the calendar and the moments are arguments.

Source: SEMANTICS.md "Time"; FORMS.md "leave" for how days are counted. The holidays of a year that is not
known are not guessed at: its weekdays count as working days, and `knows` tells that this is so.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from itertools import count
from zoneinfo import ZoneInfo

HoursOfDay = tuple[tuple[time, time], ...]

OFFICE_HOURS: HoursOfDay = ((time(8, 30), time(12)), (time(14), time(17, 30)))
CHINA = ZoneInfo("Asia/Shanghai")
SATURDAY = 5
MICROSECOND = timedelta(microseconds=1)
MICROSECONDS_PER_HOUR = timedelta(hours=1) // MICROSECOND


@dataclass(frozen=True)
class Calendar:
    """Public holidays (放假) and make-up workdays (调休上班) of the years that are known."""

    holidays: frozenset[date]
    workdays: frozenset[date]
    years: frozenset[int]


def knows(calendar: Calendar, day: date) -> bool:
    """Whether the holidays of that day's year are known; if not, weekdays are counted."""
    return day.year in calendar.years


def is_workday(calendar: Calendar, day: date) -> bool:
    return day in calendar.workdays or (day.weekday() < SATURDAY and day not in calendar.holidays)


def after_working_hours(
    calendar: Calendar,
    start: datetime,
    hours: Decimal | int,
    hours_of_day: HoursOfDay = OFFICE_HOURS,
    tz: tzinfo = CHINA,
) -> datetime:
    """The first moment, in `tz`, at which `hours` working hours have passed since `start`.

    Args:
        start: with a zone; need not lie in working hours.
        hours: not negative; kept to the microsecond.
        hours_of_day: (from, to) of each stretch of work in a day, local time, in order.

    Raises:
        ValueError: `start` has no zone, `hours` is negative or not a number, or no day has any working hours.
    """
    left = _duration(hours)
    here = _moment(start)
    if not left:
        return start.astimezone(tz)
    if not any(opens < closes for opens, closes in hours_of_day):
        raise ValueError("no working hours in a day")
    for opens, closes in _stretches(calendar, here, hours_of_day, tz):
        begin = max(opens, here)
        if closes - begin >= left:
            return (begin + left).astimezone(tz)
        left -= max(closes - begin, timedelta())
    raise AssertionError("stretches have no end")


def working_hours_between(
    calendar: Calendar,
    start: datetime,
    end: datetime,
    hours_of_day: HoursOfDay = OFFICE_HOURS,
    tz: tzinfo = CHINA,
) -> Decimal:
    """Working hours from `start` to `end`, both with a zone.

    Raises:
        ValueError: a moment without a zone, or `end` before `start`.
    """
    first, last = _moment(start), _moment(end)
    if last < first:
        raise ValueError(f"backwards: {start} to {end}")
    passed = timedelta()
    for opens, closes in _stretches(calendar, first, hours_of_day, tz, until=last):
        passed += max(min(closes, last) - max(opens, first), timedelta())
    return Decimal(passed // MICROSECOND) / MICROSECONDS_PER_HOUR


def leave_days(calendar: Calendar, start: date, start_half: str, end: date, end_half: str, working: bool) -> Decimal:
    """Days of leave from one half day to another, both taken: whole and half days.

    Args:
        start_half: "am" or "pm", the first half day taken.
        end_half: "am" or "pm", the last half day taken.
        working: count working days only (年休假, 公假), else calendar days.

    Raises:
        ValueError: backwards, or a half that is neither.
    """
    if not {start_half, end_half} <= {"am", "pm"}:
        raise ValueError(f"a half is am or pm: {start_half}, {end_half}")
    if (end, end_half) < (start, start_half):  # "am" < "pm"
        raise ValueError(f"backwards: {start} {start_half} to {end} {end_half}")
    days = (start + timedelta(days=ahead) for ahead in range((end - start).days + 1))
    halves = 2 * sum(1 for day in days if not working or is_workday(calendar, day))
    halves -= start_half == "pm" and (not working or is_workday(calendar, start))
    halves -= end_half == "am" and (not working or is_workday(calendar, end))
    return Decimal(halves) / 2


def _stretches(
    calendar: Calendar, start: datetime, hours_of_day: HoursOfDay, tz: tzinfo, until: datetime | None = None
) -> Iterator[tuple[datetime, datetime]]:
    """Stretches of work from that day on. In UTC: subtracting local times ignores a clock change."""
    first = start.astimezone(tz).date()
    last = until.astimezone(tz).date() if until else None
    for ahead in count():
        day = first + timedelta(days=ahead)
        if last and day > last:
            return
        if is_workday(calendar, day):
            for hours in hours_of_day:
                opens, closes = (datetime.combine(day, clock, tz).astimezone(UTC) for clock in hours)
                yield opens, closes


def _moment(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"a moment without a zone: {moment}")
    return moment.astimezone(UTC)


def _duration(hours: Decimal | int) -> timedelta:
    whole = Decimal(hours)
    if not whole.is_finite() or whole < 0:
        raise ValueError(f"not a number of hours: {hours}")
    return round(whole * MICROSECONDS_PER_HOUR) * MICROSECOND
