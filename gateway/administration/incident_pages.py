"""The main administrator's page of what the system could not do, and closing what needs nothing more."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from flows.engine.incidents import advice, close_by_hand, open_incidents, title
from gateway.administration.grants import check
from gateway.answers import answered
from gateway.bodies import read_posted
from gateway.html import page
from gateway.login.caller import caller_of
from gateway.login.identity import Me
from gateway.login.security_log import note
from gateway.workbench.lists import open_items
from models.record import Request as Record

router = APIRouter(include_in_schema=False)
SEE_OTHER = 303


@router.get("/admin/incidents")
async def list_incidents(request: Request) -> Response:
    return page("incidents", **await answered(request, _open))


@router.post("/admin/incidents/{incident_id}/close")
async def close(request: Request, incident_id: UUID) -> Response:
    """The security log says who closed which."""
    await read_posted(request)
    address = caller_of(request).address

    def work(session: Session, me: Me, now: datetime) -> None:
        check(me)
        closed = close_by_hand(session, incident_id, now)
        note(session, now, "incident_closed", me.account, address, subject=closed.subject, incident=title(closed.what))

    await answered(request, work)
    return RedirectResponse("/admin/incidents", SEE_OTHER)


def _open(session: Session, me: Me, _now: datetime) -> dict[str, Any]:
    check(me)
    shown = [
        (each, title(each.what), advice(each.what), _number(session, each.request_id))
        for each in open_incidents(session)
    ]
    return {"me": me, "here": "/admin", "open_items": open_items(session, me.account), "incidents": shown}


def _number(session: Session, request_id: UUID | None) -> str:
    """Of the request that it is about, if it is about one."""
    return session.get_one(Record, request_id).number if request_id else ""
