"""The Prefect API as people reach it, under /prefect/api. What is answered stands here; the rest is not there.

The record decides: a person reads the runs of requests that they may see, and what the Resume form sends becomes a
decision of theirs. Nothing that a browser sends reaches Prefect as it was sent.
"""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from sqlmodel import Session

from gateway.answers import answered
from gateway.bodies import read_object
from gateway.identity import Me
from gateway.prefect import resume, scope
from gateway.prefect.upstream import ask
from models.refusals import NotYours, Refusal


async def _csrf_of_ui(request: Request) -> None:
    """The UI sends the session's CSRF token under Prefect's name for it."""
    request.state.csrf = request.headers.get("prefect-csrf-token", "")


router = APIRouter(prefix="/prefect/api", include_in_schema=False, dependencies=[Depends(_csrf_of_ui)])
FILTERS = {  # list of ours → where the page names the runs it wants
    "flow_runs": ("flow_runs.id",),
    "task_runs": ("flow_runs.id", "task_runs.flow_run_id"),
    "logs": ("logs.flow_run_id", "flow_runs.id"),
    "artifacts": ("artifacts.flow_run_id", "flow_runs.id"),
}
OWN_FILTER = ("logs", "artifacts")  # they name runs themselves instead of by a filter over runs
LISTS = frozenset(
    {f"{what}/{ending}" for what in ("flow_runs", "task_runs") for ending in ("filter", "count", "paginate")}
    | {"logs/filter", "artifacts/filter", "artifacts/count"}
)
UNCHANGING = ("flows", "deployments")  # the same for all who work here, without code and settings


async def _someone(request: Request) -> Me:
    """Who is asking."""
    return await answered(request, lambda _session, me, _now: me)


@router.get("/health")
async def health(request: Request) -> bool:
    await _someone(request)
    return True


@router.get("/csrf-token")
async def csrf_token(request: Request, client: str = "") -> dict[str, Any]:
    """The session's own token, in the shape in which the UI asks for one."""
    me = await _someone(request)
    return {"token": me.csrf, "client": client[:64], "expiration": "2100-01-01T00:00:00Z", "id": None}


@router.get("/admin/version")
async def version(request: Request) -> Any:
    await _someone(request)
    return await ask("GET", "/admin/version")


@router.get("/admin/settings")
async def no_settings(request: Request) -> dict[str, Any]:
    await _someone(request)
    return {}


@router.get("/flow_runs/{run}")
async def read_run(request: Request, run: UUID) -> Any:
    await answered(request, lambda session, me, _: scope.request_of_run(session, me, run))
    return scope.hidden(await ask("GET", f"/flow_runs/{run}"), scope.HIDDEN_OF_RUN)


@router.get("/flow_runs/{run}/graph-v2")
async def read_graph(request: Request, run: UUID) -> Any:
    await answered(request, lambda session, me, _: scope.request_of_run(session, me, run))
    return await ask("GET", f"/flow_runs/{run}/graph-v2")


@router.get("/flow_runs/{run}/input/{key}")
async def read_form(request: Request, run: UUID, key: str) -> Response:
    """This person's own form, whatever Prefect keeps under the key."""

    def work(session: Session, me: Me, _now: datetime) -> str:
        record = scope.request_of_run(session, me, run)
        if key.endswith("-schema"):
            return json.dumps(resume.form_schema(session, record, me), ensure_ascii=False)
        if key.endswith("-description"):
            return json.dumps(resume.form_description(session, record, me), ensure_ascii=False)
        raise NotYours

    return PlainTextResponse(await answered(request, work))


@router.post("/flow_runs/{run}/resume")
async def resume_run(request: Request, run: UUID) -> JSONResponse:
    """A decision by this person, answered as Prefect answers a resume."""
    body = await read_object(request)
    sent = body.get("run_input") or {}

    def work(session: Session, me: Me, now: datetime) -> str:
        record = scope.request_of_run(session, me, run)
        return resume.resume(session, record, me, sent if isinstance(sent, dict) else {}, now).number

    try:
        number = await answered(request, work)
    except Refusal as refusal:
        if refusal.status not in (409, 422):
            raise
        details = {"type": "reject_transition", "reason": refusal.message}
        return JSONResponse({"status": "REJECT", "state": None, "details": details})
    state = {"type": "SCHEDULED", "name": "已办理", "message": number}
    return JSONResponse({"status": "ACCEPT", "state": state, "details": {"type": "accept_transition"}}, 201)


@router.get("/{what}/{key}")
async def read_one(request: Request, what: str, key: str) -> Any:
    await _someone(request)
    if what not in UNCHANGING or not scope.is_id(key):
        raise NotYours
    return scope.hidden(await ask("GET", f"/{what}/{key}"), scope.HIDDEN_OF_DEPLOYMENT)


@router.post("/events/filter")
async def no_events(request: Request) -> dict[str, Any]:
    """Events are not shown: their pages cannot be narrowed to what a person may see."""
    await _someone(request)
    return {"events": [], "total": 0, "next_page": None}


@router.post("/ui/schemas/validate")
async def leave_validation_to_resume(request: Request) -> dict[str, Any]:
    """The first UI asks before it submits; what is wrong is said by the rules themselves, in Chinese, on submit."""
    await _someone(request)
    return {"errors": [], "valid": True}


@router.post("/{what}/{ending}")
async def read_many(request: Request, what: str, ending: str) -> Any:
    """Lists and counts, over the runs that this person may see."""
    if f"{what}/{ending}" not in LISTS:
        await _someone(request)
        raise NotYours
    body = await read_object(request)
    wanted = scope.wanted_runs(body, *FILTERS[what])
    runs = await answered(request, lambda session, me, _: scope.visible_runs(session, me, wanted))
    asked = scope.narrowed(body, runs)
    if what in OWN_FILTER:
        asked = {what: {"operator": "and_", "flow_run_id": {"any_": runs}}} | scope.paging(body)
    if ending == "count":
        asked = {name: each for name, each in asked.items() if name in FILTERS}
    return scope.hidden(await ask("POST", f"/{what}/{ending}", asked), scope.HIDDEN_OF_RUN)


@router.api_route("/{path:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
async def not_there(request: Request) -> None:
    await _someone(request)
    raise NotYours
