"""The walking lock: who is at work on a request. It is the lease on a flow run's execution.

A session-level advisory lock on a connection of its own: when the process that walks dies, PostgreSQL frees it at once,
so nothing needs a heartbeat or a time-out, and "nobody is at work" can be asked of the database.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import psycopg

from models.settings import settings

PATIENCE = 20.0  # seconds to wait for an execution that is still ending
PAUSE = 0.05


class Busy(RuntimeError):
    """Somebody else has been at work on the request for longer than one execution takes."""


@contextmanager
def walking(request_id: UUID, patience: float = PATIENCE) -> Iterator[None]:
    """Be the one at work on a request for the length of the block.

    Raises:
        Busy: somebody else still is, after `patience` seconds.
    """
    end = time.monotonic() + patience
    name = f"oa walking {os.getpid()}"  # PostgreSQL's pg_stat_activity then tells who is at work
    with psycopg.connect(settings().dsn, autocommit=True, application_name=name) as connection:
        while not _try(connection, request_id):
            if time.monotonic() > end:
                raise Busy(str(request_id))
            time.sleep(PAUSE)
        yield  # closing the connection frees the lock


@contextmanager
def if_nobody_walks(connection: psycopg.Connection, request_id: UUID) -> Iterator[bool]:
    """Whether nobody is at work on the request; if so, nobody begins for the length of the block."""
    free = _try(connection, request_id)
    try:
        yield free
    finally:
        if free:
            connection.execute("SELECT pg_advisory_unlock(%s)", (lock_key(request_id),))


def lock_key(request_id: UUID) -> int:
    return int.from_bytes(request_id.bytes[:8], signed=True)


def _try(connection: psycopg.Connection, request_id: UUID) -> bool:
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", (lock_key(request_id),)).fetchone()
    return bool(row and row[0])
