"""What we ask of Prefect's server about flow runs; the only place that knows its client."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from http import HTTPStatus
from typing import Any
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterId,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError
from prefect.states import Crashed, Scheduled

PAGE = 200  # flow runs a question, the server's limit
AT_WORK = [StateType.PENDING, StateType.RUNNING]


@lru_cache
def client() -> SyncPrefectClient:
    """One client a process, kept open."""
    return get_client(sync_client=True).__enter__()


def read_run(flow_run_id: UUID | str) -> FlowRun:
    return client().read_flow_run(UUID(str(flow_run_id)))


def find_run(flow_run_id: UUID) -> FlowRun | None:
    """The run, or None when it was deleted in Prefect."""
    try:
        return client().read_flow_run(flow_run_id)
    except ObjectNotFound:
        return None


def request_of(run: FlowRun) -> UUID | None:
    """The request that a run carries out; none for a run of 催办 or 追办, or one that somebody started by hand."""
    try:
        return UUID(str(run.parameters["request_id"]))
    except (KeyError, ValueError):
        return None


def find_runs(flow_run_ids: Iterable[UUID]) -> dict[UUID, FlowRun]:
    """Runs by id, read in pages; those deleted in Prefect are missing."""
    wanted, found = list(flow_run_ids), dict[UUID, FlowRun]()
    for start in range(0, len(wanted), PAGE):
        page = FlowRunFilter(id=FlowRunFilterId(any_=wanted[start : start + PAGE]))
        found |= {run.id: run for run in client().read_flow_runs(flow_run_filter=page, limit=PAGE)}
    return found


def start_run(deployment: str, request_id: UUID, name: str, tags: list[str], again: str = "") -> UUID:
    """A new run of a deployment for a request; asked twice it is the same run.

    Args:
        deployment: "flow name/deployment name".
        again: told apart from the first run, when that one was deleted.
    """
    made = client().create_flow_run_from_deployment(
        _deployment_id(deployment),
        parameters={"request_id": str(request_id)},
        name=name,
        tags=tags,
        idempotency_key=f"{request_id}{again}",
    )
    return made.id


def schedule_now(flow_run_id: UUID) -> None:
    """Set a run going whatever its state is (forced: the pause keys stay, the form is skipped)."""
    client().set_flow_run_state(flow_run_id, Scheduled(name="Resuming"), force=True)


def has_form(run: FlowRun) -> bool:
    """Whether a suspended run's form was saved; a crash between the two leaves a run that shows an error for ever."""
    keyset: dict[str, Any] | None = run.state.state_details.run_input_keyset if run.state else None
    if not keyset:
        return False
    try:
        client()._client.get(f"/flow_runs/{run.id}/input/{keyset['schema']}")
    except PrefectHTTPStatusError as refused:
        if refused.response.status_code == HTTPStatus.NOT_FOUND:
            return False
        raise
    return True


def runs_at_work(tags: list[str]) -> list[UUID]:
    """Runs with one of these tags that Prefect believes to be claimed or running."""
    state = FlowRunFilterState(type=FlowRunFilterStateType(any_=AT_WORK))
    at_work = FlowRunFilter(tags=FlowRunFilterTags(any_=tags), state=state)
    return [run.id for run in client().read_flow_runs(flow_run_filter=at_work, limit=PAGE)]


def runs_of(tags: list[str], *, before: datetime, states: list[StateType] | None = None) -> list[FlowRun]:
    """Runs with one of these tags that were due before then; with `states` only those in one of them."""
    due = FlowRunFilterExpectedStartTime(before_=before)
    state = FlowRunFilterState(type=FlowRunFilterStateType(any_=states)) if states else None
    wanted = FlowRunFilter(tags=FlowRunFilterTags(any_=tags), expected_start_time=due, state=state)
    return client().read_flow_runs(flow_run_filter=wanted, limit=PAGE)


def end_crashed(flow_run_id: UUID) -> None:
    """End a run that a killed worker left at work."""
    client().set_flow_run_state(flow_run_id, Crashed(message="执行进程中断"), force=True)


def delete(flow_run_id: UUID) -> None:
    client()._client.delete(f"/flow_runs/{flow_run_id}")


@lru_cache
def _deployment_id(name: str) -> UUID:
    return client().read_deployment_by_name(name).id
