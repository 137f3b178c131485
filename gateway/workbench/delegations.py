"""The pages 代理: one's own delegations with a form for a new one; for the main administrator, everybody's."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError
from sqlmodel import Session

from flows.engine.acts.table import DELEGATION
from flows.engine.forms import schema_of, told_of
from flows.engine.kind import kinds
from gateway.administration.grants import check
from gateway.answers import answered
from gateway.bodies import read_posted
from gateway.delegations import DelegationBody, carry_out, end_as, open_as, shown_to, state_of
from gateway.html import page
from gateway.login.caller import caller_of
from gateway.login.identity import Me
from gateway.rest.views import People
from gateway.workbench.acting import faults_of
from gateway.workbench.inputs import as_data, inputs
from gateway.workbench.lists import open_items
from models.refusals import Invalid

router = APIRouter(include_in_schema=False)
SEE_OTHER = 303
OWN, EVERYBODYS = "/delegations", "/admin/delegations"
KIND = "kind."  # before the key of each kind that was ticked
SCHEMA = schema_of(DelegationBody)


@router.get(OWN)
async def own(request: Request) -> Response:
    return page("delegations", **await answered(request, lambda session, me, now: _page(OWN, session, me, now)))


@router.get(EVERYBODYS)
async def everybodys(request: Request) -> Response:
    return page("delegations", **await answered(request, lambda session, me, now: _page(EVERYBODYS, session, me, now)))


@router.post(OWN)
async def open_own(request: Request) -> Response:
    return await _open(request, OWN)


@router.post(EVERYBODYS)
async def open_anybodys(request: Request) -> Response:
    return await _open(request, EVERYBODYS)


@router.post(OWN + "/{delegation_id}/end")
async def end_own(request: Request, delegation_id: UUID) -> Response:
    return await _end(request, OWN, delegation_id)


@router.post(EVERYBODYS + "/{delegation_id}/end")
async def end_anybodys(request: Request, delegation_id: UUID) -> Response:
    return await _end(request, EVERYBODYS, delegation_id)


async def _open(request: Request, place: str) -> Response:
    posted, address = await read_posted(request), caller_of(request).address

    def work(session: Session, me: Me, now: datetime) -> None:
        _check(place, me)
        open_as(session, me, _body(posted), now, address)

    return await _changed(request, place, work, posted)


async def _end(request: Request, place: str, delegation_id: UUID) -> Response:
    await read_posted(request)
    address = caller_of(request).address

    def work(session: Session, me: Me, now: datetime) -> None:
        _check(place, me)
        end_as(session, me, delegation_id, now, address)

    return await _changed(request, place, work, {})


async def _changed(
    request: Request, place: str, work: Callable[[Session, Me, datetime], None], posted: Mapping[str, str]
) -> Response:
    """Back to the page, and items move; or the page again with what was typed and what is wrong with it."""
    try:
        await answered(request, work)
    except Invalid as caught:
        again = partial(_page, place, refusal=caught, typed=posted)
        return page("delegations", caught.status, **await answered(request, again))
    await carry_out()
    return RedirectResponse(place, SEE_OTHER)


def _page(
    place: str,
    session: Session,
    me: Me,
    now: datetime,
    refusal: Invalid | None = None,
    typed: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    _check(place, me)
    everyone, faults = place == EVERYBODYS, defaultdict(str, faults_of(refusal) if refusal else {})
    found = shown_to(session, me, everyone=everyone)
    people = People(session, [account for each in found for account in (each.principal, each.delegate)])
    titles = {kind.key: kind.title for kind in kinds().values()}
    fields, hidden = inputs(SCHEMA, "", typed or {}, faults), {"kinds"} if everyone else {"kinds", "principal"}
    return {
        "me": me,
        "here": "/admin" if everyone else OWN,
        "open_items": open_items(session, me.account),
        "place": place,
        "act": DELEGATION,
        "everyone": everyone,
        "rows": [(each, people(each.principal), people(each.delegate), state_of(each, now)) for each in found],
        "titles": titles,
        "fields": [each for each in fields if each.name not in hidden],
        "ticked": {key for key in titles if typed and typed.get(KIND + key)},
        "faults": faults,
        "refusal": refusal,
    }


def _check(place: str, me: Me) -> None:
    """Everybody's are not there for others. Raises NotYours."""
    if place == EVERYBODYS:
        check(me)


def _body(posted: Mapping[str, str]) -> DelegationBody:
    ticked = [name.removeprefix(KIND) for name in posted if name.startswith(KIND)]
    try:
        return DelegationBody.model_validate(as_data(SCHEMA, "", posted) | ({"kinds": ticked} if ticked else {}))
    except ValidationError as faults:
        raise told_of(DelegationBody, faults) from None
