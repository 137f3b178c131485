"""Bounds on what is read before anyone looks at it: the address and the headers (the body's are in bodies.py)."""

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.answers import refused
from models.refusals import Refusal

LONGEST_ADDRESS = 8_000  # bytes of path and query; RFC 9110 4.1 asks for at least so many
MOST_HEADERS = 32_000  # bytes, names and values together


class AddressTooLong(Refusal):
    """414, RFC 9110 15.5.15."""

    status, code = 414, "address_too_long"


class HeadersTooLarge(Refusal):
    """431, RFC 6585 5."""

    status, code = 431, "headers_too_large"


class Bounds:
    """ASGI middleware; plain, because it sits on every request."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = _beyond(scope) if scope["type"] == "http" else None
        answering = refused(Request(scope), refusal) if refusal else self.app
        await answering(scope, receive, send)


def _beyond(scope: Scope) -> Refusal | None:
    if len(scope["raw_path"]) + len(scope["query_string"]) > LONGEST_ADDRESS:
        return AddressTooLong(f"地址过长，最多 {LONGEST_ADDRESS} 字节。请缩短查询条件。")
    if sum(len(name) + len(value) for name, value in scope["headers"]) > MOST_HEADERS:
        return HeadersTooLarge(f"请求头过大，最多 {MOST_HEADERS} 字节。请清除本站的 Cookie 后重试。")
    return None
