"""The password once more, where a seal, money or one's own account is at stake (ASVS 5.0, 7.5): never more than five
minutes ago. Programs' tokens stand for a fresh log-in and are not asked."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from fastapi import Request
from sqlmodel import Session

from gateway.answers import answered, kept
from gateway.login import cookies, log_ins, tries
from gateway.login.caller import Caller, caller_of
from gateway.login.cookies import Opened
from gateway.login.identity import Me
from gateway.login.passwords import verify
from gateway.login.refused import PasswordAgain
from gateway.login.security_log import note
from models.organisation import Person
from models.refusals import Refusal

PROOF_LASTS = timedelta(minutes=5)
WRONG = "不对，请重新输入；没有本系统密码的，请重新登录后马上办理"
A = TypeVar("A")


def needs_password(me: Me, now: datetime) -> bool:
    return me.csrf is not None and (me.proved_at is None or now - me.proved_at > PROOF_LASTS)


def ask_password(me: Me, now: datetime) -> None:
    """Raises PasswordAgain: the last time is too long ago."""
    if needs_password(me, now):
        raise PasswordAgain


async def proven(request: Request, password: str | None, work: Callable[[Session, Me, datetime], A]) -> A:
    """As `answered`; where the work asks for the password, it is checked, and the work done once more.

    Raises:
        PasswordAgain: none given, or a wrong one, which counts as a wrong try; TooManyTries.
    """
    try:
        return await answered(request, work)
    except PasswordAgain:
        if not password:
            raise
    await prove(request, password)
    return await answered(request, work)


async def prove(request: Request, password: str) -> None:
    """Check the password of who is logged in; the session goes on under a new token."""

    def work(session: Session, me: Me, now: datetime) -> Opened | Refusal:
        if wrong := right_password(session, me, password, caller_of(request), now):
            return wrong
        return log_ins.proved(session, me, now)

    cookies.handed_out(request, await kept(request, work))


def right_password(session: Session, me: Me, password: str, caller: Caller, now: datetime) -> Refusal | None:
    """None if it is; or TooManyTries, PasswordAgain."""
    if blocked := tries.hold(session, me.account, caller, now):
        return blocked
    if verify(session.get_one(Person, me.account).password_hash, password):
        note(session, now, "password_proved", me.account, caller.address)
        return None
    tries.count(session, me.account, caller, now)
    note(session, now, "password_wrong", me.account, caller.address)
    return PasswordAgain(WRONG)
