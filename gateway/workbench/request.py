"""A request's page: read it, decide on it, send it again after a return.

The page posts what the REST contract takes, and is refused by the same rules; what was typed is shown again.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from gateway import effects
from gateway.answers import answered
from gateway.bodies import read_posted
from gateway.deciding import decide_as
from gateway.html import page
from gateway.login.identity import Me
from gateway.login.proof import proven
from gateway.login.refused import PasswordAgain, TooManyTries
from gateway.visibility import visible
from gateway.workbench.acting import Typed, body_of, faults_of, request_of, typed_in_words
from gateway.workbench.readable import request_page
from models.refusals import Conflict, Invalid, Refusal, TooLate

router = APIRouter(include_in_schema=False)
SEE_OTHER = 303


@router.get("/requests/{number}")
async def read_request(request: Request, number: str) -> Response:
    def work(session: Session, me: Me, now: datetime) -> dict[str, Any]:
        record = visible(session, me, number)
        effects.confirm(session, record, me.account, "opened", now)
        return request_page(session, record, me, now)

    return page("request", **await answered(request, work))


@router.post("/work-items/{item_id}")
async def decide_item(request: Request, item_id: UUID) -> Response:
    posted = await read_posted(request)
    password = posted.pop("password", None)  # never shown again, nor kept
    request.state.typed = typed_in_words(posted)

    def work(session: Session, me: Me, now: datetime) -> str:
        item, record = request_of(session, me.account, item_id)
        return decide_as(session, me, item_id, body_of(session, item, record, posted).choice, now).number

    def again(session: Session, me: Me, now: datetime) -> dict[str, Any]:
        _, record = request_of(session, me.account, item_id)
        return request_page(session, record, me, now, refusal, Typed(item_id, posted, faults_of(refusal)))

    try:
        number = await proven(request, password, work)
    except (Invalid, Conflict, TooLate, PasswordAgain, TooManyTries) as caught:
        refusal: Refusal = caught
        return page("request", caught.status, **await answered(request, again))
    return RedirectResponse(f"/requests/{number}", SEE_OTHER)
