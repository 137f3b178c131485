"""A job's page: how far long work has come, for whoever began it; and the file it made, if it makes one."""

from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response
from sqlmodel import Session

from gateway.answers import answered
from gateway.html import page
from gateway.jobs.work import job_of
from gateway.login.identity import Me
from gateway.login.origin import is_ours
from gateway.workbench.lists import open_items
from models.jobs import Job
from models.refusals import NotYours
from printouts.printing.prints import print_of

router = APIRouter(include_in_schema=False)
GONE = "没有这个文件：还没有做完，或者已过一天，不再保留。请重新制作。"
PDF = ".pdf"
MEDIA_TYPES = {
    PDF: "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}


@router.get("/jobs/{key}")
async def watch(request: Request, key: UUID) -> Response:
    """How far it has come; asked again and again until it has ended."""

    came = _came_from(request)

    def work(session: Session, me: Me, now: datetime) -> dict[str, Any]:
        job = job_of(session, me.account, key, now)
        return {"me": me, "open_items": open_items(session, me.account), "job": job, "made": _made(job)} | came

    return page("job", **await answered(request, work))


@router.get("/jobs/{key}/file")
async def read_made(request: Request, key: UUID) -> Response:
    """The file it made, for its owner alone: a PDF to look at, anything else to keep."""
    job = await answered(request, lambda session, me, now: job_of(session, me.account, key, now))
    path = _made(job)
    if path is None:
        raise NotYours(GONE)
    shown = "inline" if path.suffix == PDF else "attachment"
    return FileResponse(
        path,
        media_type=MEDIA_TYPES[path.suffix],
        filename=f"{job.title}{path.suffix}",
        content_disposition_type=shown,
    )


def _came_from(request: Request) -> dict[str, str]:
    """The page of ours where the work was begun, and the tab it is under; nothing, if that cannot be told."""
    url = request.headers.get("referer", "")
    if not is_ours(request, url):
        return {}
    path, query = urlsplit(url).path.lstrip("/"), urlsplit(url).query
    top = path.partition("/")[0]
    return {"back": f"/{path}{f'?{query}' if query else ''}", "here": f"/{top}"} if top != "jobs" else {}


def _made(job: Job) -> Path | None:
    """Once it has ended well: what it did afterwards is on record then."""
    return print_of(job.id) if job.finished_at and not job.failed else None
