"""Answering anyone who asks about a paper, without log-in: so many questions from an address, and wrong ones about a
number, then they wait. Every question is counted, whatever the answer."""

from datetime import UTC, datetime, timedelta

from fastapi import Request
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool

from gateway.answers import unless_refused
from gateway.check.genuine import Asked, Genuine, genuine
from gateway.login.caller import Caller, caller_of
from gateway.login.refused import waiting_time
from gateway.login.security_log import note
from gateway.throttle import Bound, hold, reached
from models.access import SheetCheck
from models.database import transaction
from models.refusals import Refusal
from models.settings import settings

LONGEST_NUMBER = 32


class TooManyChecks(Refusal):
    """Too many questions from this address, or wrong ones about this number (429)."""

    status, code = 429, "too_many_checks"

    def __init__(self, seconds: int) -> None:
        told = f"查验的次数太多，已暂停。请 {waiting_time(seconds)}后再试；急用请联系出具单位。"
        super().__init__(told, retry_after=seconds)


async def answer(request: Request, asked: Asked) -> Genuine | None:
    """The sheet that is asked about, or None; counted first. Raises TooManyChecks."""
    caller = caller_of(request)

    def work() -> Genuine | Refusal | None:
        now = datetime.now(UTC)
        with transaction() as session:
            return _counted(session, asked, caller, now)

    return unless_refused(await run_in_threadpool(work))


def _counted(session: Session, asked: Asked, caller: Caller, now: datetime) -> Genuine | Refusal | None:
    bounds, window = _bounds(asked, caller), timedelta(minutes=settings().check_minutes)
    if seconds := hold(session, SheetCheck, bounds, window, now):
        return TooManyChecks(seconds)
    found = genuine(session, asked)
    number = "" if found else asked.number[:LONGEST_NUMBER]
    session.add(SheetCheck(number=number, address=caller.network, at=now))
    session.flush()
    if reached(session, SheetCheck, bounds):
        note(session, now, "check_throttled", None, caller.address)
    return found


def _bounds(asked: Asked, caller: Caller) -> tuple[Bound, Bound]:
    return (
        Bound(SheetCheck.number, asked.number[:LONGEST_NUMBER], settings().checks),
        Bound(SheetCheck.address, caller.network, settings().checks_per_address),
    )
