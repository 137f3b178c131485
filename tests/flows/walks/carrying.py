"""What the worker does for one execution of a run, and connections to the record that die half-way through."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import event

from flows.engine.delivery import deliver_one, deliver_pending, mark_item_carried, pending_of_request
from flows.engine.filing import due_copies
from flows.engine.locks import walking
from flows.engine.walk import all_carried_out, caught_up, settle, walk
from models.database import engine, transaction
from models.record import Request, Status
from printouts.filing.sheets import file_sheet

PAPER = b"%PDF-1.7 drawing takes a quarter of a second, and is tested elsewhere"


def execution(request_id: UUID) -> None:
    """The flow body without Prefect: until the open step has been shown, or all is done after the outcome."""
    with walking(request_id):
        for step in walk(request_id):
            for part in step.parts:
                deliver_pending(part.item)
                mark_item_carried(part.item)
            if step.open:
                _deliver(request_id)
                if caught_up(step):
                    return
        _finish(request_id)


def _finish(request_id: UUID) -> None:
    with transaction() as session:
        request = session.get_one(Request, request_id)
        due = due_copies(session, request)
    if request.carried_seq == request.wake_seq:
        return
    for copy in due:
        with transaction() as session:
            file_sheet(session, request_id, copy.key, PAPER, 1, request.submitted_at)
    if request.status is Status.approved:
        settle.fn(request_id)
    _deliver(request_id)
    all_carried_out(request_id)


def _deliver(request_id: UUID) -> None:
    for notice in pending_of_request(request_id):
        deliver_one(notice)


class Keeper:
    """A connection of its own: hears whom the database asks to be woken, and ends the connections of others."""

    def __init__(self, dsn: str) -> None:
        self._connection = psycopg.connect(dsn, autocommit=True)
        self._connection.execute("LISTEN oa_wake")

    def heard(self, request_id: UUID, patience: float = 0) -> bool:
        """Whether the database has asked for a wake of this request since the last look, or does in so many seconds."""
        return str(request_id) in {each.payload for each in self._notifies(0)} or (
            patience > 0 and any(each.payload == str(request_id) for each in self._notifies(patience))
        )

    def _notifies(self, patience: float) -> Iterator[psycopg.Notify]:
        return self._connection.notifies(timeout=patience, stop_after=1 if patience else None)

    @contextmanager
    def cutting(self, at: int | None) -> Iterator[None]:
        """Whoever is at the record loses the connection at their statement, or commit, with this number."""
        turn = count()

        def look(connection: Any, *_: Any) -> None:
            if next(turn) == at:
                self._end(connection.connection.dbapi_connection.info.backend_pid)

        for moment in ("before_cursor_execute", "commit"):
            event.listen(engine(), moment, look)
        try:
            yield
        finally:
            for moment in ("before_cursor_execute", "commit"):
                event.remove(engine(), moment, look)

    def _end(self, backend: int) -> None:
        self._connection.execute("SELECT pg_terminate_backend(%s)", [backend])

    def close(self) -> None:
        self._connection.close()
