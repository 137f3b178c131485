"""追办: every minute, and when a worker starts, requests whose run Prefect has lost are found and set going again.

Lost is: never started; pending or running with nobody at work; suspended without its form, or although there is more
to do; failed or crashed (again after a growing pause); deleted. Nobody at work is what the walking lock says.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

import psycopg
from prefect import flow
from prefect.client.schemas.objects import FlowRun, State
from prefect.states import Completed
from sqlmodel import col, func, or_, select

from flows.engine import prefect_runs, trouble
from flows.engine.kind import kinds
from flows.engine.locks import if_nobody_walks
from flows.engine.waking import is_young, start
from models.database import transaction
from models.messages import Incident
from models.record import Request, Status
from models.settings import settings

log = logging.getLogger("oa.catch_up")
FORM_CHECKED = timedelta(minutes=10)  # a form missing when it was suspended is seen by then
MAINTENANCE = ["催办", "追办"]
MAINTENANCE_KEPT = timedelta(days=1)
MAINTENANCE_STUCK = timedelta(minutes=5)


class Fate(StrEnum):
    """What a look at a request's run says."""

    well = "well"
    missing = "missing"
    lost = "lost"


@dataclass(frozen=True)
class Trouble:
    """Open incidents of a request: how often it failed and when last."""

    tries: int
    last_at: datetime


@flow(name="追办", log_prints=False)
def catch_up() -> State:
    """找回中断的流程并继续执行。"""
    again = sweep()
    cleared = clear_maintenance()
    return Completed(message=f"继续执行 {again} 件，清理 {cleared} 次运行")


def sweep(*, thorough: bool = False) -> int:
    """Set going again what was lost; how many requests.

    Args:
        thorough: look for a missing form at every suspended run, not only at those suspended lately.
    """
    requests = _unfinished_business()
    runs = prefect_runs.find_runs(request.flow_run_id for request in requests if request.flow_run_id)
    troubles = _troubles()
    again = 0
    with psycopg.connect(settings().dsn, autocommit=True) as connection:
        for request in requests:
            run = runs.get(request.flow_run_id) if request.flow_run_id else None
            if _fate(request, run, troubles.get(request.id), thorough) is not Fate.well:
                again += _set_going_again(connection, request)
    if again:
        log.info("set going again requests=%s", again)
    return again


def clear_maintenance() -> int:
    """Delete old runs of 催办 and 追办, and end those left over by a killed worker; how many."""
    now = datetime.now(UTC)
    old = prefect_runs.runs_of(MAINTENANCE, before=now - MAINTENANCE_KEPT)
    for run in old:
        prefect_runs.delete(run.id)
    stuck = prefect_runs.runs_of(MAINTENANCE, before=now - MAINTENANCE_STUCK, at_work=True)
    for run in stuck:
        prefect_runs.end_crashed(run.id)
    return len(old) + len(stuck)


def _unfinished_business() -> list[Request]:
    """Requests that Prefect should hold a waiting run of, has work left for, or believes to be at work on."""
    business = or_(
        Request.status == Status.open,
        col(Request.wake_seq) > col(Request.carried_seq),
        col(Request.flow_run_id).in_(prefect_runs.runs_at_work([kind.title for kind in kinds().values()])),
    )
    with transaction() as session:
        return list(session.exec(select(Request).where(business).order_by(col(Request.submitted_at))))


def _troubles() -> dict[UUID, Trouble]:
    with transaction() as session:
        rows = session.exec(
            select(Incident.request_id, func.max(Incident.tries), func.max(Incident.last_at))
            .where(col(Incident.closed_at).is_(None), Incident.what != "deliver")
            .group_by(col(Incident.request_id))
        )
        return {request: Trouble(tries, last_at) for request, tries, last_at in rows if request}


def _fate(request: Request, run: FlowRun | None, failed: Trouble | None, thorough: bool) -> Fate:
    """What has become of the request's run. One that somebody may still be at work on counts as well here."""
    due = request.wake_seq > request.carried_seq
    if run is None or run.state is None:
        return Fate.missing
    state = run.state
    if failed and datetime.now(UTC) < failed.last_at + trouble.pause(failed.tries):
        return Fate.well
    if state.is_pending() or state.is_running():
        return Fate.well if is_young(run) and state.is_pending() else Fate.lost
    if state.is_paused():
        lately = thorough or datetime.now(UTC) - state.timestamp < FORM_CHECKED
        return Fate.lost if due or (lately and not prefect_runs.has_form(run)) else Fate.well
    return Fate.well if state.is_scheduled() else Fate.lost


def _set_going_again(connection: psycopg.Connection, request: Request) -> bool:
    """Only when nobody is at work, and after a second look, as it may have moved meanwhile."""
    with if_nobody_walks(connection, request.id) as nobody:
        if not nobody:
            return False
        run = prefect_runs.find_run(request.flow_run_id) if request.flow_run_id else None
        if run is None or run.state is None:
            start(request)
        elif run.state.is_scheduled() or (run.state.is_pending() and is_young(run)):
            return False
        else:
            prefect_runs.schedule_now(run.id)
        return True
