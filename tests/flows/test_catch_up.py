"""Which runs catching up takes for lost. Whether somebody is at work is asked afterwards."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from prefect.client.schemas.objects import FlowRun, State, StateType

from flows.engine.catch_up import FORM_CHECKED, Trouble, is_lost
from flows.engine.waking import YOUNG

SECOND = timedelta(seconds=1)


def lost(run: FlowRun | None, *, due: bool = False, failed: Trouble | None = None, thorough: bool = False) -> bool:
    return is_lost(run, due, failed, thorough)


def run(state: StateType, age: timedelta = SECOND) -> FlowRun:
    """A run that has been in this state for so long; a suspended one has lost its form."""
    return FlowRun(flow_id=uuid4(), state=State(type=state, timestamp=datetime.now(UTC) - age))


def test_a_run_that_is_not_there_is_lost() -> None:
    assert lost(None)


@pytest.mark.parametrize("state", ["RUNNING", "FAILED", "CRASHED", "CANCELLED", "CANCELLING", "COMPLETED"])
def test_a_run_that_is_neither_waiting_nor_scheduled_is_lost(state: str) -> None:
    assert lost(run(StateType(state)))


def test_a_scheduled_run_is_well() -> None:
    assert not lost(run(StateType.SCHEDULED), due=True, thorough=True)


def test_a_claimed_run_has_half_a_minute_to_begin() -> None:
    assert not lost(run(StateType.PENDING, YOUNG - SECOND), due=True, thorough=True)
    assert lost(run(StateType.PENDING, YOUNG + SECOND))


def test_a_suspended_run_is_lost_when_there_is_more_to_do() -> None:
    waiting = run(StateType.PAUSED, FORM_CHECKED + SECOND)
    assert lost(waiting, due=True)
    assert not lost(waiting)


def test_a_missing_form_is_seen_soon_after_the_suspension_and_at_a_thorough_look() -> None:
    assert lost(run(StateType.PAUSED))
    assert lost(run(StateType.PAUSED, timedelta(days=9)), thorough=True)


@pytest.mark.parametrize(("tries", "minutes"), [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (40, 60)])
def test_what_failed_is_left_alone_for_a_growing_while(tries: int, minutes: int) -> None:
    last, pause = datetime.now(UTC), timedelta(minutes=minutes)
    assert not lost(run(StateType.FAILED), failed=Trouble(tries, last - pause + SECOND), due=True, thorough=True)
    assert lost(run(StateType.FAILED), failed=Trouble(tries, last - pause - SECOND))
