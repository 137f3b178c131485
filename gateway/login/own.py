"""What a person does with their own account: sessions, password, second factor. Pages and REST share it.

Each asks for the password again when it was last given more than five minutes ago (`proof`).
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import Request
from sqlmodel import Session

from gateway.answers import answered, kept
from gateway.login import cookies, log_ins, own_factor, second_factor
from gateway.login.caller import caller_of, device_in_short
from gateway.login.cookies import Opened
from gateway.login.identity import Me
from gateway.login.password_rules import fault
from gateway.login.passwords import hash_password
from gateway.login.proof import ask_password, prove, proven, right_password
from gateway.login.refused import PasswordAgain
from gateway.login.second_factor import Enrolment
from gateway.login.security_log import note
from gateway.login.who_must import must_have_factor
from models.access import LogIn
from models.organisation import Person
from models.refusals import Invalid, Refusal

Work = Callable[[Session, Me, datetime], Opened | Refusal]


def sessions_shown(session: Session, me: Me, now: datetime) -> list[dict[str, Any]]:
    """Every log-in of this person, the last seen first."""

    def shown(each: LogIn) -> dict[str, Any]:
        return {
            "id": str(each.id),
            "program": each.csrf is None,
            "device": "程序令牌" if each.csrf is None else device_in_short(each.device),
            "address": each.address,
            "since": each.created_at,
            "last_seen": each.last_seen_at,
            "shared": each.shared,
            "this": each.id == me.log_in,
        }

    return [shown(each) for each in log_ins.log_ins(session, me.account, now)]


def factor_shown(session: Session, me: Me, now: datetime) -> dict[str, bool]:
    person = session.get_one(Person, me.account)
    return {
        "on": second_factor.has_factor(session, me.account),
        "required": must_have_factor(session, person, now),
    }


async def end_session(request: Request, log_in: UUID, password: str | None = None) -> None:
    """End one of one's own. Raises NotYours, PasswordAgain."""

    def work(session: Session, me: Me, now: datetime) -> bool:
        if log_in != me.log_in:
            ask_password(me, now)
        log_ins.end(session, me, log_in)
        note(session, now, "session_ended", me.account, caller_of(request).address)
        return log_in == me.log_in

    if await proven(request, password, work):
        cookies.drop(request)


async def end_sessions(request: Request, *, others: bool, password: str | None = None) -> None:
    """Log out everywhere; or everywhere else. Raises PasswordAgain."""

    def work(session: Session, me: Me, now: datetime) -> None:
        ask_password(me, now)
        log_ins.end_all(session, me.account, besides=me.log_in if others else None)
        note(session, now, "ended_everywhere", me.account, caller_of(request).address, others=others)

    await proven(request, password, work)
    if not others:
        cookies.drop(request)


async def change_password(request: Request, current: str, new: str) -> None:
    """Set one's own password; all other browser sessions end, this one goes on under a new token.

    Raises:
        Invalid: the current one is wrong, or the new one will not do; TooManyTries.
    """

    def work(session: Session, me: Me, now: datetime) -> Opened | Refusal:
        if wrong := right_password(session, me, current, caller_of(request), now):
            return _wrong("current", "不对，请重新输入") if isinstance(wrong, PasswordAgain) else wrong
        person = session.get_one(Person, me.account)
        if told := "与现在的密码相同，请换一个" if new == current else fault(new, person):
            raise _wrong("new", told)
        person.password_hash = hash_password(new)
        log_ins.end_all(session, me.account, besides=me.log_in)
        note(session, now, "password_changed", me.account, caller_of(request).address, by=me.account)
        return log_ins.proved(session, me, now)

    cookies.handed_out(request, await kept(request, work))


async def offer_factor(request: Request, password: str | None = None) -> Enrolment:
    """A secret to bind. Raises PasswordAgain, unless the log-in waits for just that."""

    def work(_session: Session, me: Me, now: datetime) -> Enrolment:
        if not me.pending:
            ask_password(me, now)
        return second_factor.offer(me)

    try:
        return await answered(request, work, pending=True)
    except PasswordAgain:
        if not password:
            raise
    await prove(request, password)
    return await answered(request, work)


async def bind_factor(request: Request, sealed: str, code: str) -> Opened:
    """Bind it by a first code. Raises Invalid, WrongCode, TooManyTries, Conflict."""
    return await _renewed(
        request, lambda session, me, now: own_factor.enrol(session, me, sealed, code, caller_of(request), now)
    )


async def remove_factor(request: Request, code: str, password: str | None = None) -> Opened:
    """Take it away by a current code. Raises PasswordAgain, WrongCode, TooManyTries, Conflict."""
    await proven(request, password, lambda _session, me, now: ask_password(me, now))
    return await _renewed(
        request, lambda session, me, now: own_factor.remove(session, me, code, caller_of(request), now)
    )


async def _renewed(request: Request, work: Work) -> Opened:
    return cookies.handed_out(request, await kept(request, work, pending=True))


def _wrong(field: str, told: str) -> Invalid:
    label = {"current": "现在的密码", "new": "新密码"}[field]
    return Invalid(f"{label}：{told}。密码没有修改。", fields={field: told})
