"""The worker among its neighbours: Prefect's scheduler, runs that are odd, stopping and starting."""

import time
from typing import Any

import httpx
import pytest

from models.settings import settings
from tests.journeys.college import HEAD, TEACHER, incidents, leave
from tests.journeys.stack import Stack, eventually
from tests.journeys.test_deaths import BEFORE_DRAWING, held_up_at_the_sheet, sheets, waiting_at_the_sheet
from tests.journeys.timeline import QUIET, call, ended, eventually_shows, on_record, run_of, suspended

pytestmark = pytest.mark.journey
STOPS_WITHIN = 8.0  # seconds; five on a machine with nothing else to do


@pytest.mark.parametrize("deployment", ["催办", "追办"])
def test_prefect_schedules_what_runs_every_minute(deployment: str) -> None:
    scheduled = {"flow_runs": {"tags": {"all_": ["auto-scheduled", deployment]}}}
    eventually(lambda: call("POST", "/flow_runs/filter", scheduled), f"{deployment} is scheduled")


def test_a_run_scheduled_again_while_it_is_at_work_does_nothing_twice() -> None:
    number = TEACHER.submit("leave", leave())
    suspended(number)
    with held_up_at_the_sheet(BEFORE_DRAWING):
        HEAD.decide(number)
        eventually(waiting_at_the_sheet, "the run has come to the sheet")
        for _ in range(2):
            force(number, "SCHEDULED")
    assert ended(number)["state"]["name"] == "办结"
    force(number, "SCHEDULED")
    assert ended(number)["state"]["name"] == "办结"
    assert sheets(number) == 1
    assert eventually_shows(number, "流程单归档 归档联").count("流程单归档 归档联") == 1
    assert incidents(number) == []


def test_a_run_started_with_nonsense_fails_and_the_others_go_on() -> None:
    deployed = call("GET", "/deployments/name/请假审批/请假")
    nonsense = {"parameters": {"request_id": "nobody"}, "state": {"type": "SCHEDULED"}}
    answer = ask("POST", f"/deployments/{deployed['id']}/create_flow_run", nonsense)
    if answer.is_success:
        run = answer.json()["id"]
        eventually(lambda: call("GET", f"/flow_runs/{run}")["state"]["type"] in QUIET, "it has ended")
        assert call("GET", f"/flow_runs/{run}")["state"]["type"] == "FAILED"
    suspended(TEACHER.submit("leave", leave()))


def test_the_worker_stops_in_time_and_leaves_nothing_undone(stack: Stack) -> None:
    number = TEACHER.submit("leave", leave())
    suspended(number)
    with held_up_at_the_sheet(BEFORE_DRAWING):
        HEAD.decide(number)
        eventually(waiting_at_the_sheet, "the run has come to the sheet")
        begin = time.monotonic()
        stack.stop("worker")
        assert time.monotonic() - begin < STOPS_WITHIN
    stack.start("worker")
    assert ended(number)["state"]["name"] == "办结"
    assert on_record(number).carried_seq == on_record(number).wake_seq
    assert sheets(number) == 1


def force(number: str, state: str) -> None:
    """Set the state of the request's run, whatever it is."""
    call("POST", f"/flow_runs/{run_of(number)['id']}/set_state", {"state": {"type": state}, "force": True})


def ask(method: str, path: str, body: dict[str, Any]) -> httpx.Response:
    """One question to Prefect's server, which may refuse."""
    user, _, password = settings().prefect_auth.partition(":")
    url = f"{settings().prefect_api}{path}"
    return httpx.request(method, url, json=body, auth=(user, password), trust_env=False, timeout=30)
