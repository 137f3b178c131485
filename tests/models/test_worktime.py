"""Working days and hours, and days of leave, around the holidays of 2026."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.holidays import calendar_of, shipped_days
from models.worktime import (
    CHINA,
    OFFICE_HOURS,
    Calendar,
    after_working_hours,
    is_workday,
    knows,
    leave_days,
    working_hours_between,
)

CALENDAR = calendar_of(shipped_days())


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=CHINA)


def test_each_year_has_the_days_off_of_its_notice() -> None:
    off = [day.year for day in CALENDAR.holidays]
    assert (off.count(2025), off.count(2026)) == (1 + 8 + 3 + 5 + 3 + 8, 3 + 9 + 3 + 5 + 3 + 3 + 7)


def test_make_up_days_are_weekends_outside_holidays() -> None:
    assert all(day.weekday() >= 5 for day in CALENDAR.workdays)
    assert not CALENDAR.workdays & CALENDAR.holidays


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-02-13", True),  # Friday before Spring Festival
        ("2026-02-14", True),  # make-up Saturday
        ("2026-02-15", False),
        ("2026-02-23", False),  # Monday, still off
        ("2026-02-24", True),
        ("2026-10-10", True),  # make-up Saturday
        ("2026-10-11", False),  # Sunday
        ("2027-02-08", True),  # unknown year: a weekday counts, though it may be a holiday
        ("2027-02-07", False),
    ],
)
def test_workdays(day: str, works: bool) -> None:
    assert is_workday(CALENDAR, date.fromisoformat(day)) is works


def test_the_calendar_says_which_years_it_knows() -> None:
    assert knows(CALENDAR, date(2026, 12, 31))
    assert not knows(CALENDAR, date(2027, 1, 1))


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-23 08:30", 1, "2026-11-23 09:30"),
        ("2026-11-23 11:30", 1, "2026-11-23 14:30"),  # over the lunch break
        ("2026-11-23 12:30", 1, "2026-11-23 15:00"),  # asked in the lunch break
        ("2026-11-23 08:30", Decimal("3.5"), "2026-11-23 12:00"),  # up to the break, not after it
        ("2026-11-27 17:00", 4, "2026-11-30 12:00"),  # Friday evening to Monday
        ("2026-11-27 23:00", 4, "2026-11-30 14:30"),
        ("2026-11-28 10:00", 7, "2026-11-30 17:30"),  # Saturday
        ("2026-02-13 17:00", 4, "2026-02-14 12:00"),  # the make-up Saturday counts
        ("2026-02-14 16:30", 8, "2026-02-24 17:30"),  # over Spring Festival
        ("2026-11-23 08:30", 40, "2026-11-30 15:30"),
        ("2027-02-05 17:00", 1, "2027-02-08 09:00"),  # unknown year: weekdays
        ("2026-11-28 10:00", 0, "2026-11-28 10:00"),
    ],
)
def test_deadline_after_working_hours(start: str, hours: int | Decimal, end: str) -> None:
    assert after_working_hours(CALENDAR, at(start), hours) == at(end)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-11-23 00:00", "2026-11-24 00:00", 7),
        ("2026-11-23 11:00", "2026-11-23 15:00", 2),
        ("2026-11-23 12:00", "2026-11-23 14:00", 0),
        ("2026-11-27 17:15", "2026-11-30 08:45", Decimal("0.5")),
        ("2026-02-14 00:00", "2026-02-25 00:00", 14),
    ],
)
def test_working_hours_between(start: str, end: str, hours: int | Decimal) -> None:
    assert working_hours_between(CALENDAR, at(start), at(end)) == hours


def test_the_office_zone_decides_not_the_moments_zone() -> None:
    noon_in_utc = datetime(2026, 11, 23, 4, tzinfo=UTC)
    assert after_working_hours(CALENDAR, noon_in_utc, 1) == at("2026-11-23 15:00")


def test_a_night_shift_over_a_clock_change_has_the_hours_that_pass() -> None:
    berlin, night = (
        ZoneInfo("Europe/Berlin"),
        ((OFFICE_HOURS[0][0].replace(1, 0), OFFICE_HOURS[0][0].replace(4, 0)),),
    )
    change = Calendar(frozenset(), frozenset({date(2026, 3, 29)}), frozenset({2026}))
    start, end = datetime(2026, 3, 29, tzinfo=berlin), datetime(2026, 3, 30, tzinfo=berlin)
    assert working_hours_between(change, start, end, night, berlin) == 2


@pytest.mark.parametrize("hours", [-1, Decimal("NaN"), Decimal("Infinity")])
def test_no_deadline_of_a_strange_number_of_hours(hours: int | Decimal) -> None:
    with pytest.raises(ValueError, match="not a number of hours"):
        after_working_hours(CALENDAR, at("2026-11-23 08:30"), hours)


def test_no_deadline_without_a_zone_or_without_working_hours() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        after_working_hours(CALENDAR, datetime(2026, 11, 23), 1)  # noqa: DTZ001 - the point
    with pytest.raises(ValueError, match="no working hours"):
        after_working_hours(CALENDAR, at("2026-11-23 08:30"), 1, hours_of_day=())


def test_hours_do_not_run_backwards() -> None:
    with pytest.raises(ValueError, match="backwards"):
        working_hours_between(CALENDAR, at("2026-11-23 08:31"), at("2026-11-23 08:30"))


@pytest.mark.parametrize(
    ("start", "start_half", "end", "end_half", "calendar_days", "working_days"),
    [
        ("2026-11-23", "am", "2026-11-23", "pm", "1", "1"),
        ("2026-11-23", "am", "2026-11-23", "am", "0.5", "0.5"),
        ("2026-11-23", "pm", "2026-11-23", "pm", "0.5", "0.5"),
        ("2026-11-23", "pm", "2026-11-24", "am", "1", "1"),
        ("2026-11-26", "pm", "2026-11-30", "am", "4", "2"),  # over a weekend
        ("2026-11-28", "pm", "2026-11-29", "pm", "1.5", "0"),  # only a weekend
        ("2026-02-14", "am", "2026-02-24", "pm", "11", "2"),  # Spring Festival with its make-up Saturday
        ("2026-02-14", "pm", "2026-02-24", "am", "10", "1"),
        ("2026-02-15", "pm", "2026-02-24", "am", "9", "0.5"),  # a half of a day off takes nothing away
        ("2026-01-01", "am", "2026-12-31", "pm", "365", "248"),
        ("2027-10-01", "am", "2027-10-07", "pm", "7", "5"),  # unknown year: weekdays
    ],
)
def test_days_of_leave(
    start: str, start_half: str, end: str, end_half: str, calendar_days: str, working_days: str
) -> None:
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    counted = [str(leave_days(CALENDAR, first, start_half, last, end_half, working)) for working in (False, True)]
    assert counted == [calendar_days, working_days]


@pytest.mark.parametrize(
    ("start", "start_half", "end", "end_half"),
    [("2026-11-24", "am", "2026-11-23", "pm"), ("2026-11-23", "pm", "2026-11-23", "am")],
)
def test_leave_does_not_run_backwards(start: str, start_half: str, end: str, end_half: str) -> None:
    with pytest.raises(ValueError, match="backwards"):
        leave_days(CALENDAR, date.fromisoformat(start), start_half, date.fromisoformat(end), end_half, working=False)


def test_a_half_is_morning_or_afternoon() -> None:
    with pytest.raises(ValueError, match="am or pm"):
        leave_days(CALENDAR, date(2026, 11, 23), "morning", date(2026, 11, 23), "pm", working=False)


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 2, 1), timezones=st.just(CHINA))  # noqa: DTZ001
HOURS = st.integers(0, 60 * 60).map(lambda minutes: Decimal(minutes) / 60)
QUICK = settings(deadline=None, max_examples=60)


def exactly(hours: Decimal) -> timedelta:
    return timedelta(microseconds=round(hours * 3_600_000_000))


@QUICK
@given(MOMENTS, HOURS)
def test_a_deadline_is_as_many_working_hours_away_as_was_asked(start: datetime, hours: Decimal) -> None:
    deadline = after_working_hours(CALENDAR, start, hours)
    assert exactly(working_hours_between(CALENDAR, start, deadline)) == exactly(hours)


@QUICK
@given(MOMENTS, HOURS.filter(bool))
def test_a_deadline_is_the_first_such_moment(start: datetime, hours: Decimal) -> None:
    before = after_working_hours(CALENDAR, start, hours) - timedelta(microseconds=1)
    assert exactly(working_hours_between(CALENDAR, start, before)) < exactly(hours)


@QUICK
@given(MOMENTS, HOURS, HOURS)
def test_deadlines_add_up(start: datetime, first: Decimal, then: Decimal) -> None:
    in_two = after_working_hours(CALENDAR, after_working_hours(CALENDAR, start, first), then)
    assert working_hours_between(CALENDAR, start, in_two) == pytest.approx(first + then)


@QUICK
@given(st.lists(MOMENTS, min_size=3, max_size=3).map(sorted))
def test_working_hours_add_up(moments: list[datetime]) -> None:
    start, middle, end = moments
    parts = (working_hours_between(CALENDAR, start, middle), working_hours_between(CALENDAR, middle, end))
    assert sum(map(exactly, parts), timedelta()) == exactly(working_hours_between(CALENDAR, start, end))


@QUICK
@given(st.lists(MOMENTS, min_size=2, max_size=2).map(sorted), HOURS)
def test_later_asked_is_never_earlier_due(moments: list[datetime], hours: Decimal) -> None:
    earlier, later = (after_working_hours(CALENDAR, moment, max(hours, Decimal("0.1"))) for moment in moments)
    assert earlier <= later


@settings(deadline=None, max_examples=15)
@given(MOMENTS, st.integers(0, 4 * 24 * 60))
def test_working_hours_are_the_working_minutes_counted_one_by_one(start: datetime, minutes: int) -> None:
    begin = start.replace(second=0, microsecond=0)
    each = (begin + timedelta(minutes=n) for n in range(minutes))
    counted = sum(
        is_workday(CALENDAR, moment.date()) and any(a <= moment.time() < b for a, b in OFFICE_HOURS) for moment in each
    )
    end = begin + timedelta(minutes=minutes)
    assert exactly(working_hours_between(CALENDAR, begin, end)) == timedelta(minutes=counted)


DAYS = st.dates(date(2025, 6, 1), date(2027, 3, 1))


@QUICK
@given(DAYS, st.integers(0, 200), st.integers(1, 200), st.booleans())
def test_a_leave_and_the_leave_that_follows_it_add_up(day: date, first: int, then: int, working: bool) -> None:
    noon, end = day + timedelta(days=first), day + timedelta(days=first + then)
    parts = (
        leave_days(CALENDAR, day, "am", noon, "am", working),
        leave_days(CALENDAR, noon, "pm", end, "pm", working),
    )
    assert sum(parts) == leave_days(CALENDAR, day, "am", end, "pm", working)
