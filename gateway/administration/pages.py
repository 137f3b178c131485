"""The main administrator's pages: what there is to administer; the import of staff; sub-administrators."""

from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError
from sqlmodel import Session, select
from starlette.background import BackgroundTask

from flows.engine.forms import told_of
from flows.engine.kind import kinds
from gateway.administration.grants import check, end, give, grants
from gateway.administration.imports import import_staff
from gateway.answers import answered
from gateway.bodies import read_posted
from gateway.html import page
from gateway.jobs.work import begin, carry_out
from gateway.login.caller import caller_of
from gateway.login.identity import Me
from gateway.rest.contract import GrantBody
from gateway.rest.uploads import read_uploads
from gateway.rest.views import People
from gateway.workbench.acting import faults_of
from gateway.workbench.lists import open_items
from models.organisation import Department
from models.refusals import Invalid
from models.tabular import Source

router = APIRouter(include_in_schema=False)
SEE_OTHER = 303


@router.get("/admin")
async def administration(request: Request) -> Response:
    return page("admin", **await answered(request, _begin))


@router.get("/admin/import")
async def ask_for_staff(request: Request) -> Response:
    return page("import", **await answered(request, _begin))


@router.post("/admin/import")
async def take_staff(request: Request) -> Response:
    """Take the files, lead on to the progress, and import while that is being watched."""
    await answered(request, _begin)
    files = {field: Source(*file) for field, file in (await read_uploads(request, "staff", "departments")).items()}
    if "staff" not in files:
        raise Invalid("人员表：请选择文件。", fields={"staff": "请选择文件"})
    staff, departments = files["staff"], files.get("departments")
    job = await answered(request, lambda session, me, now: begin(session, me.account, f"导入 {staff.name}", now))
    work = BackgroundTask(carry_out, job.id, lambda progress: import_staff(staff, departments, progress))
    return RedirectResponse(f"/jobs/{job.id}", SEE_OTHER, background=work)


@router.get("/admin/grants")
async def list_grants(request: Request) -> Response:
    return page("grants", **await answered(request, _grants))


@router.post("/admin/grants")
async def grant(request: Request) -> Response:
    posted = await read_posted(request)
    address = caller_of(request).address

    def work(session: Session, me: Me, now: datetime) -> None:
        give(session, me, _grant_body(posted), now, address)

    try:
        await answered(request, work)
    except Invalid as refusal:
        shown = await answered(request, _grants)
        return page("grants", refusal.status, **shown | _again(refusal, posted))
    return RedirectResponse("/admin/grants", SEE_OTHER)


@router.post("/admin/grants/{grant_id}/end")
async def end_grant(request: Request, grant_id: UUID) -> Response:
    await read_posted(request)
    address = caller_of(request).address
    await answered(request, lambda session, me, now: end(session, me, grant_id, now, address))
    return RedirectResponse("/admin/grants", SEE_OTHER)


def _grants(session: Session, me: Me, now: datetime) -> dict[str, Any]:
    shown = _begin(session, me, now)
    found, titles = grants(session, me), {kind.key: kind.title for kind in kinds().values()}
    people = People(session, [each.account for each in found])
    return shown | {
        "grants": [(each, people(each.account), titles.get(each.kind or "", each.kind)) for each in found],
        "kinds": titles.items(),
        "departments": session.exec(select(Department.name).order_by(Department.name)).all(),
        **_again(None, {}),
    }


def _again(refusal: Invalid | None, posted: dict[str, str]) -> dict[str, Any]:
    """What was typed, and what was wrong with it."""
    faults = defaultdict(str, faults_of(refusal) if refusal else {})
    return {"refusal": refusal, "typed": defaultdict(str, posted), "faults": faults}


def _grant_body(posted: dict[str, str]) -> GrantBody:
    try:
        return GrantBody.model_validate({name: text.strip() or None for name, text in posted.items()})
    except ValidationError as faults:
        raise told_of(GrantBody, faults) from None


def _begin(session: Session, me: Me, _now: datetime) -> dict[str, Any]:
    """For everyone else these pages do not exist."""
    check(me)
    return {"me": me, "here": "/admin", "open_items": open_items(session, me.account)}
