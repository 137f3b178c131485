"""The warm worker: a Prefect worker whose runs go to warm child processes.

Bounded where it asks for runs: it takes only as many as it has idle children. (A limit of Prefect's own worker fails
when a run is resumed before its last execution has quite ended.)
"""

import asyncio
import logging
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
from pebble import ProcessExpired, ProcessPool
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import ObjectNotFound
from prefect.workers.base import BaseJobConfiguration, BaseVariables, BaseWorker, BaseWorkerResult

from flows.engine import deploy, prefect_runs, trouble
from flows.engine.pool import executed
from flows.engine.waking import Waker
from models.settings import settings

log = logging.getLogger("oa.worker")
CARRY_OUT = "carry_out"  # the incident of a child that died


class WarmWorker(BaseWorker[BaseJobConfiguration, BaseVariables, BaseWorkerResult]):
    """Takes runs of our deployments from the work pool and has them carried out by warm children."""

    type = "warm"
    _description = "Carries out flow runs in warm child processes of this installation."

    def __init__(self, pool: ProcessPool, name: str) -> None:
        super().__init__(
            work_pool_name=deploy.WORK_POOL, name=name, prefetch_seconds=0, base_job_template=deploy.TEMPLATE
        )
        self._pool = pool
        self._taken: set[UUID] = set()
        self._entrypoints: dict[UUID, str] = {}
        self._polling = asyncio.Lock()
        self._prefect_away = False
        self.waker = Waker(self.poll_soon)

    async def get_and_submit_flow_runs(self) -> list[FlowRun]:
        """Take as many scheduled runs as there are idle children; none while Prefect is away."""
        async with self._polling:
            idle = settings().workers - len(self._taken)
            if idle < 1 or not self._has_successfully_synced:
                return []
            scheduled: list[FlowRun] = []
            with self._unless_away():
                scheduled = [each.flow_run for each in await self._get_scheduled_flow_runs()]
            self._last_polled_time = datetime.now(UTC)
            new = [run for run in scheduled if run.id not in self._taken][:idle]
            for run in new:
                self._taken.add(run.id)
                assert self._runs_task_group  # noqa: S101 - set up before polling
                self._runs_task_group.start_soon(self._submit_run, run)
            return new

    def poll_soon(self) -> None:
        """Do not wait for the next second: something has just been scheduled, or a child is idle again."""
        if self._runs_task_group and self.is_setup:
            self._runs_task_group.start_soon(self.get_and_submit_flow_runs)

    async def _sync_and_initialize(self) -> None:
        """As Prefect's own worker, which gives itself up after a dozen failures; we outlive any outage."""
        with self._unless_away():
            await super()._sync_and_initialize()

    async def _emit_worker_started_event(self) -> None:
        """No event of our own: while Prefect is away, sending it off would hold our end up for seconds."""

    async def run(
        self, flow_run: FlowRun, configuration: BaseJobConfiguration, task_status: Any = None
    ) -> BaseWorkerResult:
        """Not used: `_submit_run` hands runs to the children itself."""
        raise NotImplementedError

    async def _submit_run(self, flow_run: FlowRun) -> None:
        """Claim a run and have it carried out; then look whether more was asked for meanwhile."""
        request_id = prefect_runs.request_of(flow_run)
        try:
            entrypoint = await self._entrypoint(flow_run)
            if await self._propose_pending_state(flow_run):
                await self._carry_out(flow_run, entrypoint, request_id)
        except Exception as error:
            log.error("run not carried out run=%s because=%s: %s", flow_run.id, type(error).__name__, error)
            if not self._pool.active:  # it is broken for good: the supervisor starts us anew, catching up finds the run
                os.kill(os.getpid(), signal.SIGTERM)
        finally:
            self._taken.discard(flow_run.id)
            if request_id:
                self.waker.ask(request_id)
            self.poll_soon()

    async def _carry_out(self, flow_run: FlowRun, entrypoint: str, request_id: UUID | None) -> None:
        """Have it carried out by a child; the child's death is an incident until an execution outlives it."""
        try:
            await asyncio.wrap_future(executed(self._pool, str(flow_run.id), entrypoint))
        except ProcessExpired as death:
            log.error("child died run=%s exit=%s", flow_run.id, death.exitcode)
            if request_id:
                await asyncio.to_thread(_tell_of_death, flow_run, request_id)
        else:
            await asyncio.to_thread(trouble.close_incident, flow_run.name, CARRY_OUT)

    async def _entrypoint(self, flow_run: FlowRun) -> str:
        deployment = flow_run.deployment_id
        if deployment is None:
            raise ObjectNotFound(http_exc=LookupError("a run without a deployment"))
        if deployment not in self._entrypoints:
            self._entrypoints[deployment] = (await self.client.read_deployment(deployment)).entrypoint or ""
        return self._entrypoints[deployment]

    @contextmanager
    def _unless_away(self) -> Iterator[None]:
        """Prefect's server may be down or starting: said once, and asked again in a second."""
        try:
            yield
        except httpx.HTTPError as error:
            if not self._prefect_away:
                log.warning("Prefect away because=%s", type(error).__name__)
            self._prefect_away = True
        else:
            if self._prefect_away:
                log.info("Prefect is back")
            self._prefect_away = False


def _tell_of_death(flow_run: FlowRun, request_id: UUID) -> None:
    """It is set going again at once; a run whose child died three times waits for catching up and its pauses."""
    tries = trouble.raise_incident(request_id, flow_run.name, CARRY_OUT, "执行进程意外终止")
    if tries >= trouble.TRIES:
        prefect_runs.end_crashed(flow_run.id)
