"""打印台: the clerk's and the administrator's list of filed sheets, and printing several together."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import TypeAdapter, ValidationError
from sqlmodel import Session
from starlette.background import BackgroundTask

from flows.engine.forms import DATES, Day
from flows.engine.kind import kinds
from gateway.answers import answered
from gateway.bodies import read_posted
from gateway.desk.lists import MOST, Sought, chosen, lying
from gateway.desk.printing import print_together
from gateway.html import page
from gateway.jobs.work import begin, carry_out
from gateway.login.identity import Me
from gateway.visibility import may_print
from gateway.workbench.lists import open_items
from models.jobs import Job
from models.refusals import Invalid, NotYours
from models.settings import settings
from printouts.bundle import Listed

router = APIRouter(include_in_schema=False)
SEE_OTHER = 303
MOST_FIELDS = 20 * MOST  # of a form: enough to count what is too much
CHOSEN = "item."  # before the id of each sheet that was ticked


@router.get("/desk")
async def desk(
    request: Request,
    since: str | None = Query(None, max_length=20, alias="from"),
    until: str | None = Query(None, max_length=20),
    kind: str = Query("", max_length=32),
    number: str = Query("", max_length=32),
) -> Response:
    """Filed sheets, narrowed; of today, when no days are asked for."""

    def work(session: Session, me: Me, now: datetime) -> dict[str, Any]:
        _check(me)
        today = now.astimezone(settings().zone).date()
        return _desk(session, me, Sought(_day(since, today), _day(until, today), kind, number.strip()))

    return page("desk", **await answered(request, work))


@router.post("/desk")
async def print_several(request: Request) -> Response:
    """Lead on to the progress, and merge while that is being watched."""
    posted = await read_posted(request, MOST_FIELDS)

    def work(session: Session, me: Me, now: datetime) -> tuple[Me, Job, Sequence[Listed]]:
        _check(me)
        listed = _ticked(session, me, posted)
        return me, begin(session, me.account, f"合并打印 {len(listed)} 份流程单", now), listed

    me, job, listed = await answered(request, work)
    making = BackgroundTask(carry_out, job.id, lambda progress: print_together(job.id, me, listed, progress))
    return RedirectResponse(f"/jobs/{job.id}", SEE_OTHER, background=making)


def _desk(session: Session, me: Me, sought: Sought) -> dict[str, Any]:
    listed, total = lying(session, me, sought)
    return {
        "me": me,
        "here": "/desk",
        "open_items": open_items(session, me.account),
        "sought": sought,
        "kinds": [(kind.key, kind.title) for kind in kinds().values()],
        "listed": listed,
        "more": total - len(listed),
    }


def _ticked(session: Session, me: Me, posted: dict[str, str]) -> Sequence[Listed]:
    names = [name.removeprefix(CHOSEN) for name in posted if name.startswith(CHOSEN)]
    if not names:
        raise Invalid("请先勾选要打印的流程单，再按「合并打印」。", fields={"item": "请勾选"})
    if len(names) > MOST:
        told = f"一次最多合并 {MOST} 份流程单，您选了 {len(names)} 份。请按日期或类型分几次打印。"
        raise Invalid(told, fields={"item": f"最多 {MOST} 份"})
    try:
        listed = chosen(session, me, {UUID(name) for name in names})
    except ValueError:
        raise NotYours from None
    if len(listed) < len(names):
        raise NotYours
    return listed


def _day(text: str | None, today: date) -> date | None:
    """Not asked: today; left empty: none."""
    try:
        return today if text is None else TypeAdapter(Day).validate_python(text) if text else None
    except ValidationError:
        raise Invalid(f"归档日期：{DATES}。", fields={"from": DATES}) from None


def _check(me: Me) -> None:
    """For everyone else there is no desk."""
    if not may_print(me):
        raise NotYours
