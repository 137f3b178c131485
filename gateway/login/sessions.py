"""REST of the door: log in, give the code, prove who one is again, who am I, log out; and whether the gateway is up."""

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from sqlalchemy import text
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool

from gateway.answers import answered, kept, unless_refused
from gateway.bodies import read_body
from gateway.login import cookies, log_ins, with_password
from gateway.login.caller import caller_of
from gateway.login.cookies import Opened
from gateway.login.identity import Me
from gateway.login.origin import check_origin
from gateway.login.proof import prove
from gateway.login.security_log import note
from gateway.rest.contract import Code, Credentials, Password, described
from gateway.rest.openapi import PUBLIC, refusals
from gateway.rest.shapes import HealthShown, LoggedOut, Proved, SessionShown
from models.database import transaction
from models.refusals import Refusal

router = APIRouter(prefix="/api")


@router.post(
    "/session",
    response_model=SessionShown,
    responses=refusals(401, 403, 413, 422, 429),
    openapi_extra=described(Credentials) | PUBLIC,
)
async def log_in(request: Request) -> dict[str, Any]:
    """登录。返回 Cookie 与写操作所需的 csrf；pending 不为空时还要给出动态口令（code）或先绑定（enrol）。"""
    return shown(await open_session(request, await read_body(request, Credentials)))


@router.post(
    "/session/code",
    response_model=SessionShown,
    responses=refusals(401, 403, 409, 413, 422, 429, 503),
    openapi_extra=described(Code),
)
async def give_code(request: Request) -> dict[str, Any]:
    """以动态口令完成登录；Cookie 与 csrf 都换新的。"""
    return shown(await finish_session(request, (await read_body(request, Code)).code))


@router.post(
    "/session/password",
    response_model=Proved,
    responses=refusals(401, 403, 413, 422, 429),
    openapi_extra=described(Password),
)
async def give_password(request: Request) -> dict[str, Any]:
    """再次输入登录密码；此后五分钟内办理用印、改自己的账号不再询问。Cookie 换新的，csrf 不变。"""
    await prove(request, (await read_body(request, Password)).password)
    return {"proved": True}


@router.get("/session", response_model=SessionShown, responses=refusals(401))
async def who_am_i(request: Request) -> dict[str, Any]:
    """当前登录的人。"""

    def work(_session: Session, me: Me, _now: datetime) -> dict[str, Any]:
        person = {"account": me.account, "name": me.name, "department": me.department}
        return {"person": person, "csrf": me.csrf, "pending": me.pending}

    return await answered(request, work, pending=True)


@router.delete("/session", response_model=LoggedOut, responses=refusals(401, 403))
async def log_out(request: Request) -> JSONResponse:
    """退出登录。"""
    await close_session(request)
    return JSONResponse({"person": None})


@router.get("/health", response_model=HealthShown, responses=refusals(), openapi_extra=PUBLIC)
async def health() -> dict[str, str]:
    """网关与数据库是否可用；不需要登录。"""

    def ask() -> None:
        with transaction() as session:
            session.execute(text("SELECT 1"))

    await run_in_threadpool(ask)
    return {"status": "ok"}


async def open_session(request: Request, given: Credentials) -> Opened:
    """A new session, its cookie on the way.

    Raises:
        AtTheDoor: another site's page sent it; LogInFirst, WrongCode, TooManyTries: as `with_password.log_in`.
    """
    check_origin(request)
    caller, now = caller_of(request), datetime.now(UTC)

    def work() -> Opened | Refusal:
        with transaction() as session:
            found = with_password.log_in(
                session, given.account, given.password, given.code, shared=given.shared, caller=caller, now=now
            )
            if isinstance(found, Opened):
                log_ins.end_before(session, cookies.token_of(request))
            return found

    return cookies.handed_out(request, unless_refused(await run_in_threadpool(work)))


async def finish_session(request: Request, code: str) -> Opened:
    """The pending session completed, under a new cookie. Raises as `with_password.finish`."""

    def work(session: Session, me: Me, now: datetime) -> Opened | Refusal:
        return with_password.finish(session, me, code, caller_of(request), now)

    return cookies.handed_out(request, await kept(request, work, pending=True))


async def close_session(request: Request) -> None:
    def work(session: Session, me: Me, now: datetime) -> None:
        log_ins.end(session, me, me.log_in)
        note(session, now, "logged_out", me.account, caller_of(request).address)

    await answered(request, work, pending=True)
    cookies.drop(request)


def shown(opened: Opened) -> dict[str, Any]:
    return {"person": opened.person, "csrf": opened.csrf, "pending": opened.pending}
