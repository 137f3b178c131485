"""Warm child processes that carry out flow runs, one at a time each. A child that dies takes only its own run along.

A stock process worker starts an interpreter a run: five seconds and ten times the CPU of what the run needs.
"""

import multiprocessing
import os
import select
import signal
from concurrent.futures import Future
from contextlib import AbstractContextManager, nullcontext, suppress
from threading import Thread
from typing import Any
from uuid import UUID

from pebble import ProcessPool

from models.settings import settings

RUNS_OF_A_CHILD = 200  # then it is replaced, so that memory stays flat


def new_pool() -> ProcessPool:
    """Children are forked from a server process that has imported everything already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["flows.engine.preload"])
    return ProcessPool(
        max_workers=settings().workers,
        max_tasks=RUNS_OF_A_CHILD,
        initializer=_begin_child,
        initargs=(os.getpid(),),
        context=context,
    )


def carry_out(flow_run_id: str, flow_entrypoint: str) -> None:
    """In a child: execute one flow run to its end or its next suspension.

    Whatever the flow raises is in the run's state already and is not raised again.
    """
    from prefect.exceptions import Abort, Pause
    from prefect.flow_engine import run_flow
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

    from flows.engine.prefect_runs import read_run, request_of
    from flows.engine.preload import flow_of

    run = read_run(flow_run_id)
    flow = flow_of(flow_entrypoint)
    # PostgreSQL's lock is the sign of life; Prefect's heartbeat thread would hold each execution up for a second.
    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}), _lease(request_of(run)):
        try:
            run_flow(flow, flow_run=_quiet(run), parameters=run.parameters, return_type="state")
        except (Abort, Pause):
            return


def executed(pool: ProcessPool, flow_run_id: str, flow_entrypoint: str) -> Future[None]:
    """Hand a flow run to a child; the future ends with the execution."""
    done: Future[None] = pool.schedule(carry_out, args=(flow_run_id, flow_entrypoint))
    return done


def _lease(request_id: UUID | None) -> AbstractContextManager[None]:
    from flows.engine.locks import walking

    return walking(request_id) if request_id else nullcontext()


def _quiet(run: Any) -> Any:
    """Without its deployment: the engine then starts no thread and websocket to watch for a suspension from outside."""
    return run.model_copy(update={"deployment_id": None})


def _begin_child(worker: int) -> None:
    """Die with the worker; leave Ctrl-C to it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_die_with, args=(worker,), daemon=True).start()


def _die_with(worker: int) -> None:
    """Wait for the worker's end. (Our parent is the fork server, which lives on for as long as one of us is busy.)"""
    with suppress(ProcessLookupError):  # it is dead already
        select.select([os.pidfd_open(worker)], [], [])
    os.kill(os.getpid(), signal.SIGKILL)
