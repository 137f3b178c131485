"""追办: every minute, and when a worker starts, requests whose run Prefect has lost are found and set going again.

Lost is: never started; pending or running with nobody at work; suspended without its form, or although there is more
to do; failed or crashed (again after a growing pause); deleted. Nobody at work is what the walking lock says.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
from prefect import flow
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.states import Completed
from sqlmodel import col, func, or_, select

from flows.engine import prefect_runs, trouble
from flows.engine.kind import kinds
from flows.engine.late_signing import sign_waiting
from flows.engine.locks import if_nobody_walks
from flows.engine.waking import AWAY, is_young, start
from models.database import transaction
from models.messages import Incident
from models.record import Request, Status
from models.settings import settings

log = logging.getLogger("oa.catch_up")
FORM_CHECKED = timedelta(minutes=3)  # a form missing when it was suspended is seen by then
MAINTENANCE = ["催办", "追办", "存证"]
MAINTENANCE_KEPT = timedelta(days=1)
MAINTENANCE_LATE = timedelta(minutes=2)  # no worker was there; a newer one does the same
MAINTENANCE_STUCK = timedelta(minutes=5)


@dataclass(frozen=True)
class Trouble:
    """Open incidents of a request: how often it failed and when last."""

    tries: int
    last_at: datetime


@flow(name="追办", log_prints=False)
def catch_up() -> State:
    """找回中断的流程并继续执行；签名钥匙恢复后补签流程单。"""
    again = sweep()
    signed = sign_waiting()
    cleared = clear_maintenance()
    return Completed(message=f"继续执行 {again} 件，补签 {signed} 份，清理 {cleared} 次运行")


def sweep(*, thorough: bool = False) -> int:
    """Set going again what was lost; how many requests.

    Args:
        thorough: look for a missing form at every suspended run, not only at those suspended lately.
    """
    requests = _unfinished_business()
    runs = prefect_runs.find_runs(request.flow_run_id for request in requests if request.flow_run_id)
    troubles = _troubles()

    def lost(request: Request, run: FlowRun | None) -> bool:
        due = request.wake_seq > request.carried_seq
        return is_lost(run, due, troubles.get(request.id), thorough)

    suspects = [each.id for each in requests if lost(each, runs.get(each.flow_run_id) if each.flow_run_id else None)]
    again = 0
    with psycopg.connect(settings().dsn, autocommit=True) as connection:
        for request_id in suspects:
            try:
                again += _set_going_again(connection, request_id, lost)
            except AWAY:
                raise
            except Exception:  # one that cannot be set going is no reason to leave the others
                log.exception("not set going request=%s", request_id)
    if again:
        log.info("set going again requests=%s", again)
    return again


def clear_maintenance() -> int:
    """Delete runs of 催办 and 追办 that are old or that newer ones have overtaken; end those a killed worker left.

    Returns:
        how many.
    """
    now = datetime.now(UTC)
    over = prefect_runs.runs_of(MAINTENANCE, before=now - MAINTENANCE_KEPT)
    over += prefect_runs.runs_of(MAINTENANCE, before=now - MAINTENANCE_LATE, states=[StateType.SCHEDULED])
    for run_id in {run.id for run in over}:
        prefect_runs.delete(run_id)
    at_work = prefect_runs.runs_of(MAINTENANCE, before=now - MAINTENANCE_STUCK, states=prefect_runs.AT_WORK)
    stuck = [run for run in at_work if run.state and run.state.timestamp < now - MAINTENANCE_STUCK]
    for run in stuck:
        prefect_runs.end_crashed(run.id)
    return len(over) + len(stuck)


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
            .where(col(Incident.closed_at).is_(None), col(Incident.what).not_in(trouble.HOLDS_UP_NO_RUN))
            .group_by(col(Incident.request_id))
        )
        return {request: Trouble(tries, last_at) for request, tries, last_at in rows if request}


def is_lost(run: FlowRun | None, due: bool, failed: Trouble | None, thorough: bool) -> bool:
    """Whether a run looks lost by what Prefect shows of it. One that somebody may still be at work on does as well.

    Args:
        due: there is something to carry out.
        failed: how often and when last, if it did.
        thorough: also look for its form when it was suspended long ago.
    """
    if run is None or run.state is None:
        return True
    state = run.state
    if failed and datetime.now(UTC) < failed.last_at + trouble.pause(failed.tries):
        return False
    if state.is_paused():
        lately = thorough or datetime.now(UTC) - state.timestamp < FORM_CHECKED
        return due or (lately and not prefect_runs.has_form(run))
    return not (state.is_scheduled() or (state.is_pending() and is_young(run)))


def _set_going_again(
    connection: psycopg.Connection, request_id: UUID, lost: Callable[[Request, FlowRun | None], bool]
) -> bool:
    """Only when nobody is at work, and after a second look, as it may have moved meanwhile."""
    with if_nobody_walks(connection, request_id) as nobody:
        if not nobody:
            return False
        with transaction() as session:
            request = session.get_one(Request, request_id)
        run = prefect_runs.find_run(request.flow_run_id) if request.flow_run_id else None
        if not lost(request, run):
            return False
        if run is None:
            start(request)
        else:
            prefect_runs.schedule_now(run.id)
        return True
