"""Cookies that the answer to a request sets. They go with whatever is answered, refusals too (`gateway/headers.py`)."""

from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import Response

from models.access import Pending
from models.settings import settings

COOKIE = "oa_session"


@dataclass(frozen=True)
class Opened:
    """A log-in as its browser gets it; no token and no csrf where a program's goes on as it was."""

    token: str | None
    csrf: str | None
    person: dict[str, str]
    pending: Pending | None
    shared: bool


def named(name: str) -> str:
    """With the prefix that browsers take only over https, for this host alone (RFC 6265bis 4.1.3; ASVS 3.3.3)."""
    return f"__Host-{name}" if settings().secure else name


def handed_out(request: Request, opened: Opened) -> Opened:
    """Its token, if it has a new one, goes with the answer; on a shared device the cookie goes with the browser."""
    if opened.token:
        request.state.token = opened.token  # the rest of this request is asked under it
        put(request, COOKIE, opened.token, None if opened.shared else settings().session_hours * 3600)
    return opened


def drop(request: Request) -> None:
    """The browser forgets the session, and whatever pages kept in it (ASVS 14.3.1)."""
    put(request, COOKIE, "", 0)
    request.state.leaves = True


def put(request: Request, name: str, value: str, seconds: int | None) -> None:
    """Set a cookie for so many seconds; None: until the browser is closed, 0: away with it."""
    answer = Response()
    answer.set_cookie(
        named(name),
        value,
        max_age=seconds,
        path="/",
        httponly=True,
        samesite="lax",  # a link in a mail finds people logged in; writes need the CSRF token anyway
        secure=settings().secure,
    )
    request.state.cookies = [*getattr(request.state, "cookies", ()), answer.headers["set-cookie"]]


def token_of(request: Request) -> str | None:
    """The session's token: the one handed out during this request, else the cookie that applies here."""
    return getattr(request.state, "token", None) or request.cookies.get(named(COOKIE))
