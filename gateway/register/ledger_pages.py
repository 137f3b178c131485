"""Pages of the ledgers: which there are, one of them by days and volume, and printing or exporting it."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session
from starlette.background import BackgroundTask

from gateway.answers import answered
from gateway.bodies import read_posted
from gateway.html import page
from gateway.jobs.work import begin, carry_out
from gateway.login.caller import caller_of
from gateway.login.identity import Me
from gateway.login.security_log import note
from gateway.register.ledgers import Asked, first_lines, kinds_with_ledger, make_ledger, not_too_many, read_asked
from gateway.register.pages import SEE_OTHER, check_register
from gateway.workbench.lists import PAGE, open_items
from models.jobs import Job
from models.settings import settings
from printouts.lists.columns import shown as shown_cell

router = APIRouter(include_in_schema=False)
FORMS = {"pdf": ".pdf", "xlsx": ".xlsx"}


@router.get("/register/ledgers")
async def ledgers(request: Request) -> Response:
    def work(session: Session, me: Me, _now: datetime) -> dict[str, Any]:
        return _begin(session, me) | {"ledgers": kinds_with_ledger()}

    return page("ledgers", **await answered(request, work))


@router.get("/register/ledgers/{kind}")
async def ledger(request: Request, kind: str) -> Response:
    """The first lines of it, and how many there are."""
    typed = dict(request.query_params)

    def work(session: Session, me: Me, now: datetime) -> dict[str, Any]:
        shown = _begin(session, me)
        asked = read_asked(session, kind, typed, now.astimezone(settings().zone).date())
        rows, total = first_lines(session, me, asked, PAGE)
        return shown | {
            "asked": asked,
            "rows": rows,
            "total": total,
            "volumes": asked.ledger.volumes(session),
            "shown": shown_cell,
        }

    return page("ledger", **await answered(request, work))


@router.post("/register/ledgers/{kind}")
async def make(request: Request, kind: str) -> Response:
    """Lead on to the progress; it is drawn, or written, while that is being watched."""
    posted, address = await read_posted(request), caller_of(request).address
    suffix = FORMS.get(posted.get("as", ""), ".pdf")

    def work(session: Session, me: Me, now: datetime) -> tuple[Me, Job, Asked, int]:
        check_register(me)
        asked = read_asked(session, kind, posted, now.astimezone(settings().zone).date())
        _, total = first_lines(session, me, asked, 0)
        not_too_many(total, suffix)
        note(session, now, "ledger_exported", me.account, address, lines=total, sought=asked.title)
        return me, begin(session, me.account, asked.title, now), asked, total

    me, job, asked, total = await answered(request, work)
    making = BackgroundTask(carry_out, job.id, lambda progress: make_ledger(job.id, me, asked, suffix, total, progress))
    return RedirectResponse(f"/jobs/{job.id}", SEE_OTHER, background=making)


def _begin(session: Session, me: Me) -> dict[str, Any]:
    check_register(me)
    return {"me": me, "here": "/register", "open_items": open_items(session, me.account)}
