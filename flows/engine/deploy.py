"""Deployments: one a kind, the two that run every minute, and 存证. Registered anew at each start of a worker."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httpx
from prefect import Flow
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import DeploymentScheduleCreate, WorkPoolCreate
from prefect.client.schemas.schedules import CronSchedule
from prefect.exceptions import ObjectAlreadyExists
from prefect.utilities.callables import parameter_schema

from flows.engine.catch_up import catch_up
from flows.engine.heads import keep_heads
from flows.engine.kind import kinds
from flows.engine.reminders import remind_due
from models.settings import settings

WORK_POOL = "oa"
TEMPLATE: dict[str, Any] = {  # no command, no environment: whoever creates a run cannot bring code along
    "job_configuration": {"labels": {}},
    "variables": {"type": "object", "properties": {}},
}
EVERY_MINUTE = "* * * * *"
EVERY_HOUR = "30 * * * *"  # of the day before: once, and again until it is done


@dataclass(frozen=True)
class Deployed:
    """What is registered: a flow under a name, with a description people read."""

    flow: Flow[..., Any]
    name: str
    entrypoint: str
    description: str
    cron: str | None = None


def deployments() -> list[Deployed]:
    """All that this installation registers with Prefect."""
    own = [Deployed(kind.flow, kind.title, kind.entrypoint, kind.description) for kind in kinds().values()]
    return [
        *own,
        Deployed(
            remind_due, "催办", "flows.engine.reminders.remind_due", "每分钟：逐级催办到期未办的事项。", EVERY_MINUTE
        ),
        Deployed(
            catch_up,
            "追办",
            "flows.engine.catch_up.catch_up",
            "每分钟：找回中断的流程并继续执行，补签流程单。",
            EVERY_MINUTE,
        ),
        Deployed(
            keep_heads, "存证", "flows.engine.heads.keep_heads", "每小时：前一天的链头存到指定的地方。", EVERY_HOUR
        ),
    ]


async def wait_for_server(pause: float) -> None:
    """Until Prefect's server answers."""
    async with httpx.AsyncClient(trust_env=False) as http:
        while True:
            with suppress(httpx.TransportError):
                if (await http.get(f"{settings().prefect_api}/health")).is_success:
                    return
            await asyncio.sleep(pause)


async def register() -> None:
    """Make the work pool and all deployments; what is there already is brought up to date."""
    async with get_client() as client:
        with suppress(ObjectAlreadyExists):
            await client.create_work_pool(WorkPoolCreate(name=WORK_POOL, type="warm", base_job_template=TEMPLATE))
        for each in deployments():
            await _register(client, each)


async def _register(client: PrefectClient, deployed: Deployed) -> None:
    cron = deployed.cron
    zone = settings().timezone
    schedules = (
        [DeploymentScheduleCreate(schedule=CronSchedule(cron=cron, timezone=zone), slug="minute")] if cron else []
    )
    await client.create_deployment(
        flow_id=await client.create_flow(deployed.flow),
        name=deployed.name,
        description=deployed.description,
        tags=[deployed.name],
        entrypoint=deployed.entrypoint,
        path=".",
        work_pool_name=WORK_POOL,
        schedules=schedules,
        parameter_openapi_schema=parameter_schema(deployed.flow).model_dump_for_openapi(),
        enforce_parameter_schema=True,
    )
