"""登记簿: every filed sheet, narrowed, paged; the same as a workbook, and as a package for the archive."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session, select
from starlette.background import BackgroundTask

from flows.engine.kind import kinds
from gateway.answers import answered
from gateway.bodies import read_posted
from gateway.html import page
from gateway.jobs.work import begin, carry_out
from gateway.login.caller import caller_of
from gateway.login.identity import Me
from gateway.login.security_log import note
from gateway.register.lines import count, page_of
from gateway.register.making import make_package, make_workbook, transferable
from gateway.register.sought import PAPER_TITLES, Sought, in_words, read_sought, typed_again
from gateway.visibility import may_register
from gateway.workbench.lists import PAGE, open_items, state_in_words
from models.jobs import Job
from models.organisation import Department
from models.record import Status
from models.refusals import Invalid, NotYours

router = APIRouter(include_in_schema=False)
SEE_OTHER = 303
MOST_EXPORTED = 100_000  # lines of a workbook, sheets of a package
MOST_FIELDS = 200  # of a form: what is sought, and a page of ticks
LAST_PAGE = 100_000
CHOSEN = "item."  # before the id of each sheet that was ticked


@router.get("/register")
async def register(request: Request, number: int = Query(1, ge=1, le=LAST_PAGE, alias="page")) -> Response:
    typed = dict(request.query_params)

    def work(session: Session, me: Me, _now: datetime) -> dict[str, Any]:
        check_register(me)
        sought = read_sought(typed)
        return _begin(session, me) | _listed(session, me, sought, number)

    return page("register", **await answered(request, work))


@router.post("/register/export")
async def export(request: Request) -> Response:
    """Lead on to the progress; the workbook is written while that is being watched."""
    posted, address = await read_posted(request, MOST_FIELDS), caller_of(request).address

    def work(session: Session, me: Me, now: datetime) -> tuple[Me, Job, Sought, int]:
        check_register(me)
        sought = read_sought(posted)
        total = _enough(count(session, me, sought), "行")
        note(session, now, "register_exported", me.account, address, lines=total, sought=in_words(sought))
        return me, begin(session, me.account, f"登记簿 {total} 行", now), sought, total

    me, job, sought, total = await answered(request, work)
    making = BackgroundTask(carry_out, job.id, lambda progress: make_workbook(job.id, me, sought, total, progress))
    return RedirectResponse(f"/jobs/{job.id}", SEE_OTHER, background=making)


@router.post("/register/package")
async def transfer(request: Request) -> Response:
    """As `export`; of what is ticked, or of all that is sought. What is not filed yet only when asked for."""
    posted, address = await read_posted(request, MOST_FIELDS), caller_of(request).address
    only, unfiled = _ticked(posted), posted.get("unfiled") == "true"

    def work(session: Session, me: Me, now: datetime) -> tuple[Me, Job, Sought, int]:
        check_register(me)
        sought = read_sought(posted)
        total = _enough(count(session, me, sought, *transferable(only, unfiled)), "份")
        note(session, now, "package_made", me.account, address, lines=total, sought=in_words(sought))
        return me, begin(session, me.account, f"移交包 {total} 份", now), sought, total

    me, job, sought, total = await answered(request, work)
    making = BackgroundTask(
        carry_out, job.id, lambda progress: make_package(job.id, me, sought, only, unfiled, total, progress)
    )
    return RedirectResponse(f"/jobs/{job.id}", SEE_OTHER, background=making)


def check_register(me: Me) -> None:
    """For everyone else there is no register."""
    if not may_register(me):
        raise NotYours


def _begin(session: Session, me: Me) -> dict[str, Any]:
    return {
        "me": me,
        "here": "/register",
        "open_items": open_items(session, me.account),
        "kinds": [(kind.key, kind.title) for kind in kinds().values()],
        "outcomes": [(status.value, state_in_words(status)) for status in Status],
        "papers": PAPER_TITLES.items(),
        "titles": PAPER_TITLES,
        "departments": session.exec(select(Department.name).order_by(Department.name)).all(),
    }


def _listed(session: Session, me: Me, sought: Sought, number: int) -> dict[str, Any]:
    total, typed = count(session, me, sought), typed_again(sought)
    return {
        "sought": sought,
        "typed": typed,
        "query": f"{urlencode(typed)}&" if typed else "",
        "lines": page_of(session, me, sought, number),
        "number": number,
        "first": (number - 1) * PAGE + 1,
        "total": total,
        "more": total > number * PAGE,
    }


def _enough(total: int, unit: str) -> int:
    if total == 0:
        raise Invalid("没有符合条件的流程单。请放宽条件；移交包默认只含已归档的，可勾选「含尚未归档的」。")
    if total > MOST_EXPORTED:
        raise Invalid(f"一次最多 {MOST_EXPORTED} {unit}，符合条件的有 {total} {unit}。请按年度、类型等分几次。")
    return total


def _ticked(posted: Mapping[str, str]) -> set[UUID]:
    try:
        return {UUID(name.removeprefix(CHOSEN)) for name in posted if name.startswith(CHOSEN)}
    except ValueError:
        raise NotYours from None
