"""What Prefect has lost or holds wrongly, 追办 finds and sets going again."""

from uuid import UUID

import pytest
from sqlmodel import col, update

from models.database import transaction
from models.record import Request
from tests.journeys.college import HEAD, TEACHER, leave
from tests.journeys.stack import eventually
from tests.journeys.timeline import (
    call,
    ended,
    has_form,
    on_record,
    prefects_own,
    run_now,
    run_of,
    suspended,
)

pytestmark = pytest.mark.journey


def waiting() -> tuple[str, str]:
    """A leave that waits for the head, and its run."""
    number = TEACHER.submit("leave", leave())
    return number, suspended(number)["id"]


def going_on(number: str) -> None:
    """It is suspended soundly again, and goes to its end."""
    eventually(lambda: run_of(number)["state"]["type"] == "PAUSED", f"{number} suspended again")
    assert has_form(run_of(number)["id"])
    HEAD.decide(number)
    assert ended(number)["state"]["name"] == "办结"


def test_suspended_without_its_form() -> None:
    number, run = waiting()
    with prefects_own() as prefect:
        prefect.execute("DELETE FROM flow_run_input WHERE flow_run_id = %s", [UUID(run)])
    run_now("追办")
    eventually(lambda: has_form(run), "the form is there again")
    going_on(number)
    assert run_of(number)["id"] == run


@pytest.mark.parametrize("known", [True, False], ids=["deleted", "never-started"])
def test_without_a_run(known: bool) -> None:
    number, run = waiting()
    call("DELETE", f"/flow_runs/{run}")
    if not known:
        with transaction() as session:
            session.execute(update(Request).where(col(Request.number) == number).values(flow_run_id=None))
    run_now("追办")
    eventually(lambda: on_record(number).flow_run_id not in (None, UUID(run)), "a new run")
    going_on(number)


@pytest.mark.parametrize("state", ["PENDING", "RUNNING"])
def test_for_ever_at_work_with_nobody_there(state: str) -> None:
    number, run = waiting()
    call("POST", f"/flow_runs/{run}/set_state", {"state": {"type": state}, "force": True})
    with prefects_own() as prefect:
        prefect.execute(
            "UPDATE flow_run_state SET timestamp = timestamp - interval '1 hour' WHERE flow_run_id = %s", [UUID(run)]
        )
    run_now("追办")
    going_on(number)
