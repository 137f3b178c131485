"""Logging in: by account and password, then by code. What was wrong is returned, not raised: the try is kept."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from gateway.login import log_ins, second_factor, tries
from gateway.login.caller import Caller
from gateway.login.cookies import Opened
from gateway.login.identity import Me
from gateway.login.passwords import verify
from gateway.login.refused import WrongCode
from gateway.login.security_log import note
from models.access import Pending
from models.organisation import HAS_ACCOUNT, Person
from models.refusals import Conflict, LogInFirst, Refusal


def log_in(
    session: Session, account: str, password: str, code: str | None, *, shared: bool, caller: Caller, now: datetime
) -> Opened | Refusal:
    """A new browser session; or TooManyTries, LogInFirst (which does not say what was wrong), WrongCode."""
    if blocked := tries.hold(session, account, caller, now):
        return blocked
    person = session.get(Person, account)
    known = person is not None and person.state in HAS_ACCOUNT
    if not verify(person.password_hash if person and known else None, password) or person is None:
        tries.count(session, account, caller, now)
        note(session, now, "failed", account, caller.address)
        return LogInFirst("工号或密码不对。请重新输入；忘记密码请联系管理员。")
    if code and second_factor.has_factor(session, account):
        if wrong := right_code(session, account, caller, now, lambda: second_factor.take(session, account, code, now)):
            return wrong
        return log_ins.begin(
            session, person, caller, now, by="password and code", shared=shared, strong=True, proved_at=now
        )
    return log_ins.begin(session, person, caller, now, by="password", shared=shared, strong=False, proved_at=now)


def finish(session: Session, me: Me, code: str, caller: Caller, now: datetime) -> Opened | Refusal:
    """The log-in with its second factor, under a new token; or TooManyTries, WrongCode, Conflict: nothing pending."""
    if me.pending is not Pending.code:
        return Conflict("这次登录现在不需要动态口令。请刷新页面。")
    if wrong := right_code(
        session, me.account, caller, now, lambda: second_factor.take(session, me.account, code, now)
    ):
        return wrong
    note(session, now, "logged_in", me.account, caller.address, by="code", shared=me.shared)
    return log_ins.complete(session, me, None, now)


def right_code(
    session: Session, account: str, caller: Caller, now: datetime, fits: Callable[[], bool]
) -> Refusal | None:
    """None if it is; a wrong one counts as a wrong password does."""
    if blocked := tries.hold(session, account, caller, now):
        return blocked
    if fits():
        return None
    tries.count(session, account, caller, now)
    note(session, now, "factor_wrong", account, caller.address)
    return WrongCode()
