"""Signing a drawn sheet: what comes of it, and why it may have to wait (待补签)."""

from dataclasses import dataclass
from datetime import datetime

from models.settings import settings


class KeyAway(Exception):
    """Nothing can be signed now: why, and what to do. Sheets are filed unsigned until it can."""


@dataclass(frozen=True)
class Signed:
    """The drawn bytes and, after them, the signature; and whose it is."""

    pdf: bytes
    certificate: str  # its SHA-256
    subject: str
    trial: bool
    timestamped: bool
    signed_at: datetime


def sign(pdf: bytes, now: datetime) -> Signed:
    """Sign a PDF that is not signed yet; nothing is to be seen of it on the page.

    Raises:
        KeyAway: key or timestamp server cannot be had.
    """
    from printouts.signing.pades import (
        sign as signed,  # with the first sheet: pyHanko is 15 MB and a second of importing
    )

    return signed(pdf, now)


def only_for_trial() -> bool:
    """Whether sheets are signed with a certificate of our own making, since no other is set."""
    return not (settings().sign_pkcs11 or settings().sign_file)
