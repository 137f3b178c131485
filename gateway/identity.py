"""Who is asking: browser sessions (cookie + CSRF header) and tokens for programs (Authorization: Bearer).

Only hashes are kept. Identity comes from nowhere else; headers like X-Forwarded-User are ignored.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fastapi import Request
from sqlalchemy import bindparam
from sqlalchemy import select as rows
from sqlmodel import Session, col, delete, update

from gateway.passwords import verify
from models.access import LogIn
from models.database import table_of
from models.organisation import HAS_ACCOUNT, Person
from models.refusals import LogInFirst, NotAllowed
from models.settings import settings

COOKIE = "oa_session"
READS = frozenset({"GET", "HEAD", "OPTIONS"})
SEEN_EVERY = timedelta(minutes=1)  # how exactly "last seen" is kept


_log_in, _person = table_of(LogIn), table_of(Person)
FIND = (  # plain rows, built once: it is asked with every request
    rows(
        _log_in.c.csrf, _log_in.c.last_seen_at, _log_in.c.expires_at,
        _person.c.account, _person.c.name, _person.c.department, _person.c.post, _person.c.state,
    )
    .join_from(_log_in, _person)
    .where(_log_in.c.token_hash == bindparam("hashed"))
)  # fmt: skip


@dataclass(frozen=True)
class Me:
    """The person asking, and the log-in they ask under."""

    account: str
    name: str
    department: str
    post: str
    csrf: str | None
    token_hash: str


def log_in(session: Session, account: str, password: str, now: datetime) -> tuple[str, LogIn, Person]:
    """A new browser session.

    Raises:
        LogInFirst: account or password wrong, or no account any more; the answer does not say which.
    """
    person = session.get(Person, account)
    known = person is not None and person.state in HAS_ACCOUNT
    if not verify(person.password_hash if person and known else None, password) or person is None:
        raise LogInFirst("工号或密码不对。请重新输入；忘记密码请联系管理员。")
    token, lasting = secrets.token_urlsafe(32), timedelta(hours=settings().session_hours)
    made = LogIn(
        token_hash=hash_of(token),
        account=account,
        csrf=secrets.token_urlsafe(24),
        created_at=now,
        last_seen_at=now,
        expires_at=now + lasting,
    )
    session.add(made)
    session.flush()
    return token, made, person


def log_out(session: Session, me: Me) -> None:
    session.execute(delete(LogIn).where(col(LogIn.token_hash) == me.token_hash))


def identify(session: Session, request: Request, now: datetime) -> Me:
    """Who is asking.

    Raises:
        LogInFirst: no log-in, an expired or ended one; NotAllowed: a write without the session's CSRF token.
    """
    token = _bearer(request) or request.cookies.get(COOKIE)
    if not token:
        raise LogInFirst
    hashed = hash_of(token)
    found = session.execute(FIND, {"hashed": hashed}).first()
    if found is None or not _alive(found, now) or found.state not in HAS_ACCOUNT:
        raise LogInFirst("登录已失效，请重新登录。")
    if request.method not in READS and found.csrf is not None:
        _check_csrf(request, found.csrf)
    if now - found.last_seen_at > SEEN_EVERY:
        session.execute(update(LogIn).where(col(LogIn.token_hash) == hashed).values(last_seen_at=now))
        session.execute(update(Person).where(col(Person.account) == found.account).values(last_seen_at=now))
    return Me(found.account, found.name, found.department, found.post, found.csrf, hashed)


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def _bearer(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _alive(log_in: Any, now: datetime) -> bool:
    idle = timedelta(minutes=settings().session_idle_minutes)
    return now < log_in.expires_at and (log_in.csrf is None or now - log_in.last_seen_at < idle)


def _check_csrf(request: Request, csrf: str) -> None:
    given = request.headers.get("x-csrf-token", "") or getattr(request.state, "csrf", "")
    if not hmac.compare_digest(given.encode(), csrf.encode()):
        raise NotAllowed("缺少或错误的 X-CSRF-Token。请刷新页面后重试。")
