"""Waking flow runs: the worker listens to the record and sets the run of a request going when there is something to do.

A wake asked for while somebody is at work is looked at again when that execution ends, so a burst of decisions on one
request costs one wake. What fails (Prefect away) is tried again; when nothing is due nothing runs.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
from prefect.client.schemas.objects import FlowRun
from sqlmodel import col, select, update

from flows.engine import prefect_runs
from flows.engine.kind import kinds
from flows.engine.locks import if_nobody_walks
from models.database import transaction
from models.record import Request
from models.settings import settings

CHANNEL = "oa_wake"
YOUNG = timedelta(seconds=30)  # a claimed run that has not begun may still be about to
HANDS = 2  # wakes at a time; people come first
RETRY_SECONDS = 3.0

log = logging.getLogger("oa.waking")


def wake(request_id: UUID, *, after_failure: bool = False) -> bool:
    """Set the request's flow run going if there is something to carry out and nobody is at work on it.

    Args:
        after_failure: also when the run failed; otherwise that is left to the catching-up flow and its spacing.

    Returns:
        whether a run is scheduled now, so that polling at once is worth it.
    """
    with transaction() as session:
        request = session.get(Request, request_id)
    if request is None or request.wake_seq <= request.carried_seq:
        return False
    with (
        psycopg.connect(settings().dsn, autocommit=True) as connection,
        if_nobody_walks(connection, request_id) as nobody,
    ):
        return nobody and set_going(request, after_failure=after_failure)


def set_going(request: Request, *, after_failure: bool) -> bool:
    """Start or schedule the run of a request that nobody is at work on. Whether it is scheduled now."""
    run = prefect_runs.find_run(request.flow_run_id) if request.flow_run_id else None
    if run is None or run.state is None:
        start(request)
        return True
    if run.state.is_scheduled():
        return True
    if run.state.is_pending() and is_young(run):
        return False
    if (run.state.is_failed() or run.state.is_crashed()) and not after_failure:
        return False
    prefect_runs.schedule_now(run.id)
    return True


def start(request: Request) -> None:
    """A new run; if there was one, it was deleted in Prefect."""
    kind = kinds()[request.kind]
    again = f"-{request.flow_run_id}" if request.flow_run_id else ""
    name = f"{kind.title} {request.number}"
    run_id = prefect_runs.start_run(f"{kind.flow.name}/{kind.title}", request.id, name, [kind.title], again)
    with transaction() as session:
        session.execute(update(Request).where(col(Request.id) == request.id).values(flow_run_id=run_id))


def is_young(run: FlowRun) -> bool:
    return run.state is not None and datetime.now(UTC) - run.state.timestamp < YOUNG


def due_requests() -> list[UUID]:
    """Requests with something to carry out, longest waiting first."""
    with transaction() as session:
        due = select(Request.id).where(col(Request.wake_seq) > col(Request.carried_seq))
        return list(session.exec(due.order_by(col(Request.submitted_at))))


class Waker:
    """Listens, and wakes with a few hands; each request at most once in the queue."""

    def __init__(self, poll_now: Callable[[], None]) -> None:
        self._poll_now = poll_now
        self._queue: asyncio.Queue[UUID] = asyncio.Queue()
        self._queued: set[UUID] = set()

    def ask(self, request_id: UUID) -> None:
        """Look whether this request's run should be set going."""
        if request_id not in self._queued:
            self._queued.add(request_id)
            self._queue.put_nowait(request_id)

    async def listen(self) -> None:
        """Hear of every commit that asks for a wake; after a lost connection look through all that is due."""
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(settings().dsn, autocommit=True) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    for request_id in await asyncio.to_thread(due_requests):
                        self.ask(request_id)
                    async for notification in connection.notifies():
                        self.ask(UUID(notification.payload))
            except psycopg.OperationalError as error:
                log.warning("record away, listening again soon: %s", type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)

    async def work(self) -> None:
        """One hand."""
        while True:
            request_id = await self._queue.get()
            self._queued.discard(request_id)
            try:
                if await asyncio.to_thread(wake, request_id):
                    self._poll_now()
            except Exception as error:  # Prefect or the record away: keep it and try again
                log.warning("wake postponed request=%s because=%s", request_id, type(error).__name__)
                asyncio.get_running_loop().call_later(RETRY_SECONDS, self.ask, request_id)
