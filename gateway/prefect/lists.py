"""Lists and counts of Prefect, narrowed to what a person may see."""

from typing import Any

from fastapi import Request

from gateway.answers import answered
from gateway.bodies import read_object
from gateway.prefect import scope
from gateway.prefect.door import someone
from gateway.prefect.filters import cleaned, ids, only, wanted
from gateway.prefect.upstream import ask
from gateway.visibility import is_administrator
from models.refusals import NotYours

NAMED = {  # list → where the page names the runs it wants
    "flow_runs": ("flow_runs.id",),
    "task_runs": ("flow_runs.id", "task_runs.flow_run_id"),
    "logs": ("logs.flow_run_id", "flow_runs.id"),
    "artifacts": ("artifacts.flow_run_id", "flow_runs.id"),
}
BY_OWN_FIELD = ("logs", "artifacts")  # they name runs themselves instead of by a filter over runs
NOTHING = {"filter": [], "count": 0}


async def of_runs(request: Request, path: str) -> Any:
    """A list over runs: of those that this person may see, the ones wanted."""
    body, what = await read_object(request), path.removeprefix("/ui").split("/")[1]
    asked, named = cleaned(body), wanted(body, *NAMED[what])
    runs = await answered(request, lambda session, me, _: scope.visible_runs(session, me, named))
    if runs is not None and what in BY_OWN_FIELD:
        asked = only(asked, what, "flow_run_id", runs)
    elif runs is not None:
        asked = only(asked, "flow_runs", "id", runs)
    return await ask("POST", path, asked)


async def of_kinds(request: Request, path: str) -> Any:
    """A list of flows or deployments: those that people start, and where it is narrowed by runs, by their own."""
    body, what = await read_object(request), path.split("/")[1]
    asked = cleaned(body)
    if not is_administrator(await someone(request)):
        asked = only(asked, what, "name", scope.names_of(what))
    if "flow_runs" in asked:
        runs = await answered(request, lambda session, me, _: scope.visible_runs(session, me, None))
        asked = only(asked, "flow_runs", "id", runs) if runs is not None else asked
    return await ask("POST", path, asked)


async def one_flow(request: Request, path: str) -> Any:
    """A flow that people start. Raises NotYours."""
    me, found = await someone(request), await ask("GET", path)
    if found["name"] not in scope.names_of("flows") and not is_administrator(me):
        raise NotYours
    return found


async def for_administrator(request: Request, path: str) -> Any:
    """A list that is empty for everybody else."""
    body = await read_object(request)
    if not is_administrator(await someone(request)):
        return NOTHING[path.rpartition("/")[2]]
    return await ask("POST", path, cleaned(body))


async def task_runs_of_runs(request: Request, _path: str) -> Any:
    """How many tasks each of these runs has."""
    named = ids((await read_object(request)).get("flow_run_ids"))
    runs = await answered(request, lambda session, me, _: scope.visible_runs(session, me, named))
    return await ask("POST", "/ui/flow_runs/count-task-runs", {"flow_run_ids": runs})


async def deployments_of_flows(request: Request, _path: str) -> dict[str, int]:
    """Each flow has the one deployment that people start."""
    named = ids((await read_object(request)).get("flow_ids"))
    return dict.fromkeys(map(str, named), 1)


async def no_next_runs(request: Request, _path: str) -> dict[str, None]:
    """Nothing of these flows runs by a schedule: what comes next is what people do next."""
    return dict.fromkeys(map(str, ids((await read_object(request)).get("flow_ids"))))


async def none(_: Request, _path: str) -> list[Any]:
    """Searches are not kept, automations are not used."""
    return []


async def no_events(_: Request, _path: str) -> dict[str, Any]:
    """Events are not shown: their pages cannot be narrowed to what a person may see."""
    return {"events": [], "total": 0, "next_page": None}
