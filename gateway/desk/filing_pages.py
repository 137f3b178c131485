"""归档 at the desk: what each sheet would get is shown first, then it is checked off."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from gateway.answers import answered
from gateway.bodies import read_posted
from gateway.desk.checking_off import check_off, forecast
from gateway.desk.ticked import MOST_FIELDS, ticked
from gateway.html import page
from gateway.login.identity import Me
from gateway.workbench.lists import open_items

router = APIRouter(include_in_schema=False)


@router.post("/desk/filing")
async def show_fields(request: Request) -> Response:
    """The archive fields that these would get; nothing is written."""
    posted = await read_posted(request, MOST_FIELDS)

    def work(session: Session, me: Me, now: datetime) -> dict[str, Any]:
        return _shown(session, me, forecast(session, me.account, ticked(session, me, posted, "归档"), now), done=False)

    return page("filing", **await answered(request, work))


@router.post("/desk/filed")
async def check_them_off(request: Request) -> Response:
    """Check them off; those that were are told."""
    posted = await read_posted(request, MOST_FIELDS)

    def work(session: Session, me: Me, now: datetime) -> dict[str, Any]:
        return _shown(session, me, check_off(session, me.account, ticked(session, me, posted, "归档"), now), done=True)

    return page("filing", **await answered(request, work))


def _shown(session: Session, me: Me, found: list[Any], *, done: bool) -> dict[str, Any]:
    return {
        "me": me,
        "here": "/desk",
        "open_items": open_items(session, me.account),
        "found": found,
        "new": sum(not each.before for each in found),
        "done": done,
    }
