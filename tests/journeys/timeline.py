"""What Prefect shows of a request: its run, the run's timeline and artifacts; and running a deployment now."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
import psycopg
from sqlmodel import select

from models.database import transaction
from models.record import Request
from models.settings import settings
from ops.databases import prefect_database
from tests.journeys.stack import eventually

Json = dict[str, Any]
QUIET = ("PAUSED", "COMPLETED", "FAILED", "CRASHED", "CANCELLED")


def call(method: str, path: str, body: Json | None = None) -> Any:
    """One question to Prefect's server."""
    user, _, password = settings().prefect_auth.partition(":")
    url = f"{settings().prefect_api}{path}"
    answer = httpx.request(method, url, json=body, auth=(user, password), trust_env=False, timeout=30)
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None


def on_record(number: str) -> Request:
    with transaction() as session:
        return session.exec(select(Request).where(Request.number == number)).one()


def run_of(number: str) -> Json:
    """The request's flow run."""
    return dict(call("GET", f"/flow_runs/{on_record(number).flow_run_id}"))


def carried(number: str) -> Json:
    """The request's flow run, once it has carried out everything and waits again, or has ended."""

    def look() -> Json | None:
        request = on_record(number)
        if request.flow_run_id is None or request.carried_seq < request.wake_seq:
            return None
        run = run_of(number)
        return run if run["state"]["type"] in QUIET else None

    return eventually(look, f"{number} carried out")


def suspended(number: str) -> Json:
    run = carried(number)
    assert (run["state"]["type"], run["state"]["name"]) == ("PAUSED", "Suspended")
    return run


def ended(number: str) -> Json:
    """The request's flow run, once it is completed."""
    return _come_to("COMPLETED", number)


def failed(number: str) -> Json:
    """The request's flow run, once it has failed."""
    return _come_to("FAILED", number)


def _come_to(state: str, number: str) -> Json:
    def look() -> Json | None:
        run = run_of(number) if on_record(number).flow_run_id else None
        return run if run and run["state"]["type"] == state else None

    return eventually(look, f"the run of {number} {state}")


def tasks(number: str) -> list[str]:
    """The timeline of the request's run: names of its task runs in their order, once Prefect has written them."""
    return task_names(run_of(number)["id"])


def task_names(flow_run_id: str) -> list[str]:
    found = call(
        "POST",
        "/task_runs/filter",
        {"flow_runs": {"id": {"any_": [flow_run_id]}}, "sort": "EXPECTED_START_TIME_ASC", "limit": 200},
    )
    return [each["name"] for each in found]


def eventually_shows(number: str, *names: str) -> list[str]:
    """The timeline once it has these tasks: Prefect writes them from its events, a moment later."""

    def look() -> list[str] | None:
        shown = tasks(number)
        return shown if all(name in shown for name in names) else None

    try:
        return eventually(look, f"{names} in the timeline", patience=15)
    except AssertionError as missing:
        raise AssertionError(f"{missing}; there is {tasks(number)}") from None


def artifacts(number: str) -> dict[str, str]:
    """What the request's run left: key to contents."""
    found = call("POST", "/artifacts/filter", {"artifacts": {"flow_run_id": {"any_": [run_of(number)["id"]]}}})
    return {each["key"]: each["data"] for each in found}


def run_now(deployment: str) -> Json:
    """Run 催办 or 追办 once, now, as its schedule does; its run when it is completed."""
    deployed = call("GET", f"/deployments/name/{deployment}/{deployment}")
    made = call("POST", f"/deployments/{deployed['id']}/create_flow_run", {"state": {"type": "SCHEDULED"}})

    def look() -> Json | None:
        run = call("GET", f"/flow_runs/{made['id']}")
        return dict(run) if run["state"]["type"] in QUIET else None

    run: Json = eventually(look, f"{deployment} has run")
    assert run["state"]["type"] == "COMPLETED", run["state"]
    return run


def scheduled(deployment: str) -> list[datetime]:
    """When Prefect is going to run a deployment by its schedule."""
    waiting = {"state": {"type": {"any_": ["SCHEDULED"]}}}
    found = call("POST", "/flow_runs/filter", {"deployments": {"name": {"any_": [deployment]}}, "flow_runs": waiting})
    return [datetime.fromisoformat(each["expected_start_time"]) for each in found if each["auto_scheduled"]]


def has_form(flow_run_id: str) -> bool:
    """Whether a suspended run shows its form."""
    with prefects_own() as connection:
        found = connection.execute("SELECT 1 FROM flow_run_input WHERE flow_run_id = %s", [UUID(flow_run_id)])
        return found.fetchone() is not None


@contextmanager
def prefects_own() -> Iterator[psycopg.Connection]:
    """Prefect's database, to break things in it as a crash would."""
    with psycopg.connect(prefect_database(settings().dsn)) as connection:
        yield connection
