"""Log-ins as rows of the record: begun, renewed under another token, listed, ended (ASVS 5.0, chapter 7)."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, delete, select, update

from gateway.login.caller import Caller
from gateway.login.cookies import Opened
from gateway.login.identity import Me, hash_of
from gateway.login.second_factor import has_factor
from gateway.login.security_log import note
from gateway.login.who_must import must_have_factor
from models.access import LogIn, Pending
from models.organisation import Person
from models.refusals import NotYours
from models.settings import settings

PENDING_LASTS = timedelta(minutes=10)  # to find the phone
SHARED_LASTS = timedelta(hours=2)


def begin(
    session: Session,
    person: Person,
    caller: Caller,
    now: datetime,
    *,
    by: str,
    shared: bool,
    strong: bool,
    proved_at: datetime | None,
) -> Opened:
    """A new browser session.

    Args:
        by: password, oidc …, for the log.
        strong: a second factor was given with it.
        proved_at: when the person last proved who they are.
    """
    lacks = None
    if not strong:
        lacks = Pending.code if has_factor(session, person.account) else None
        lacks = lacks or (Pending.enrol if must_have_factor(session, person, now) else None)
    token, csrf = _secret(), _secret()
    session.execute(delete(LogIn).where(col(LogIn.account) == person.account, col(LogIn.expires_at) <= now))
    session.add(
        LogIn(
            token_hash=hash_of(token),
            account=person.account,
            csrf=csrf,
            pending=lacks,
            shared=shared,
            address=caller.address,
            device=caller.device,
            created_at=now,
            proved_at=proved_at,
            last_seen_at=now,
            expires_at=now + (PENDING_LASTS if lacks else _lasting(shared)),
        )
    )
    what = "password_right" if lacks is Pending.code else "logged_in"
    note(session, now, what, person.account, caller.address, by=by, shared=shared)
    shown = {"account": person.account, "name": person.name, "department": person.department}
    return Opened(token, csrf, shown, lacks, shared)


def complete(session: Session, me: Me, pending: Pending | None, now: datetime) -> Opened:
    """The same log-in under a new token, lacking what `pending` says; the old token is nobody's from now on."""
    return _under_a_new_token(session, me, csrf=_secret(), pending=pending, expires_at=now + _lasting(me.shared))


def proved(session: Session, me: Me, now: datetime) -> Opened:
    """The password was given again: a new token (ASVS 7.2.4); pages that are open keep their CSRF token."""
    return _under_a_new_token(session, me, csrf=me.csrf, pending=me.pending, proved_at=now)


def end_before(session: Session, token: str | None) -> None:
    """The browser logs in anew: the session it had until now is nobody's (ASVS 7.2.4)."""
    if token:
        session.execute(delete(LogIn).where(col(LogIn.token_hash) == hash_of(token)))


def log_ins(session: Session, account: str, now: datetime) -> Sequence[LogIn]:
    """Everything open under this account, tokens of programs too, the last seen first."""
    mine = select(LogIn).where(LogIn.account == account, LogIn.expires_at > now)
    return session.exec(mine.order_by(col(LogIn.last_seen_at).desc())).all()


def end(session: Session, me: Me, log_in: UUID) -> None:
    """End one. Raises NotYours."""
    mine = delete(LogIn).where(col(LogIn.account) == me.account, col(LogIn.id) == log_in).returning(col(LogIn.id))
    if session.scalar(mine) is None:
        raise NotYours("没有这个登录，或者它已经结束。请刷新页面。")


def end_all(session: Session, account: str, besides: UUID | None = None) -> None:
    """End every browser session; programs' tokens go on."""
    browsers = delete(LogIn).where(col(LogIn.account) == account, col(LogIn.csrf).is_not(None))
    session.execute(browsers.where(col(LogIn.id) != besides) if besides else browsers)


def _under_a_new_token(session: Session, me: Me, *, csrf: str | None, pending: Pending | None, **values: Any) -> Opened:
    shown = {"account": me.account, "name": me.name, "department": me.department}
    if me.csrf is None:  # a program's token stands for all of it already
        return Opened(None, None, shown, None, me.shared)
    token = _secret()
    mine = update(LogIn).where(col(LogIn.token_hash) == me.token_hash)
    session.execute(mine.values(token_hash=hash_of(token), csrf=csrf, pending=pending, **values))
    return Opened(token, csrf, shown, pending, me.shared)


def _lasting(shared: bool) -> timedelta:
    lasting = timedelta(hours=settings().session_hours)
    return min(lasting, SHARED_LASTS) if shared else lasting


def _secret() -> str:
    return secrets.token_urlsafe(32)
