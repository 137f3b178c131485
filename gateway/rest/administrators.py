"""REST for sub-administrators (S1); everyone but the main administrator is told that it is not there."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel import Session

from gateway.administration.grants import end, give, grants
from gateway.answers import answered
from gateway.bodies import read_body
from gateway.login.caller import caller_of
from gateway.login.identity import Me
from gateway.rest.contract import GrantBody, described
from gateway.rest.openapi import refusals
from gateway.rest.shapes import GrantShown
from gateway.rest.views import People
from models.access import Grant

router = APIRouter(prefix="/api/administrators")


@router.get("", response_model=list[GrantShown], responses=refusals(401, 403, 404))
async def list_grants(request: Request) -> list[dict[str, Any]]:
    """子管理员的现有授权；仅主管理员。"""

    def work(session: Session, me: Me, _now: datetime) -> list[dict[str, Any]]:
        found = grants(session, me)
        people = People(session, [account for each in found for account in (each.account, each.granted_by)])
        return [_shown(each, people) for each in found]

    return await answered(request, work)


@router.post(
    "",
    status_code=201,
    response_model=GrantShown,
    responses=refusals(401, 403, 404, 413, 422),
    openapi_extra=described(GrantBody),
)
async def grant(request: Request) -> dict[str, Any]:
    """授权子管理员；其网页登录随即退出，须重新登录。仅主管理员。"""
    body = await read_body(request, GrantBody)

    def work(session: Session, me: Me, now: datetime) -> dict[str, Any]:
        return _shown(give(session, me, body, now, caller_of(request).address), People(session))

    return await answered(request, work)


@router.delete("/{grant_id}", response_model=GrantShown, responses=refusals(401, 403, 404, 422))
async def end_grant(request: Request, grant_id: UUID) -> dict[str, Any]:
    """收回一项授权；仅主管理员。"""

    def work(session: Session, me: Me, now: datetime) -> dict[str, Any]:
        return _shown(end(session, me, grant_id, now, caller_of(request).address), People(session))

    return await answered(request, work)


def _shown(each: Grant, people: People) -> dict[str, Any]:
    return {
        "id": each.id,
        "person": people(each.account),
        "kind": each.kind,
        "department": each.department,
        "granted_by": people(each.granted_by),
        "granted_at": each.granted_at,
        "ended_at": each.ended_at,
    }
