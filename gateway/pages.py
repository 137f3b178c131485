"""The pages: log in, my work and my requests, and a request with what its reader can do. Plain HTML, no scripts.

Each page posts what the REST contract takes, and is refused by the same rules; what was typed is shown again.
"""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool

from flows.engine.decide import decide, withdraw
from flows.engine.forms import told_of
from gateway import effects, identity
from gateway.acting import Typed, body_of, request_of, typed_in_words
from gateway.answers import answered
from gateway.bodies import read_posted
from gateway.contract import Withdrawal
from gateway.html import page
from gateway.identity import COOKIE, Me
from gateway.lists import own_requests, waiting_for
from gateway.readable import request_page
from gateway.sessions import set_cookie, start_session
from gateway.visibility import visible
from models.refusals import Conflict, Invalid, LogInFirst, NotAllowed, Refusal, TooLate

router = APIRouter(include_in_schema=False)
SEE_OTHER = 303


@router.get("/login")
async def ask_log_in(then: str = "/") -> Response:
    return page("login", account="", then=then, message="")


@router.post("/login")
async def log_in(request: Request) -> Response:
    posted = await read_posted(request)
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise NotAllowed("请从本系统的登录页面登录。")  # another site must not log people in as someone else
    account, then = posted.get("account", "").strip(), posted.get("then", "/")
    try:
        token, _, _ = await run_in_threadpool(start_session, account, posted.get("password", ""))
    except LogInFirst as refusal:
        return page("login", refusal.status, account=account, then=then, message=refusal.message)
    answer = RedirectResponse(_own_path(then), SEE_OTHER)
    set_cookie(answer, token)
    return answer


@router.post("/logout")
async def log_out(request: Request) -> Response:
    await read_posted(request)
    await answered(request, lambda session, me, _: identity.log_out(session, me))
    answer = RedirectResponse("/login", SEE_OTHER)
    answer.delete_cookie(COOKIE, path="/")
    return answer


@router.get("/")
async def home(request: Request) -> Response:
    def work(session: Session, me: Me, now: datetime) -> dict[str, Any]:
        waiting, own = waiting_for(session, me.account), own_requests(session, me.account)
        return {"me": me, "now": now, "waiting": waiting, "own": own}

    return page("home", **await answered(request, work))


@router.get("/requests/{number}")
async def read_request(request: Request, number: str) -> Response:
    def work(session: Session, me: Me, now: datetime) -> dict[str, Any]:
        record = visible(session, me, number)
        effects.confirm(session, record, me.account, "opened", now)
        return request_page(session, record, me, now)

    return page("request", **await answered(request, work))


@router.post("/work-items/{item_id}")
async def decide_item(request: Request, item_id: UUID) -> Response:
    posted = await read_posted(request)
    request.state.typed = typed_in_words(posted)

    def work(session: Session, me: Me, now: datetime) -> str:
        item, record = request_of(session, me.account, item_id)
        return decide(session, me.account, item_id, body_of(session, item, record, posted).choice, now).number

    def again(session: Session, me: Me, now: datetime) -> dict[str, Any]:
        _, record = request_of(session, me.account, item_id)
        return request_page(session, record, me, now, refusal, Typed(item_id, posted, _faults(refusal)))

    try:
        number = await answered(request, work)
    except (Invalid, Conflict, TooLate) as caught:
        refusal: Refusal = caught
        return page("request", caught.status, **await answered(request, again))
    return RedirectResponse(f"/requests/{number}", SEE_OTHER)


@router.post("/requests/{number}/withdraw")
async def withdraw_request(request: Request, number: str) -> Response:
    posted = await read_posted(request)
    request.state.typed = typed_in_words(posted)

    def work(session: Session, me: Me, now: datetime) -> None:
        visible(session, me, number)
        withdraw(session, me.account, number, _withdrawal(posted).reason, now)

    def again(session: Session, me: Me, now: datetime) -> dict[str, Any]:
        return request_page(session, visible(session, me, number), me, now, refusal, reason=posted.get("reason", ""))

    try:
        await answered(request, work)
    except (Invalid, TooLate) as caught:
        refusal: Refusal = caught
        return page("request", caught.status, **await answered(request, again))
    return RedirectResponse(f"/requests/{number}", SEE_OTHER)


def _withdrawal(posted: dict[str, str]) -> Withdrawal:
    try:
        return Withdrawal(reason=posted.get("reason", ""))
    except ValidationError as faults:
        raise told_of(Withdrawal, faults) from None


def _faults(refusal: Refusal) -> dict[str, str]:
    """By field, where the refusal names one."""
    if field := refusal.detail.get("field"):
        return {field: refusal.message.partition("：")[2]}
    return dict(refusal.detail.get("fields", {}))


def _own_path(then: str) -> str:
    """Where to go after logging in: a path of ours, never another site."""
    plain = then.startswith("/") and not then.startswith(("//", "/\\"))
    return then if plain and not urlsplit(then).netloc and then.isprintable() else "/"
