"""The two Prefect UIs under /prefect: their files as Prefect ships them, their settings ours, what is refused gone."""

from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from gateway.answers import answered
from gateway.login.identity import Me
from gateway.prefect import scope
from gateway.prefect.door import someone
from gateway.prefect.upstream import fetch
from gateway.visibility import is_administrator
from gateway.workbench.acting import acting
from models.record import Status
from models.refusals import NotYours

router = APIRouter(include_in_schema=False)
POLICY = (  # the bundles write styles, their timeline makes code; scripts, and all they call, come from here
    "default-src 'none'; script-src 'self' 'unsafe-eval' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
OURS = (  # what is refused is not offered; the way back to the workbench
    b'<link rel="stylesheet" href="/static/prefect/ui.css"><script src="/static/prefect/ui.js" defer></script></head>'
)
FOR_ALL = frozenset({"runs", "flows", "deployments", "artifacts"})  # pages; any other leads to the runs
FOR_ADMINISTRATOR = FOR_ALL | {"dashboard", "work-pools"}


@router.get("/prefect/ui-settings")
@router.get("/prefect/v2/ui-settings")
async def settings_of_ui(request: Request) -> dict[str, Any]:
    """What the UIs ask first: no password of Prefect's, our CSRF token with every write."""
    await answered(request, lambda *_: None)
    return {
        "api_url": "/prefect/api",
        "csrf_enabled": True,
        "auth": None,
        "flags": [],
        "default_ui": "v1",
        "available_uis": ["v1", "v2"],
        "v1_base_url": "/prefect",
        "v2_base_url": "/prefect/v2",
    }


@router.get("/prefect/run/{run}")
async def about_run(request: Request, run: UUID) -> dict[str, Any]:
    """For our script on a run's page: the request's number, and which of its buttons this person may press."""

    def work(session: Session, me: Me, now: datetime) -> dict[str, Any]:
        record = scope.request_of_run(session, me, run)
        resume, cancel = acting(session, record, me, now), record.initiator == me.account
        is_open = record.status is Status.open
        buttons = {"Resume": bool(resume), "Cancel": cancel}
        return {"number": record.number, "may": [name for name, here in buttons.items() if is_open and here]}

    return await answered(request, work)


@router.get("/ico/{name}")
@router.get("/{name}.svg")
@router.get("/favicon.ico")
@router.get("/favicon-dark.ico")
async def icon(name: str = "") -> Response:  # noqa: ARG001 - whichever state it is for
    """The UIs look for icons of the tab at the root: ours."""
    return RedirectResponse("/static/icon.svg", 303)


@router.get("/prefect")
@router.get("/prefect/{path:path}")
async def file_of_ui(request: Request, path: str = "") -> Response:
    """A file of a bundle; any other address of the UI is its one page."""
    me = await someone(request)
    if ".." in path or "\\" in path or "//" in path:
        raise NotYours
    if "." in path.rpartition("/")[2]:
        found = await fetch(f"/prefect/{path}")
        return _answer(found, found.content)
    version = "v2/" if path.split("/")[0] == "v2" else ""
    first = path.removeprefix("v2").strip("/").split("/")[0]
    administrator = is_administrator(me)
    if first not in (FOR_ADMINISTRATOR if administrator else FOR_ALL):
        return RedirectResponse(f"/prefect/{version}runs", 303)
    found = await fetch(f"/prefect/{version}")
    return _answer(found, _page(found.content, "light administrator" if administrator else "light"))


def _page(content: bytes, classes: str) -> bytes:
    """The UI's page with our sheet and script. (The first UI has no colours until it is told which.)"""
    content = content.replace(b'<html lang="en">', f'<html lang="en" class="{classes}">'.encode(), 1)
    return content.replace(b"</head>", OURS, 1)


def _answer(found: httpx.Response, content: bytes) -> Response:
    kind = found.headers.get("content-type", "application/octet-stream")
    return Response(content, media_type=kind, headers={"Content-Security-Policy": POLICY})
