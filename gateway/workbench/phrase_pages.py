"""常用意见 on the pages: kept from the decision form without losing what is typed there; looked through, taken out."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError
from sqlmodel import Session

from flows.engine.forms import told_of
from gateway.answers import answered
from gateway.bodies import read_posted
from gateway.html import page
from gateway.login.identity import Me
from gateway.rest.contract import PhraseBody
from gateway.workbench.acting import Typed, request_of, typed_in_words
from gateway.workbench.lists import open_items
from gateway.workbench.phrases import add_phrase, drop_phrase, phrases_of
from gateway.workbench.readable import request_page
from models.refusals import Invalid, Refusal

router = APIRouter(include_in_schema=False)
SEE_OTHER = 303


@router.get("/phrases")
async def list_phrases(request: Request) -> Response:
    return page("phrases", **await answered(request, lambda session, me, _: _list(session, me)))


@router.post("/phrases")
async def add(request: Request) -> Response:
    posted = await read_posted(request)
    text = posted.get("text", "")

    def again(session: Session, me: Me, _now: datetime) -> dict[str, Any]:
        return _list(session, me, text, refusal)

    try:
        await answered(request, lambda session, me, _: add_phrase(session, me.account, _read(text)))
    except Invalid as caught:
        refusal: Refusal = caught
        return page("phrases", caught.status, **await answered(request, again))
    return RedirectResponse("/phrases", SEE_OTHER)


@router.post("/phrases/{phrase}/delete")
async def drop(request: Request, phrase: UUID) -> Response:
    await read_posted(request)
    await answered(request, lambda session, me, _: drop_phrase(session, me.account, phrase))
    return RedirectResponse("/phrases", SEE_OTHER)


@router.post("/work-items/{item_id}/phrase")
async def keep_opinion(request: Request, item_id: UUID) -> Response:
    """Keep the opinion that is being typed; the form is shown again as it was."""
    posted = await read_posted(request)
    posted.pop("password", None)  # never shown again, nor kept
    request.state.typed = typed_in_words(posted)

    def work(session: Session, me: Me, now: datetime) -> dict[str, Any]:
        _, record = request_of(session, me.account, item_id)
        add_phrase(session, me.account, _read(posted.get("opinion", "")))
        return request_page(session, record, me, now, typed=Typed(item_id, posted))

    def again(session: Session, me: Me, now: datetime) -> dict[str, Any]:
        _, record = request_of(session, me.account, item_id)
        typed = Typed(item_id, posted, {"opinion": refusal.detail["fields"]["text"]})
        return request_page(session, record, me, now, refusal, typed)

    try:
        return page("request", **await answered(request, work))
    except Invalid as caught:
        refusal: Refusal = caught
        return page("request", caught.status, **await answered(request, again))


def _list(session: Session, me: Me, text: str = "", refusal: Refusal | None = None) -> dict[str, Any]:
    rows = phrases_of(session, me.account)
    return {"me": me, "open_items": open_items(session, me.account), "rows": rows, "text": text, "refusal": refusal}


def _read(text: str) -> str:
    try:
        read: str = PhraseBody(text=text).text
    except ValidationError as faults:
        raise told_of(PhraseBody, faults) from None
    return read
