"""Pages of the door: log in, give the code, bind a second factor, log out."""

from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from gateway.answers import answered
from gateway.bodies import read_posted
from gateway.html import page
from gateway.login import own, second_factor
from gateway.login.cookies import Opened
from gateway.login.identity import Me
from gateway.login.providers import offered
from gateway.login.refused import TooManyTries, WrongCode
from gateway.login.sessions import close_session, finish_session, open_session
from gateway.rest.contract import Credentials
from models.refusals import Conflict, Invalid, LogInFirst, Refusal

router = APIRouter(include_in_schema=False)
SEE_OTHER = 303


@router.get("/login")
async def ask_log_in(then: str = "/") -> Response:
    return log_in_page(then)


@router.post("/login")
async def log_in(request: Request) -> Response:
    posted = await read_posted(request)
    account, then = posted.get("account", "").strip(), posted.get("then", "/")
    shared = posted.get("shared") == "true"
    try:
        given = Credentials(account=account, password=posted.get("password", ""), shared=shared)
        return led_on(await open_session(request, given), then)
    except ValidationError:
        told = "请填写工号（最多 32 个字符）和密码（最多 200 个字符）。"
        return log_in_page(then, Invalid(told), account)
    except (LogInFirst, TooManyTries) as refusal:
        return log_in_page(then, refusal, account)


@router.get("/login/code")
async def ask_code(request: Request, then: str = "/") -> Response:
    me = await answered(request, lambda _session, me, _now: me, pending=True)
    return _code_page(me, then)


@router.post("/login/code")
async def give_code(request: Request) -> Response:
    posted = await read_posted(request)
    then = posted.get("then", "/")
    me = await answered(request, lambda _session, me, _now: me, pending=True)
    try:
        return led_on(await finish_session(request, posted.get("code", "")), then)
    except (WrongCode, TooManyTries) as refusal:
        return _code_page(me, then, refusal)
    except Conflict:
        return RedirectResponse(own_path(then), SEE_OTHER)


@router.get("/login/enrol")
async def ask_first_code(request: Request, then: str = "/") -> Response:
    me = await answered(request, lambda _session, me, _now: me, pending=True)
    return enrol_page(me, await own.offer_factor(request), then)


@router.post("/login/enrol")
async def give_first_code(request: Request) -> Response:
    posted = await read_posted(request)
    sealed, then = posted.get("sealed", ""), posted.get("then", "/")
    me = await answered(request, lambda _session, me, _now: me, pending=True)
    try:
        await own.bind_factor(request, sealed, posted.get("code", ""))
    except (WrongCode, TooManyTries) as refusal:
        return enrol_page(me, second_factor.offered_again(me, sealed), then, refusal)
    except Invalid as refusal:
        return enrol_page(me, await own.offer_factor(request), then, refusal)
    return RedirectResponse(own_path(then), SEE_OTHER)


@router.post("/logout")
async def log_out(request: Request) -> Response:
    await read_posted(request)
    await close_session(request)
    return RedirectResponse("/login", SEE_OTHER)


def led_on(opened: Opened, then: str) -> Response:
    """To where the person wanted to go, or to what the log-in still lacks."""
    place = own_path(then)
    return RedirectResponse(f"/login/{opened.pending}?then={quote(place)}" if opened.pending else place, SEE_OTHER)


def log_in_page(then: str, refusal: Refusal | None = None, account: str = "") -> Response:
    """The log-in page, with what was wrong."""
    return page("login", _status(refusal), account=account, then=then, refusal=refusal, providers=offered())


def enrol_page(me: Me, offered: second_factor.Enrolment, then: str, refusal: Refusal | None = None) -> Response:
    return page("enrol", _status(refusal), csrf=me.csrf, person=me.name, offered=offered, then=then, refusal=refusal)


def own_path(then: str) -> str:
    """Where to go after logging in: a path of ours, never another site."""
    plain = then.startswith("/") and not then.startswith(("//", "/\\"))
    return then if plain and not urlsplit(then).netloc and then.isprintable() else "/"


def _code_page(me: Me, then: str, refusal: Refusal | None = None) -> Response:
    return page("code", _status(refusal), csrf=me.csrf, person=me.name, then=then, refusal=refusal)


def _status(refusal: Refusal | None) -> int:
    return refusal.status if refusal else 200
