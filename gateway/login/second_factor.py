"""动态口令: one-time codes by time (TOTP, RFC 6238) as the second factor. A code is good once (ASVS 5.0, 6.5.1)."""

import hmac
import json
import unicodedata
from dataclasses import dataclass
from datetime import datetime

import pyotp
import segno
from cryptography.fernet import InvalidToken
from sqlmodel import Session, select

from gateway.login.identity import Me
from gateway.login.vault import vault
from models.access import SecondFactor
from models.refusals import Invalid, Refusal
from models.settings import settings

DRIFT = (-1, 0, 1)  # steps of 30 seconds that a phone's clock may be off
ENROLMENT_SECONDS = 15 * 60
MODULE_SIZE = 4  # pixels of a QR module


class FactorUnreadable(Refusal):
    """The key file is not the one that the secret was sealed with (503)."""

    status, code = 503, "factor_unreadable"


@dataclass(frozen=True)
class Enrolment:
    """A secret as shown once: as text, as a QR code (`data:` image), and sealed, to come back with the first code."""

    secret: str
    uri: str
    qr: str
    sealed: str


def has_factor(session: Session, account: str) -> bool:
    return session.exec(select(SecondFactor.account).where(SecondFactor.account == account)).first() is not None


def take(session: Session, account: str, code: str, now: datetime) -> bool:
    """Whether this is a code that the person's phone shows now, or one step off; it is not taken a second time.

    Raises:
        FactorUnreadable.
    """
    factor = session.exec(select(SecondFactor).where(SecondFactor.account == account).with_for_update()).first()
    if factor is None:
        return False
    try:
        secret = vault("second_factor").decrypt(factor.secret).decode()
    except InvalidToken:
        raise FactorUnreadable("动态口令的密钥文件与记录不符，暂时无法核对。请联系管理员。") from None
    step = _step(secret, code, now, factor.last_step)
    factor.last_step = step or factor.last_step
    return step is not None


def offer(me: Me) -> Enrolment:
    """A new secret for this person, good for the log-in that it is shown to."""
    return _shown(me, pyotp.random_base32())


def offered_again(me: Me, sealed: str) -> Enrolment:
    """The same one, after a wrong code. Raises Invalid."""
    return _shown(me, _unsealed(me, sealed))


def confirm(session: Session, me: Me, sealed: str, code: str, now: datetime) -> bool:
    """Keep the secret if the code fits. Raises Invalid: not offered to this log-in, or too long ago."""
    secret = _unsealed(me, sealed)
    step = _step(secret, code, now, 0)
    if step is not None:
        kept = vault("second_factor").encrypt(secret.encode()).decode()
        session.add(SecondFactor(account=me.account, secret=kept, confirmed_at=now, last_step=step))
    return step is not None


def _step(secret: str, code: str, now: datetime, after: int) -> int | None:
    """The time step of the code, if it is later than `after`."""
    totp, given = pyotp.TOTP(secret), unicodedata.normalize("NFKC", "".join(code.split()))
    steps = (totp.timecode(now) + drift for drift in DRIFT)
    fits = (each for each in steps if hmac.compare_digest(totp.generate_otp(each).encode(), given.encode()))
    return next((each for each in fits if each > after), None)


def _shown(me: Me, secret: str) -> Enrolment:
    uri = pyotp.TOTP(secret).provisioning_uri(name=me.account, issuer_name=f"{settings().organisation}办公审批")
    qr = segno.make(uri, micro=False).svg_data_uri(scale=MODULE_SIZE, border=2)
    sealed = vault("enrolment").encrypt(json.dumps([me.account, str(me.log_in), secret]).encode())
    return Enrolment(secret, uri, qr, sealed.decode())


def _unsealed(me: Me, sealed: str) -> str:
    try:
        account, log_in, secret = json.loads(vault("enrolment").decrypt(sealed.encode(), ENROLMENT_SECONDS))
    except InvalidToken:
        account = log_in = secret = None
    if (account, log_in) != (me.account, str(me.log_in)):
        raise Invalid("二维码：已过期，请刷新页面重新扫描。", fields={"sealed": "已过期，请重新扫描"})
    return str(secret)
