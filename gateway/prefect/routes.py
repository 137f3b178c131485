"""The Prefect API as people reach it, under /prefect/api: each route of the table that is somebody's, with its answer.

The record decides: a person reads the runs of requests that they may see, what the Resume form sends becomes a decision
of theirs, and what a deployment's form sends a request of theirs. Nothing that a browser sends reaches Prefect as it
was sent.
"""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response

from gateway.prefect import deployments, lists, maintenance, runs
from gateway.prefect.door import check_may, csrf_of_ui, someone, stripped
from gateway.prefect.table import TABLE, Injected, Rule, Who
from gateway.prefect.upstream import ask
from models.refusals import NotYours

Answer = Callable[[Request, str], Awaitable[Any]]  # with the path at Prefect, its places filled in
ALL = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]
TOKEN_LASTS = timedelta(hours=1)  # asked for anew then; a date years ahead overflows the UI's timer: it asks for ever

router = APIRouter(prefix="/prefect/api", include_in_schema=False, dependencies=[Depends(csrf_of_ui)])


async def health(_: Request, _path: str) -> bool:
    return True


async def csrf_token(request: Request, _path: str) -> dict[str, Any]:
    """The session's own token, in the shape in which the UI asks for one."""
    me, until = await someone(request), datetime.now(UTC) + TOKEN_LASTS
    client = request.query_params.get("client", "")[:64]
    return {"token": me.csrf, "client": client, "expiration": until.isoformat(), "id": None}


async def no_settings(_: Request, _path: str) -> dict[str, Any]:
    return {}


async def leave_validation_to_rules(_: Request, _path: str) -> dict[str, Any]:
    """The first UI asks before it submits; what is wrong is said by the rules themselves, in Chinese, on submit."""
    return {"errors": [], "valid": True}


async def passed_on(request: Request, path: str) -> Any:
    """As Prefect answers it; nothing that was sent goes along but the ids and names in the address."""
    return await ask(request.method, path, {} if request.method == "POST" else None)


OWN: dict[tuple[str, str], Answer] = {  # answers that are more than the table's own words
    ("GET", "/admin/settings"): no_settings,
    ("GET", "/csrf-token"): csrf_token,
    ("GET", "/health"): health,
    ("GET", "/flow_runs/{id}/input/{key}"): runs.read_form,
    ("POST", "/flow_runs/{id}/resume"): runs.resume_run,
    ("POST", "/flow_runs/{id}/set_state"): runs.cancel_run,
    ("POST", "/ui/flow_runs/count-task-runs"): lists.task_runs_of_runs,
    ("GET", "/task_runs/{id}"): runs.part_of_run,
    ("GET", "/ui/task_runs/{id}"): runs.part_of_run,
    ("GET", "/artifacts/{id}"): runs.part_of_run,
    ("GET", "/flows/{id}"): lists.one_flow,
    ("POST", "/ui/flows/count-deployments"): lists.deployments_of_flows,
    ("POST", "/ui/flows/next-runs"): lists.no_next_runs,
    ("GET", "/deployments/{id}"): deployments.read_deployment,
    ("PATCH", "/deployments/{id}/schedules/{schedule_id}"): maintenance.pause,
    ("POST", "/deployments/{id}/create_flow_run"): deployments.start_run,
    ("GET", "/automations/related-to/{resource_id}"): lists.none,
    ("POST", "/events/filter"): lists.no_events,
    ("POST", "/saved_searches/filter"): lists.none,
    ("POST", "/ui/schemas/validate"): leave_validation_to_rules,
}
NARROWED: dict[Injected, Answer] = {
    Injected.runs: lists.of_runs,
    Injected.kinds: lists.of_kinds,
    Injected.empty: lists.for_administrator,
}
PLAIN = re.compile(r"\w[\w.-]{0,99}")


def _route(method: str, place: str, rule: Rule) -> None:
    """Put one route of the table up."""
    answer = OWN.get((method, place)) or NARROWED.get(rule.injected, passed_on)

    async def endpoint(request: Request) -> Response:
        await check_may(request, rule)
        found = await answer(request, _filled(request, place))
        if isinstance(found, Response):
            return found
        shown = deployments.with_form(found) if place.startswith("/deployments/") else found
        return JSONResponse(stripped(shown, rule.stripped))

    address = place.replace("{id}", "{id:uuid}")
    router.add_api_route(address, endpoint, methods=[method], name=f"{method} {place}", response_model=None)


def _filled(request: Request, place: str) -> str:
    """The route's own path with what the address gave for its places. Raises NotYours: no plain name."""
    given = {name: str(value) for name, value in request.path_params.items()}
    if not all(map(PLAIN.fullmatch, given.values())):
        raise NotYours
    return place.format(**given)


for (_method, _place), _rule in TABLE.items():
    if _rule.who is not Who.nobody:
        _route(_method, _place, _rule)


@router.api_route("/{path:path}", methods=ALL)
async def not_there(request: Request) -> None:
    """Whatever is nobody's, or not written down at all."""
    await someone(request)
    raise NotYours
