"""The two Prefect UIs under /prefect: their files as Prefect ships them, their settings ours."""

from typing import Any

import httpx
from fastapi import APIRouter, Request
from fastapi.responses import Response

from gateway.answers import answered
from gateway.prefect.upstream import fetch
from models.refusals import NotYours

router = APIRouter(prefix="/prefect", include_in_schema=False)
POLICY = (  # the bundles write styles; scripts, and all they call, come from here
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)

LIGHT = (b'<html lang="en">', b'<html lang="en" class="light">')  # the first UI has no colours until it is told which


@router.get("/ui-settings")
@router.get("/v2/ui-settings")
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


@router.get("")
@router.get("/{path:path}")
async def file_of_ui(request: Request, path: str = "") -> Response:
    """A file of a bundle; any other address of the UI is its one page."""
    await answered(request, lambda *_: None)
    if ".." in path or "\\" in path or "//" in path:
        raise NotYours
    if "." not in path.rpartition("/")[2]:
        path = "v2/" if path.split("/")[0] == "v2" else ""
    found: httpx.Response = await fetch(f"/prefect/{path}")
    kind = found.headers.get("content-type", "application/octet-stream")
    content = found.content.replace(*LIGHT, 1) if kind.startswith("text/html") else found.content
    return Response(content, media_type=kind, headers={"Content-Security-Policy": POLICY})
