"""Waking flow runs: the worker listens to the record and sets the run of a request going when there is something to do.

A wake asked for while somebody is at work is looked at again when that execution ends, so a burst of decisions on one
request costs one wake. What fails because Prefect is away is tried again; when nothing is due nothing runs.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
import psycopg
from prefect.client.schemas.objects import FlowRun
from sqlalchemy.exc import OperationalError
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
GATHER_SECONDS = 0.05  # what people do next comes first, and what follows at once costs no second wake
AWAY = (httpx.HTTPError, psycopg.OperationalError, OperationalError)  # Prefect's server, or the record

log = logging.getLogger("oa.waking")


def wake(request_id: UUID) -> bool:
    """Set the request's flow run going if there is something to carry out and nobody is at work on it.

    A run that failed is left to the catching-up flow and its pauses.

    Returns:
        whether a run is scheduled now, so that polling at once is worth it.
    """
    if due(request_id) is None:
        return False
    with (
        psycopg.connect(settings().dsn, autocommit=True) as connection,
        if_nobody_walks(connection, request_id) as nobody,
    ):
        request = due(request_id) if nobody else None  # what it was before may have been carried out by now
        return request is not None and set_going(request)


def due(request_id: UUID) -> Request | None:
    """The request, if there is something to carry out."""
    with transaction() as session:
        request = session.get(Request, request_id)
    return request if request and request.wake_seq > request.carried_seq else None


def set_going(request: Request) -> bool:
    """Start or schedule the run of a request that nobody is at work on. Whether it is scheduled now."""
    run = prefect_runs.find_run(request.flow_run_id) if request.flow_run_id else None
    if run is None or run.state is None:
        start(request)
        return True
    if run.state.is_scheduled():
        return True
    if run.state.is_pending() and is_young(run):
        return False
    if run.state.is_failed() or run.state.is_crashed():
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
    """Listens, and a moment later wakes with a few hands; each request at most once in the queue."""

    def __init__(self, poll_now: Callable[[], None]) -> None:
        self._poll_now = poll_now
        self.queue: asyncio.Queue[UUID] = asyncio.Queue()
        self._queued: set[UUID] = set()

    def ask(self, request_id: UUID) -> None:
        """Look whether this request's run should be set going."""
        if request_id not in self._queued:
            self._queued.add(request_id)
            asyncio.get_running_loop().call_later(GATHER_SECONDS, self.queue.put_nowait, request_id)

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
            except AWAY as error:
                log.warning("record away, listening again soon: %s", type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)

    async def work(self) -> None:
        """One hand. While Prefect or the record is away it pauses, and keeps what it has in hand."""
        while True:
            request_id = await self.queue.get()
            self._queued.discard(request_id)
            try:
                if await asyncio.to_thread(wake, request_id):
                    self._poll_now()
            except AWAY as error:
                log.warning("wake postponed request=%s because=%s", request_id, type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)
                self.ask(request_id)
            except Exception:  # of this one request: catching up looks at it again
                log.exception("wake failed request=%s", request_id)
