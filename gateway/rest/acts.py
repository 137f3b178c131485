"""The acts of the table as routes: `POST /api/requests/{number}/{act}` and `POST /api/work-items/{item_id}/{act}`."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel import Session

from flows.engine.acts.act import Act
from flows.engine.acts.table import ACTS, HAND_OVER
from gateway.acts import act_on_item, act_on_request
from gateway.answers import answered
from gateway.bodies import read_body
from gateway.hand_overs import hand_over_as
from gateway.login.identity import Me
from gateway.rest.contract import HandOver, described
from gateway.rest.openapi import refusals
from gateway.rest.shapes import HandedOver, Moved
from models.record import Request as Record

router = APIRouter(prefix="/api")


def _on_request(act: Act) -> Callable[..., Awaitable[Moved]]:
    async def route(request: Request, number: str) -> Moved:
        body = await read_body(request, act.body)

        def work(session: Session, me: Me, now: datetime) -> Moved:
            return _moved(act_on_request(session, me, act, number, body, now))

        return await answered(request, work)

    return route


def _on_item(act: Act) -> Callable[..., Awaitable[Moved]]:
    async def route(request: Request, item_id: UUID) -> Moved:
        body = await read_body(request, act.body)

        def work(session: Session, me: Me, now: datetime) -> Moved:
            return _moved(act_on_item(session, me, act, item_id, body, now))

        return await answered(request, work)

    return route


@router.post(
    "/hand-overs",
    description=f"{HAND_OVER.title}：{HAND_OVER.effect}{HAND_OVER.whoever}可以。",
    responses=refusals(401, 403, 404, 413, 422),
    openapi_extra=described(HandOver),
)
async def hand_over_items(request: Request) -> HandedOver:
    body = await read_body(request, HandOver)
    return {"numbers": await answered(request, partial(hand_over_as, body=body))}


def _moved(record: Record) -> Moved:
    return {"request": {"number": record.number, "status": record.status, "round": record.round}}


for _act in ACTS:
    router.add_api_route(
        f"/work-items/{{item_id}}/{_act.key}" if _act.on_item else f"/requests/{{number}}/{_act.key}",
        _on_item(_act) if _act.on_item else _on_request(_act),
        methods=["POST"],
        name=_act.key,
        description=f"{_act.title}：{_act.effect}",
        response_model=Moved,
        responses=refusals(401, 403, 404, 409, 413, 422),
        openapi_extra=described(_act.body),
    )
