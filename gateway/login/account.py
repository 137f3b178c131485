"""REST for one's own account: sessions, password, second factor; and the security log for the main administrator."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlmodel import Session

from gateway.answers import answered
from gateway.bodies import read_body
from gateway.login import own, security_log
from gateway.login.identity import Me
from gateway.login.sessions import shown
from gateway.rest.contract import Code, FirstCode, NewPassword, described
from gateway.rest.openapi import refusals
from gateway.rest.shapes import EventShown, FactorOffered, FactorShown, LogInShown, SessionShown
from gateway.visibility import is_administrator
from models.access import SecurityEvent
from models.refusals import NotYours

router = APIRouter(prefix="/api")
MOST_EVENTS = 200
DONE = 204


@router.get("/sessions", response_model=list[LogInShown], responses=refusals(401, 403))
async def my_sessions(request: Request) -> list[dict[str, Any]]:
    """我的登录：设备、地址、开始和最近使用的时间。"""
    return await answered(request, own.sessions_shown)


@router.delete("/sessions/{log_in}", status_code=DONE, responses=refusals(401, 403, 404, 422))
async def end_session(request: Request, log_in: UUID) -> Response:
    """结束一处登录。"""
    await own.end_session(request, log_in)
    return Response(status_code=DONE)


@router.delete("/sessions", status_code=DONE, responses=refusals(401, 403, 422))
async def end_sessions(request: Request, others: bool = False) -> Response:
    """全部退出；others=true 时保留当前登录。程序令牌不在其内。"""
    await own.end_sessions(request, others=others)
    return Response(status_code=DONE)


@router.post(
    "/password", status_code=DONE, responses=refusals(401, 403, 413, 422, 429), openapi_extra=described(NewPassword)
)
async def change_password(request: Request) -> Response:
    """修改自己的密码；其他登录随即结束。"""
    body = await read_body(request, NewPassword)
    await own.change_password(request, body.current, body.new)
    return Response(status_code=DONE)


@router.get("/second-factor", response_model=FactorShown, responses=refusals(401, 403))
async def my_factor(request: Request) -> dict[str, bool]:
    """是否已绑定动态口令，岗位是否要求。"""
    return await answered(request, own.factor_shown)


@router.post("/second-factor", response_model=FactorOffered, responses=refusals(401, 403, 409))
async def offer_factor(request: Request) -> dict[str, str]:
    """取得动态口令的密钥与二维码；以第一个口令确认后生效。"""
    offered = await own.offer_factor(request)
    return {"secret": offered.secret, "uri": offered.uri, "qr": offered.qr, "sealed": offered.sealed}


@router.post(
    "/second-factor/code",
    response_model=SessionShown,
    responses=refusals(401, 403, 409, 413, 422, 429),
    openapi_extra=described(FirstCode),
)
async def bind_factor(request: Request) -> dict[str, Any]:
    """以第一个口令确认绑定；Cookie 与 csrf 都换新的。"""
    body = await read_body(request, FirstCode)
    return shown(await own.bind_factor(request, body.sealed, body.code))


@router.post(
    "/second-factor/remove",
    response_model=SessionShown,
    responses=refusals(401, 403, 409, 413, 422, 429),
    openapi_extra=described(Code),
)
async def remove_factor(request: Request) -> dict[str, Any]:
    """以当前口令移除；岗位要求动态口令的，随即须绑定新的。"""
    return shown(await own.remove_factor(request, (await read_body(request, Code)).code))


@router.get("/security-events", response_model=list[EventShown], responses=refusals(401, 403, 404, 422))
async def security_events(request: Request, account: str | None = Query(None, max_length=32)) -> list[dict[str, Any]]:
    """安全日志，新的在前；只有主管理员可以查看。"""

    def work(session: Session, me: Me, _now: datetime) -> list[dict[str, Any]]:
        return [
            each.model_dump(include={"no", "at", "what", "account", "address", "detail"})
            for each in events_for(session, me, account)
        ]

    return await answered(request, work)


def events_for(session: Session, me: Me, account: str | None) -> list[SecurityEvent]:
    """Raises NotYours: not the main administrator."""
    if not is_administrator(me):
        raise NotYours
    return security_log.events(session, account, MOST_EVENTS)
