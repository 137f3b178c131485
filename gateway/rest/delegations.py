"""REST for 代理: one's own delegations; the main administrator's, everybody's."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel import Session

from flows.engine.acts.table import DELEGATION
from gateway.answers import answered
from gateway.bodies import read_body
from gateway.delegations import DelegationBody, carry_out, end_as, open_as, shown_to, state_of
from gateway.login.caller import caller_of
from gateway.login.identity import Me
from gateway.rest.contract import described
from gateway.rest.openapi import refusals
from gateway.rest.shapes import DelegationShown
from gateway.rest.views import People
from models.delegations import Delegation

router = APIRouter(prefix="/api/delegations")


@router.get("", response_model=list[DelegationShown], responses=refusals(401, 403, 422))
async def list_delegations(request: Request, everyone: bool = False) -> list[DelegationShown]:
    """我委托的、委托给我的代理，没有结束的在前；`everyone`：所有人的，仅主管理员。"""

    def work(session: Session, me: Me, now: datetime) -> list[DelegationShown]:
        found = shown_to(session, me, everyone=everyone)
        people = People(session, [who for each in found for who in (each.principal, each.delegate, each.opened_by)])
        return [_shown(each, people, now) for each in found]

    return await answered(request, work)


@router.post(
    "",
    status_code=201,
    response_model=DelegationShown,
    description=f"{DELEGATION.title}：{DELEGATION.effect}{DELEGATION.whoever}可以设置。",
    responses=refusals(401, 403, 413, 422),
    openapi_extra=described(DelegationBody),
)
async def open_one(request: Request) -> DelegationShown:
    body = await read_body(request, DelegationBody)

    def work(session: Session, me: Me, now: datetime) -> DelegationShown:
        return _shown(open_as(session, me, body, now, caller_of(request).address), People(session), now)

    shown = await answered(request, work)
    await carry_out()
    return shown


@router.post("/{delegation_id}/end", response_model=DelegationShown, responses=refusals(401, 403, 404, 409, 422))
async def end_one(request: Request, delegation_id: UUID) -> DelegationShown:
    """提前结束一项代理：未办的待办随即交还委托人。由委托人或主管理员结束。"""

    def work(session: Session, me: Me, now: datetime) -> DelegationShown:
        ended = end_as(session, me, delegation_id, now, caller_of(request).address)
        return _shown(ended, People(session), now)

    shown = await answered(request, work)
    await carry_out()
    return shown


def _shown(each: Delegation, people: People, now: datetime) -> DelegationShown:
    return {
        "id": each.id,
        "principal": people(each.principal),
        "delegate": people(each.delegate),
        "kinds": each.kinds,
        "starts_at": each.starts_at,
        "ends_at": each.ends_at,
        "state": state_of(each, now),
        "by_leave": each.request_id is not None,
        "opened_by": people(each.opened_by),
        "opened_at": each.opened_at,
    }
