"""Running one web request as one transaction in a worker thread, and rendering every refusal in one place."""

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy.exc import DataError, OperationalError
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.routing import Match

from gateway.headers import dress
from gateway.html import page, retry_after
from gateway.login.caller import caller_of
from gateway.login.identity import Me, identify
from gateway.login.refused import AtTheDoor, SecondFactorNeeded
from gateway.login.security_log import note_alone
from gateway.rest.shapes import ErrorShown
from models.database import transaction
from models.refusals import LogInFirst, NotAllowed, NotYours, Refusal

A = TypeVar("A")
IN_PLACE = {"HX-Reselect": ".fault", "HX-Reswap": "innerHTML"}  # told where the part would have stood
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
log = logging.getLogger("oa.gateway")


async def answered(request: Request, work: Callable[[Session, Me, datetime], A], *, pending: bool = False) -> A:
    """Identify the person and do `work`, both in one transaction.

    Args:
        pending: whether a log-in that still lacks its second factor will do: at the door's own routes.
    """

    def whole() -> A:
        now = datetime.now(UTC)
        with transaction() as session:
            me = identify(session, request, now, pending=pending)
            return work(session, me, now)

    return await run_in_threadpool(whole)


async def kept(request: Request, work: Callable[[Session, Me, datetime], A | Refusal], *, pending: bool = False) -> A:
    """As `answered`; but a refusal that the work returns is raised after the commit, so that what led to it is kept."""
    return unless_refused(await answered(request, work, pending=pending))


def unless_refused(found: A | Refusal) -> A:
    if isinstance(found, Refusal):
        raise found
    return found


def render_refusals(app: FastAPI) -> None:
    """Everything that is refused: `{"error": code, "message": 中文, "detail": …}` to programs, a page to people."""

    @app.exception_handler(Refusal)
    async def known(request: Request, refusal: Refusal) -> Response:
        if isinstance(refusal, AtTheDoor):
            address = caller_of(request).address
            await run_in_threadpool(note_alone, refusal.event, refusal.account, address, path=_path(request))
        elif isinstance(refusal, NotAllowed | NotYours):  # ASVS 16.3.2
            log.warning("%s %s %s", refusal.status, request.method, _path(request))
        lacking = isinstance(refusal, LogInFirst | SecondFactorNeeded)
        if lacking and _is_page(request) and request.method == "GET" and not _is_part(request):
            here = f"{request.url.path}?{request.url.query}".rstrip("?")
            place = f"/login/{refusal.detail['pending']}" if isinstance(refusal, SecondFactorNeeded) else "/login"
            return RedirectResponse(f"{place}?then={quote(here)}", 303)
        return refused(request, refusal)

    @app.exception_handler(RequestValidationError)
    async def misread(request: Request, error: RequestValidationError) -> Response:
        if any(each["loc"][0] == "path" for each in error.errors()):
            return refused(request, NotYours())  # what cannot be an id is nobody's
        places = {str(each["loc"][-1]): "格式不对，请核对" for each in error.errors()}
        return _answer(request, 422, "invalid", f"参数有误：{'、'.join(places)}。", {"fields": places})

    @app.exception_handler(HTTPException)
    async def unknown(request: Request, error: HTTPException) -> Response:
        told = {404: "没有这个地址。", 405: "这个地址不接受这种操作。"}.get(error.status_code, "请求无法处理。")
        code = "not_found" if error.status_code == 404 else "refused"
        headers = dict(error.headers or {})
        if "Allow" in headers:
            headers["Allow"] = _taken_at(app, request) or headers["Allow"]
        return _answer(request, error.status_code, code, told, {}, headers)

    @app.exception_handler(DataError)
    async def unkeepable(request: Request, _: DataError) -> Response:
        return _answer(request, 422, "invalid", "参数有误：含有无法识别的字符或数字过大，请核对。", {})

    @app.exception_handler(OperationalError)
    async def database_away(request: Request, error: OperationalError) -> Response:
        log.error("database away: %s", type(error.orig).__name__)
        told = "数据库暂时无法连接，您的操作没有保存。请稍后重试。"
        return _answer(request, 503, "unavailable", told, {})

    @app.exception_handler(Exception)
    async def failed(request: Request, _: Exception) -> Response:
        told = "系统内部出错，您的操作没有保存。请稍后重试；如仍不行，请联系管理员。"
        answer = _answer(request, 500, "internal", told, {})
        dress(request.scope, answer.headers)  # this one is answered outside the middleware
        return answer


def refused(request: Request, refusal: Refusal) -> Response:
    """A refusal as an answer, for those who ask where nothing can be raised."""
    return _answer(request, refusal.status, refusal.code, refusal.message, refusal.detail, retry_after(refusal))


def _answer(
    request: Request,
    status: int,
    code: str,
    message: str,
    detail: dict[str, Any],
    headers: Mapping[str, str] | None = None,
) -> Response:
    if _is_page(request):
        typed = getattr(request.state, "typed", {})  # shown again, so that nothing is lost
        part = "fragment" if _is_part(request) else "refusal"
        answer: Response = page(part, status, message=message, typed=typed, again=status == 401)
        answer.headers.update(IN_PLACE if _is_part(request) else {})
    else:
        shown: ErrorShown = {"error": code, "message": message, "detail": detail}
        if request.url.path.startswith("/prefect/api"):  # its UIs show people what stands at `detail`
            answer = JSONResponse({**shown, "detail": message}, status)
        else:
            answer = JSONResponse(shown, status)
    answer.headers.update(headers or {})
    return answer


def _taken_at(app: FastAPI, request: Request) -> str:
    """The methods that this address takes (RFC 9110 15.5.6); the framework names only those of its first route."""
    tried = ({**request.scope, "method": method} for method in METHODS)
    taken = [each for each in tried if any(route.matches(each)[0] is Match.FULL for route in app.routes)]
    return ", ".join(each["method"] for each in taken)


def _path(request: Request) -> str:
    """As it was asked for, on one line."""
    return quote(request.scope["path"])[:200]


def _is_page(request: Request) -> bool:
    return not request.url.path.startswith(("/api", "/prefect/api"))


def _is_part(request: Request) -> bool:
    """Whether a page asks for a part of itself."""
    return "hx-request" in request.headers
