"""Who is asking: browser sessions (cookie + CSRF header) and tokens for programs (Authorization: Bearer).

Only hashes are kept. Identity comes from nowhere else; headers like X-Forwarded-User are ignored.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from fastapi import Request
from sqlalchemy import bindparam
from sqlalchemy import select as rows
from sqlmodel import Session, col, update

from gateway.login.cookies import token_of
from gateway.login.origin import check_origin
from gateway.login.refused import AtTheDoor, SecondFactorNeeded
from models.access import Grant, LogIn, Pending
from models.database import table_of
from models.organisation import HAS_ACCOUNT, Person
from models.refusals import LogInFirst
from models.settings import settings

READS = frozenset({"GET", "HEAD", "OPTIONS"})
SEEN_EVERY = timedelta(minutes=1)  # how exactly "last seen" is kept
SHARED_IDLE = timedelta(minutes=10)  # on a device that is not one's own (clause L3)


_log_in, _person, _grant = table_of(LogIn), table_of(Person), table_of(Grant)
_granted = rows(_grant.c.id).where(_grant.c.account == _person.c.account, _grant.c.ended_at.is_(None))
FIND = (  # plain rows, built once: it is asked with every request
    rows(
        _log_in.c.id, _log_in.c.csrf, _log_in.c.pending, _log_in.c.shared, _log_in.c.proved_at,
        _log_in.c.last_seen_at, _log_in.c.expires_at,
        _person.c.account, _person.c.name, _person.c.department, _person.c.post, _person.c.state,
        _granted.exists().label("granted"),
    )
    .join_from(_log_in, _person)
    .where(_log_in.c.token_hash == bindparam("hashed"))
)  # fmt: skip


@dataclass(frozen=True)
class Me:
    """The person asking, and the log-in they ask under; `csrf` is None for a program's token.

    `granted`: a sub-administrator of something.
    """

    account: str
    name: str
    department: str
    post: str
    granted: bool
    csrf: str | None
    token_hash: str
    log_in: UUID
    pending: Pending | None
    shared: bool
    proved_at: datetime | None


def identify(session: Session, request: Request, now: datetime, *, pending: bool = False) -> Me:
    """Who is asking.

    Args:
        pending: whether a log-in that lacks its second factor will do: at the door's own routes.

    Raises:
        LogInFirst: no log-in, an expired or ended one; SecondFactorNeeded;
        AtTheDoor: a write without the session's CSRF token, or from another site.
    """
    token = _bearer(request) or token_of(request)
    if not token:
        raise LogInFirst
    hashed = hash_of(token)
    found = session.execute(FIND, {"hashed": hashed}).first()
    if found is None or not _alive(found, now) or found.state not in HAS_ACCOUNT:
        raise LogInFirst("登录已失效，请重新登录。")
    if request.method not in READS and found.csrf is not None:
        _check_csrf(request, found)
        check_origin(request, found.account)
    if found.pending and not pending:
        raise SecondFactorNeeded(found.pending)
    if now - found.last_seen_at > SEEN_EVERY:
        session.execute(update(LogIn).where(col(LogIn.token_hash) == hashed).values(last_seen_at=now))
        session.execute(update(Person).where(col(Person.account) == found.account).values(last_seen_at=now))
    return Me(
        found.account, found.name, found.department, found.post, found.granted, found.csrf, hashed, found.id,
        found.pending, found.shared, found.proved_at,
    )  # fmt: skip


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def _bearer(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _alive(log_in: Any, now: datetime) -> bool:
    idle = timedelta(minutes=settings().session_idle_minutes)
    if log_in.shared:
        idle = min(idle, SHARED_IDLE)
    return now < log_in.expires_at and (log_in.csrf is None or now - log_in.last_seen_at < idle)


def _check_csrf(request: Request, log_in: Any) -> None:
    given = request.headers.get("x-csrf-token", "") or getattr(request.state, "csrf", "")
    if not hmac.compare_digest(given.encode(), log_in.csrf.encode()):
        told = "缺少或错误的 X-CSRF-Token。请刷新页面后重试。"
        raise AtTheDoor(told, "csrf_refused", log_in.account)
