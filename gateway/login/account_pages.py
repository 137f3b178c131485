"""我的账号: sessions, second factor and password on one page; and 安全日志 for the main administrator."""

from collections import defaultdict
from collections.abc import Awaitable
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from gateway.answers import answered
from gateway.bodies import read_posted
from gateway.html import page
from gateway.login import own
from gateway.login.account import events_for
from gateway.login.identity import Me
from gateway.login.pages import SEE_OTHER, enrol_page, led_on
from gateway.login.password_rules import SHORTEST
from gateway.login.proof import needs_password
from gateway.login.refused import PasswordAgain, TooManyTries, WrongCode
from gateway.login.security_log import TITLES, in_words
from models.refusals import Conflict, Invalid, Refusal

router = APIRouter(include_in_schema=False)
SHOWN_AGAIN = (PasswordAgain, WrongCode, TooManyTries, Invalid, Conflict)
PLACE = "/me"
TOLD = {
    "password": "密码已修改，其他登录已退出。",
    "ended": "已结束所选的登录。",
    "enrolled": "动态口令已绑定。",
    "removed": "动态口令已移除，其他登录已退出。",
}


@router.get(PLACE)
async def my_account(request: Request, done: str = Query("", max_length=20)) -> Response:
    return await _page(request, done=done)


@router.post("/me/password")
async def change_password(request: Request) -> Response:
    posted = await read_posted(request)
    if posted.get("new") != posted.get("again"):
        told = "两次输入的新密码不同"
        return await _page(request, Invalid(f"新密码：{told}。密码没有修改。", fields={"new": told}))
    work = own.change_password(request, posted.get("current", ""), posted.get("new", ""))
    return await _done(request, work, "password")


@router.post("/me/sessions/end")
async def end_sessions(request: Request) -> Response:
    """Which: one by its id, `others`, or `all`."""
    posted = await read_posted(request)
    which, password = posted.get("which", ""), posted.get("password")
    if which in ("others", "all"):
        work = own.end_sessions(request, others=which == "others", password=password)
    else:
        work = own.end_session(request, _uuid(which), password)
    return await _done(request, work, "ended")


@router.post("/me/second-factor")
async def offer_factor(request: Request) -> Response:
    posted = await read_posted(request)
    try:
        offered = await own.offer_factor(request, posted.get("password"))
    except SHOWN_AGAIN as refusal:
        return await _page(request, refusal)
    me = await answered(request, lambda _session, me, _now: me)
    return enrol_page(me, offered, f"{PLACE}?done=enrolled")


@router.post("/me/second-factor/remove")
async def remove_factor(request: Request) -> Response:
    posted = await read_posted(request)
    try:
        opened = await own.remove_factor(request, posted.get("code", ""), posted.get("password"))
    except SHOWN_AGAIN as refusal:
        return await _page(request, refusal)
    return led_on(opened, f"{PLACE}?done=removed")


@router.get("/security")
async def security(request: Request, account: str = Query("", max_length=32)) -> Response:
    """安全日志 for the main administrator."""

    def work(session: Session, me: Me, _now: datetime) -> dict[str, Any]:
        return {"me": me, "events": events_for(session, me, account.strip() or None)}

    return page("security", **await answered(request, work), account=account, titles=TITLES, told=in_words)


async def _done(request: Request, work: Awaitable[None], done: str) -> Response:
    try:
        await work
    except SHOWN_AGAIN as refusal:
        return await _page(request, refusal)
    return RedirectResponse(f"{PLACE}?done={done}", SEE_OTHER)


async def _page(request: Request, refusal: Refusal | None = None, done: str = "") -> Response:
    def work(session: Session, me: Me, now: datetime) -> dict[str, Any]:
        return {
            "me": me,
            "sessions": own.sessions_shown(session, me, now),
            "factor": own.factor_shown(session, me, now),
            "asks_password": needs_password(me, now),
        }

    shown = await answered(request, work)
    faults = defaultdict(str, refusal.detail.get("fields", {}) if refusal else {})
    status = refusal.status if refusal else 200
    return page("me", status, **shown, refusal=refusal, faults=faults, told=TOLD.get(done), shortest=SHORTEST)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid("请选择要结束的登录。", fields={"which": "请选择要结束的登录"}) from None
