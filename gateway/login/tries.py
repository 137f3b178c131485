"""Wrong tries at passwords and codes: so many for one account, and from one address, then the door waits (ASVS 6.3.1).

Whether there is such an account makes no difference.
"""

from datetime import datetime, timedelta

from sqlmodel import Session

from gateway.login.caller import Caller
from gateway.login.refused import TooManyTries
from gateway.login.security_log import note
from gateway.throttle import Bound, reached
from gateway.throttle import hold as held
from models.access import FailedLogIn
from models.settings import settings

LONGEST_ACCOUNT = 32


def hold(session: Session, account: str, caller: Caller, now: datetime) -> TooManyTries | None:
    """Keep others from trying at the same time until this transaction ends; why this one may not try, if so."""
    window = timedelta(minutes=settings().failed_log_in_minutes)
    seconds = held(session, FailedLogIn, _bounds(account, caller), window, now)
    return TooManyTries(seconds) if seconds else None


def count(session: Session, account: str, caller: Caller, now: datetime) -> None:
    """A wrong try, under `hold`; kept by the caller's commit."""
    session.add(FailedLogIn(account=account[:LONGEST_ACCOUNT], address=caller.network, at=now))
    session.flush()
    if reached(session, FailedLogIn, _bounds(account, caller)):
        note(session, now, "throttled", account[:LONGEST_ACCOUNT], caller.address)


def _bounds(account: str, caller: Caller) -> tuple[Bound, Bound]:
    return (
        Bound(FailedLogIn.account, account[:LONGEST_ACCOUNT], settings().failed_log_ins),
        Bound(FailedLogIn.address, caller.network, settings().failed_log_ins_per_address),
    )
