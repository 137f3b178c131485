"""Headers on every answer: nothing from elsewhere, no frames, no sniffing, no caching of what is personal.

And no websockets: nothing here speaks them, and those of Prefect tell of everybody's runs.
"""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.settings import settings

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; object-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; "
        "img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
ONLY_HTTPS = "max-age=31536000; includeSubDomains"  # ASVS 5.0, 3.4.1


class SafeHeaders:
    """ASGI middleware; plain, because it sits on every request. A websocket is refused before it opens: 403."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close"})
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                dress(scope, MutableHeaders(scope=message))
            await send(message)

        scope.setdefault("state", {})
        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def dress(scope: Scope, headers: MutableHeaders) -> None:
    """Put on an answer what every answer has, and the cookies that this request sets."""
    if scope["path"].startswith("/static/"):
        headers.setdefault("Cache-Control", "no-cache")  # ours, not personal: kept, but asked about
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if settings().secure:
        headers["Strict-Transport-Security"] = ONLY_HTTPS
    if scope["state"].get("leaves"):
        headers["Clear-Site-Data"] = '"storage"'
    for cookie in scope["state"].get("cookies", ()):
        headers.append("set-cookie", cookie)
