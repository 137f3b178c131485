"""The worker's process (`python -m flows.engine.worker`): the warm worker, the waker, and catching up at the start."""

import asyncio
import logging
import os
import signal
from contextlib import suppress
from functools import partial

from pebble import ProcessPool
from prefect.settings import PREFECT_CLIENT_MAX_RETRIES, temporary_settings

from flows.engine import catch_up, deploy
from flows.engine.pool import new_pool
from flows.engine.waking import HANDS
from flows.engine.warm import WarmWorker

log = logging.getLogger("oa.worker")
SERVER_PATIENCE = 0.5  # seconds between looks whether Prefect's server is up


async def serve() -> None:
    """Wait for Prefect, register the deployments, catch up, then work until told to stop."""
    await deploy.wait_for_server(SERVER_PATIENCE)
    await deploy.register()
    with new_pool() as pool:
        worker = WarmWorker(pool, name=f"oa-{os.getpid()}")
        await asyncio.to_thread(catch_up.clear_maintenance)
        await asyncio.to_thread(catch_up.sweep, thorough=True)
        with temporary_settings({PREFECT_CLIENT_MAX_RETRIES: 0}):  # what fails here is tried again within seconds
            await _work(worker, pool)


async def _work(worker: WarmWorker, pool: ProcessPool) -> None:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(worker.start(printer=log.info)), group.create_task(worker.waker.listen())]
        tasks += [group.create_task(worker.waker.work()) for _ in range(HANDS)]
        for sign in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(sign, partial(_stop, tasks, pool))


def _stop(tasks: list[asyncio.Task[None]], pool: ProcessPool) -> None:
    """What is being carried out is cut off; catching up finds it at the next start."""
    pool.stop()  # type: ignore[no-untyped-call]
    for task in tasks:
        task.cancel()


def main() -> None:
    logging.getLogger("oa").setLevel(logging.INFO)  # Prefect, whose handlers we use, lets only warnings through
    with suppress(KeyboardInterrupt):
        asyncio.run(serve())
    log.info("stopped")


if __name__ == "__main__":
    main()
