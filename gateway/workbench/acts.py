"""Doing an act from a request's page. What was typed is shown again with what was wrong with it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError
from sqlmodel import Session

from flows.engine.acts.act import Act, ActBody
from flows.engine.acts.table import BY_KEY
from flows.engine.forms import schema_of, told_of
from gateway.acts import act_on_item, act_on_request
from gateway.answers import answered
from gateway.bodies import read_posted
from gateway.html import page
from gateway.login.identity import Me
from gateway.visibility import visible
from gateway.workbench.act_forms import TypedAct
from gateway.workbench.acting import faults_of, request_of, typed_in_words
from gateway.workbench.inputs import as_data
from gateway.workbench.readable import request_page
from models.refusals import Conflict, Invalid, NotAllowed, NotYours, Refusal, TooLate

router = APIRouter(include_in_schema=False)
SEE_OTHER = 303


@router.post("/requests/{number}/{key}")
async def on_request(request: Request, number: str, key: str) -> Response:
    act, posted = _act(key, on_item=False), await read_posted(request)

    def work(session: Session, me: Me, now: datetime) -> str:
        visible(session, me, number)
        return act_on_request(session, me, act, number, _body(act, posted), now).number

    return await _done(request, act, posted, work, lambda *_: number)


@router.post("/acts/{item_id}/{key}")
async def on_item(request: Request, item_id: UUID, key: str) -> Response:
    act, posted = _act(key, on_item=True), await read_posted(request)

    def work(session: Session, me: Me, now: datetime) -> str:
        request_of(session, me.account, item_id)
        return act_on_item(session, me, act, item_id, _body(act, posted), now).number

    return await _done(
        request, act, posted, work, lambda session, me: request_of(session, me.account, item_id)[1].number
    )


async def _done(
    request: Request,
    act: Act,
    posted: dict[str, str],
    work: Callable[[Session, Me, datetime], str],
    number_of: Callable[[Session, Me], str],
) -> Response:
    """The page of the request afterwards; or once more, with what was typed and what was wrong with it."""
    request.state.typed = typed_in_words(posted)

    def again(session: Session, me: Me, now: datetime) -> dict[str, Any]:
        record = visible(session, me, number_of(session, me))
        typed = TypedAct(act.key, posted, faults_of(refusal))
        return request_page(session, record, me, now, refusal, tried=typed)

    try:
        number = await answered(request, work)
    except (Invalid, Conflict, TooLate, NotAllowed) as caught:
        refusal: Refusal = caught
        return page("request", caught.status, **await answered(request, again))
    return RedirectResponse(f"/requests/{number}", SEE_OTHER)


def _act(key: str, *, on_item: bool) -> Act:
    act = BY_KEY.get(key)
    if act is None or act.on_item is not on_item:
        raise NotYours
    return act


def _body(act: Act, posted: Mapping[str, str]) -> ActBody:
    schema = schema_of(act.body)
    data = as_data(schema, "", posted) if "properties" in schema else {}
    try:
        return act.body.model_validate(data)
    except ValidationError as faults:
        raise told_of(act.body, faults) from None
