"""I7: after catching up, Prefect's state agrees with the record."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import PrefectHTTPStatusError
from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings
from sqlmodel import Session, col, select

from flows.engine.prefect_runs import find_runs
from models.broken import Broken
from models.record import Request, Status
from models.settings import settings
from ops.record import open_record

SECOND_LOOK = 3.0  # seconds: a run between two states looks wrong for a moment


def disagreements() -> list[Broken]:
    """Requests that are carried out so far, whose run is not where it should be; looked at twice."""
    try:
        with prefect_known():
            suspects = {each.subject for each in _look()}
            if not suspects:
                return []
            time.sleep(SECOND_LOOK)
            return [each for each in _look() if each.subject in suspects]
    except (httpx.TransportError, PrefectHTTPStatusError, FileNotFoundError) as error:
        return [Broken("I7", "Prefect", f"服务没有应答，无法核对（{type(error).__name__}）。请先运行 ./oa up。")]


def fault(status: Status, run: FlowRun | None) -> str | None:
    """What is wrong with the run of a request that has this status and is carried out so far."""
    if run is None or run.state is None:
        return "没有流程运行，或已在 Prefect 中被删除"
    if status is Status.open:
        waits = run.state.is_paused()
        return None if waits else f"应在等待办理，Prefect 中的状态是 {run.state.name}"
    return None if run.state.is_completed() else f"已有结果，Prefect 中的状态是 {run.state.name}"


@contextmanager
def prefect_known() -> Iterator[None]:
    """Prefect's client finds the installation's server, whatever the terminal's own environment says."""
    known: Mapping[Any, Any] = {
        PREFECT_API_URL: settings().prefect_api,
        PREFECT_API_AUTH_STRING: settings().prefect_auth,
    }
    with temporary_settings(known):
        yield


def _look() -> list[Broken]:
    with open_record() as session:
        requests = carried_out(session)
    runs = find_runs(request.flow_run_id for request in requests if request.flow_run_id)
    found = []
    for request in requests:
        if told := fault(request.status, runs.get(request.flow_run_id) if request.flow_run_id else None):
            found.append(Broken("I7", request.number, told))
    return found


def carried_out(session: Session) -> list[Request]:
    return list(
        session.exec(
            select(Request).where(col(Request.carried_seq) >= col(Request.wake_seq)).order_by(col(Request.number))
        )
    )
