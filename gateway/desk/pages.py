"""打印台: the clerk's and the administrator's list of filed sheets, and printing several together."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import TypeAdapter, ValidationError
from sqlmodel import Session
from starlette.background import BackgroundTask

from flows.engine.forms import DATES, Day
from flows.engine.kind import kinds
from gateway.answers import answered
from gateway.bodies import read_posted
from gateway.desk.choices import how_of, last_choices, told_of
from gateway.desk.lists import Sought, View, lying
from gateway.desk.orders import orders_of
from gateway.desk.printing import print_for
from gateway.desk.ticked import MOST_FIELDS, at_the_desk, ticked
from gateway.html import page
from gateway.jobs.work import begin, carry_out
from gateway.login.identity import Me
from gateway.workbench.lists import open_items
from models.jobs import Job
from models.refusals import Invalid
from models.settings import settings
from printouts.printing.bundle import Order
from printouts.printing.marks import LAYOUTS

router = APIRouter(include_in_schema=False)
SEE_OTHER = 303


@router.get("/desk")
async def desk(
    request: Request,
    since: str | None = Query(None, max_length=20, alias="from"),
    until: str | None = Query(None, max_length=20),
    kind: str = Query("", max_length=32),
    number: str = Query("", max_length=32),
    view: View = View.new,
) -> Response:
    """Filed sheets, narrowed; of today, when no days are asked for in the view of the new ones."""

    def work(session: Session, me: Me, now: datetime) -> dict[str, Any]:
        at_the_desk(me)
        today = now.astimezone(settings().zone).date() if view is View.new else None
        sought = Sought(_day(since, today), _day(until, today), kind, number.strip(), view)
        return _desk(session, me, sought)

    return page("desk", **await answered(request, work))


@router.post("/desk")
async def print_several(request: Request) -> Response:
    """Lead on to the progress, and print while that is being watched."""
    posted = await read_posted(request, MOST_FIELDS)

    def work(session: Session, me: Me, now: datetime) -> tuple[Me, Job, Sequence[Order]]:
        listed = ticked(session, me, posted, "合并打印")
        orders = orders_of(session, me.account, listed, how_of(posted))
        return me, begin(session, me.account, f"合并打印 {len(listed)} 份流程单", now), orders

    return leading_on(*await answered(request, work))


def leading_on(me: Me, job: Job, orders: Sequence[Order]) -> Response:
    """To the page of a job that prints."""
    making = BackgroundTask(carry_out, job.id, lambda progress: print_for(job.id, me, orders, progress))
    return RedirectResponse(f"/jobs/{job.id}", SEE_OTHER, background=making)


def _desk(session: Session, me: Me, sought: Sought) -> dict[str, Any]:
    rows, total = lying(session, me, sought)
    titles = {kind.key: kind.title for kind in kinds().values()}
    return {
        "me": me,
        "here": "/desk",
        "open_items": open_items(session, me.account),
        "sought": sought,
        "kinds": list(titles.items()),
        "rows": rows,
        "more": total - len(rows),
        "layouts": LAYOUTS,
        "last": told_of(last_choices(session, me.account), titles),
    }


def _day(text: str | None, today: date | None) -> date | None:
    """Not asked: today, if it is about that; left empty: none."""
    try:
        return today if text is None else TypeAdapter(Day).validate_python(text) if text else None
    except ValidationError:
        raise Invalid(f"生成日期：{DATES}。", fields={"from": DATES}) from None
