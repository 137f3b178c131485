"""Log in, who am I, log out; and whether the gateway is up."""

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy import text
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool

from gateway import identity
from gateway.answers import answered
from gateway.bodies import read_body
from gateway.contract import Credentials, described
from gateway.identity import COOKIE, Me
from models.database import transaction
from models.settings import settings

router = APIRouter(prefix="/api")


@router.post("/session", openapi_extra=described(Credentials))
async def log_in(request: Request) -> JSONResponse:
    """登录。返回 Cookie 与写操作所需的 csrf。"""
    body = await read_body(request, Credentials)
    token, csrf, person = await run_in_threadpool(start_session, body.account, body.password)
    answer = JSONResponse({"person": person, "csrf": csrf})
    set_cookie(answer, token)
    return answer


@router.get("/session")
async def who_am_i(request: Request) -> dict[str, Any]:
    """当前登录的人。"""
    return await answered(request, lambda _session, me, _now: {"person": _person(me), "csrf": me.csrf})


@router.delete("/session")
async def log_out(request: Request) -> JSONResponse:
    """退出登录。"""

    def work(session: Session, me: Me, _now: datetime) -> None:
        identity.log_out(session, me)

    await answered(request, work)
    answer = JSONResponse({"person": None})
    answer.delete_cookie(COOKIE, path="/")
    return answer


@router.get("/health")
async def health() -> dict[str, str]:
    """网关与数据库是否可用；不需要登录。"""

    def ask() -> None:
        with transaction() as session:
            session.execute(text("SELECT 1"))

    await run_in_threadpool(ask)
    return {"status": "ok"}


def start_session(account: str, password: str) -> tuple[str, str, dict[str, str]]:
    """A new session: its token for the cookie, its CSRF token, the person.

    Raises:
        LogInFirst: account or password wrong.
    """
    with transaction() as session:
        token, made, person = identity.log_in(session, account, password, datetime.now(UTC))
        assert made.csrf  # noqa: S101 - browser sessions have one
        shown = {"account": person.account, "name": person.name, "department": person.department}
        return token, made.csrf, shown


def set_cookie(answer: Response, token: str) -> None:
    answer.set_cookie(
        COOKIE,
        token,
        max_age=settings().session_hours * 3600,
        path="/",
        httponly=True,
        samesite="lax",  # a link in a mail finds people logged in; writes need the CSRF token anyway
        secure=settings().address.startswith("https"),
    )


def _person(me: Me) -> dict[str, str]:
    return {"account": me.account, "name": me.name, "department": me.department}
