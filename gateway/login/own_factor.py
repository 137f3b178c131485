"""One's own second factor: bound by a first code, removed by a current one."""

from datetime import datetime

from sqlmodel import Session, col, delete

from gateway.login import log_ins, second_factor
from gateway.login.caller import Caller
from gateway.login.cookies import Opened
from gateway.login.identity import Me
from gateway.login.security_log import note
from gateway.login.who_must import must_have_factor
from gateway.login.with_password import right_code
from models.access import Pending, SecondFactor
from models.organisation import Person
from models.refusals import Conflict, Refusal


def enrol(session: Session, me: Me, sealed: str, code: str, caller: Caller, now: datetime) -> Opened | Refusal:
    """Bind what was offered; the log-in goes on under a new token. Or TooManyTries, WrongCode, Conflict.

    Raises:
        Invalid: offered to another log-in, or too long ago.
    """

    def fits() -> bool:
        return second_factor.confirm(session, me, sealed, code, now)

    if second_factor.has_factor(session, me.account):
        return Conflict("已经绑定了动态口令。更换手机请先移除原来的。")
    if wrong := right_code(session, me.account, caller, now, fits):
        return wrong
    note(session, now, "factor_enrolled", me.account, caller.address)
    return log_ins.complete(session, me, None, now)


def remove(session: Session, me: Me, code: str, caller: Caller, now: datetime) -> Opened | Refusal:
    """Take it away; other browser sessions end. Who must have one is asked to bind another at once."""

    def fits() -> bool:
        return second_factor.take(session, me.account, code, now)

    if not second_factor.has_factor(session, me.account):
        return Conflict("没有绑定动态口令。")
    if wrong := right_code(session, me.account, caller, now, fits):
        return wrong
    forget(session, me.account)
    log_ins.end_all(session, me.account, besides=me.log_in)
    note(session, now, "factor_removed", me.account, caller.address, by=me.account)
    must = must_have_factor(session, session.get_one(Person, me.account), now)
    return log_ins.complete(session, me, Pending.enrol if must else None, now)


def forget(session: Session, account: str) -> bool:
    """Whether there was one."""
    gone = delete(SecondFactor).where(col(SecondFactor.account) == account).returning(col(SecondFactor.account))
    return session.scalar(gone) is not None
