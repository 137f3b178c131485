"""催办, 追办 and 存证, which run by the clock: the administrator may pause them, set them going again, run them now.

That changes nothing on record but when reminders go out, lost runs are found and chain heads are brought away; each is
in the security log.
"""

from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse

from flows.engine.catch_up import MAINTENANCE
from gateway.answers import answered
from gateway.bodies import read_object
from gateway.login.security_log import note
from gateway.prefect.door import someone
from gateway.prefect.upstream import ask
from gateway.visibility import is_administrator
from models.refusals import Invalid, NotYours


async def pause(request: Request, path: str) -> None:
    """Whether the schedule is active; whatever else the UI sends along stays as it is.

    Raises:
        Invalid: `active` is missing; NotYours: the deployment is not one of these.
    """
    active = (await read_object(request)).get("active")
    if not isinstance(active, bool):
        raise Invalid("这里只能暂停或恢复定时运行。", fields={"active": "应为是或否（true/false）"})
    deployment = await ask("GET", path.partition("/schedules/")[0])
    if deployment["name"] not in MAINTENANCE:
        raise NotYours
    await ask("PATCH", path, {"active": active})
    await _note(request, "unpaused" if active else "paused", deployment["name"])


async def run_now(request: Request, deployment: Any, path: str) -> JSONResponse:
    """One run more, at once. Raises NotYours: not the administrator, or not one of these."""
    if deployment["name"] not in MAINTENANCE or not is_administrator(await someone(request)):
        raise NotYours
    run = await ask("POST", path, {"state": {"type": "SCHEDULED"}})
    await _note(request, "run_now", deployment["name"])
    return JSONResponse(run, 201)


async def _note(request: Request, what: str, name: str) -> None:
    address = request.client.host if request.client else ""
    await answered(request, lambda session, me, now: note(session, now, what, me.account, address, deployment=name))
