"""Quiet hours from nine in the evening until half past seven: what is loud waits for their end."""

from datetime import UTC, datetime, time, timedelta

import pytest

from models.quiet_hours import after_quiet
from models.worktime import CHINA

BEGINS, ENDS = time(21), time(7, 30)
DAY = datetime(2026, 11, 23, tzinfo=CHINA)
THIS_MORNING = DAY.replace(hour=7, minute=30)
NEXT_MORNING = THIS_MORNING + timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)


def after(moment: datetime) -> datetime:
    return after_quiet(moment, BEGINS, ENDS, CHINA)


@pytest.mark.parametrize("clock", ["07:30", "12:00", "20:59", "20:59:59.999999"])
def test_by_day_it_goes_out_at_once(clock: str) -> None:
    moment = datetime.combine(DAY, time.fromisoformat(clock), CHINA)
    assert after(moment) == moment


@pytest.mark.parametrize("clock", ["21:00", "23:59:59.999999"])
def test_in_the_evening_it_waits_for_the_next_morning(clock: str) -> None:
    assert after(datetime.combine(DAY, time.fromisoformat(clock), CHINA)) == NEXT_MORNING


@pytest.mark.parametrize("clock", ["00:00", "07:29", "07:29:59.999999"])
def test_after_midnight_it_waits_for_the_same_morning(clock: str) -> None:
    assert after(datetime.combine(DAY, time.fromisoformat(clock), CHINA)) == THIS_MORNING


def test_the_clock_is_that_of_the_organisation_whatever_zone_the_moment_is_told_in() -> None:
    assert after(datetime(2026, 11, 23, 13, tzinfo=UTC)) == NEXT_MORNING  # 21:00 in China
    day = datetime(2026, 11, 23, 13, tzinfo=UTC) - MICROSECOND
    assert after(day) == day


def test_they_may_lie_within_one_day() -> None:
    noon = DAY.replace(hour=12)
    assert after_quiet(noon, time(12), time(14), CHINA) == DAY.replace(hour=14)
    assert after_quiet(noon - MICROSECOND, time(12), time(14), CHINA) == noon - MICROSECOND


def test_with_both_ends_the_same_there_are_none() -> None:
    assert after_quiet(DAY, time(21), time(21), CHINA) == DAY
