"""The page 移交: whose work, what they still have to do, and who takes it; not there for others."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError
from sqlmodel import Session

from flows.engine.acts.table import HAND_OVER
from flows.engine.forms import schema_of, told_of
from flows.engine.kind import kinds
from gateway.answers import answered
from gateway.bodies import read_posted
from gateway.hand_overs import check, hand_over_as, handed_over, still_to_do
from gateway.html import page
from gateway.login.identity import Me
from gateway.rest.contract import HandOver
from gateway.rest.views import People
from gateway.workbench.acting import faults_of
from gateway.workbench.inputs import as_data, inputs
from gateway.workbench.lists import open_items, part_in_words
from models.organisation import Person
from models.refusals import Invalid

router = APIRouter(include_in_schema=False)
SEE_OTHER = 303
PAGE = "/hand-overs"
SCHEMA = schema_of(HandOver)


@router.get(PAGE)
async def show(request: Request, person: str = Query("", max_length=32)) -> Response:
    return page("hand_overs", **await answered(request, partial(_page, typed={"person": person.strip()})))


@router.post(PAGE)
async def hand_over(request: Request) -> Response:
    """Back to the page, which shows what was handed over; or the page with what was typed and what is wrong with it."""
    posted = await read_posted(request)

    def work(session: Session, me: Me, now: datetime) -> None:
        check(me)
        hand_over_as(session, me, now, _body(posted))

    try:
        await answered(request, work)
    except Invalid as refusal:
        shown = await answered(request, partial(_page, typed=posted, refusal=refusal))
        return page("hand_overs", refusal.status, **shown)
    return RedirectResponse(f"{PAGE}?{urlencode({'person': posted['person']})}", SEE_OTHER)


def _page(
    session: Session, me: Me, _now: datetime, typed: Mapping[str, str], refusal: Invalid | None = None
) -> dict[str, Any]:
    check(me)
    leaver = session.get(Person, typed.get("person", ""))
    todo = still_to_do(session, leaver.account) if leaver else ()
    handed = handed_over(session, leaver.account) if leaver else ()
    asked, *rest = inputs(SCHEMA, "", typed, faults_of(refusal) if refusal else {})
    return {
        "me": me,
        "here": PAGE,
        "act": HAND_OVER,
        "open_items": open_items(session, me.account),
        "asked": asked,
        "fields": rest,
        "leaver": leaver,
        "unknown": typed.get("person") and leaver is None,
        "todo": [(request, kinds()[request.kind].title, part_in_words(item), item) for request, item in todo],
        "handed": [(request, kinds()[request.kind].title, entry) for request, entry in handed],
        "people": People(session, {who for _, entry in handed for who in (entry.actor or "", entry.detail["to"])}),
        "refusal": refusal,
    }


def _body(posted: Mapping[str, str]) -> HandOver:
    try:
        return HandOver.model_validate(as_data(SCHEMA, "", posted))
    except ValidationError as faults:
        raise told_of(HandOver, faults) from None
