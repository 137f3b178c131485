"""Wrong tries at passwords and codes: so many for one account, and from one address, then the door waits (ASVS 6.3.1).

Counted in the database, because several processes answer. Whether there is such an account makes no difference.
"""

from datetime import datetime, timedelta
from math import ceil
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, select

from gateway.login.caller import Caller
from gateway.login.refused import TooManyTries
from gateway.login.security_log import note
from models.access import FailedLogIn
from models.database import one_at_a_time
from models.settings import settings

MOST_PURGED = 1000
LONGEST_ACCOUNT = 32


def hold(session: Session, account: str, caller: Caller, now: datetime) -> TooManyTries | None:
    """Keep others from trying at the same time until this transaction ends; why this one may not try, if so.

    The account first, then the address: so no two wait for each other. Parallel tries come one after the other, and
    each finds what those before it did.
    """
    one_at_a_time(session, f"tries at {account[:LONGEST_ACCOUNT]}")
    one_at_a_time(session, f"tries from {caller.network}")
    _purge(session, now)
    until = [each + _window() for each in _reached(session, account, caller) if each > now - _window()]
    return TooManyTries(ceil((max(until) - now).total_seconds())) if until else None


def count(session: Session, account: str, caller: Caller, now: datetime) -> None:
    """A wrong try, under `hold`; kept by the caller's commit."""
    session.add(FailedLogIn(account=account[:LONGEST_ACCOUNT], address=caller.network, at=now))
    session.flush()
    if _reached(session, account, caller):
        note(session, now, "throttled", account[:LONGEST_ACCOUNT], caller.address)


def _reached(session: Session, account: str, caller: Caller) -> list[datetime]:
    """When the try was made that has to be forgotten before another may be made; for the account, and the address."""
    of_account = _last(FailedLogIn.account == account[:LONGEST_ACCOUNT], settings().failed_log_ins)
    from_address = _last(FailedLogIn.address == caller.network, settings().failed_log_ins_per_address)
    return [at for at in (session.scalar(of_account), session.scalar(from_address)) if at]


def _last(which: Any, most: int) -> Any:
    return select(FailedLogIn.at).where(which).order_by(col(FailedLogIn.at).desc()).offset(most - 1).limit(1)


def _purge(session: Session, now: datetime) -> None:
    old = select(FailedLogIn.no).where(FailedLogIn.at <= now - _window()).limit(MOST_PURGED)
    old = old.with_for_update(skip_locked=True)  # someone else takes those away at this moment
    session.execute(delete(FailedLogIn).where(col(FailedLogIn.no).in_(old)))


def _window() -> timedelta:
    return timedelta(minutes=settings().failed_log_in_minutes)
