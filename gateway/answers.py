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

from gateway.html import page
from gateway.identity import Me, identify
from models.database import transaction
from models.refusals import LogInFirst, Refusal

A = TypeVar("A")
log = logging.getLogger("oa.gateway")


async def answered(request: Request, work: Callable[[Session, Me, datetime], A]) -> A:
    """Identify the person and do `work`, both in one transaction."""

    def whole() -> A:
        now = datetime.now(UTC)
        with transaction() as session:
            return work(session, identify(session, request, now), now)

    return await run_in_threadpool(whole)


def render_refusals(app: FastAPI) -> None:
    """Everything that is refused: `{"error": code, "message": 中文, "detail": …}` to programs, a page to people."""

    @app.exception_handler(Refusal)
    async def refused(request: Request, refusal: Refusal) -> Response:
        if isinstance(refusal, LogInFirst) and _is_page(request) and request.method == "GET":
            here = f"{request.url.path}?{request.url.query}".rstrip("?")
            return RedirectResponse(f"/login?then={quote(here)}", 303)
        return _answer(request, refusal.status, refusal.code, refusal.message, refusal.detail)

    @app.exception_handler(RequestValidationError)
    async def misread(request: Request, error: RequestValidationError) -> Response:
        places = {str(each["loc"][-1]): "格式不对，请核对" for each in error.errors()}
        return _answer(request, 422, "invalid", f"参数有误：{'、'.join(places)}。", {"fields": places})

    @app.exception_handler(HTTPException)
    async def unknown(request: Request, error: HTTPException) -> Response:
        told = {404: "没有这个地址。", 405: "这个地址不接受这种操作。"}.get(error.status_code, "请求无法处理。")
        code = "not_found" if error.status_code == 404 else "refused"
        return _answer(request, error.status_code, code, told, {}, error.headers)

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
        return _answer(request, 500, "internal", told, {})


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
        answer: Response = page("refusal", status, message=message, typed=typed, again=status == 401)
    else:
        answer = JSONResponse({"error": code, "message": message, "detail": detail}, status)
    answer.headers.update(headers or {})
    return answer


def _is_page(request: Request) -> bool:
    return not request.url.path.startswith(("/api", "/prefect/api"))
