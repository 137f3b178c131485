"""打印流程单 from a request's page: its initiator, and whoever else may."""

from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from gateway.answers import answered
from gateway.bodies import read_posted
from gateway.desk.choices import how_of
from gateway.desk.one import order_one
from gateway.desk.pages import leading_on
from gateway.jobs.work import begin
from gateway.login.identity import Me
from models.jobs import Job
from printouts.printing.bundle import Order

router = APIRouter(include_in_schema=False)


@router.post("/requests/{number}/print")
async def print_own(request: Request, number: str) -> Response:
    """Lead on to the progress of a numbered copy."""
    posted = await read_posted(request)

    def work(session: Session, me: Me, now: datetime) -> tuple[Me, Job, list[Order]]:
        order = order_one(session, me, number, posted.get("copy", ""), how_of(posted), now)
        return me, begin(session, me.account, f"打印 {order.listed.entry.title}", now), [order]

    return leading_on(*await answered(request, work))
