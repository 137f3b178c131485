"""查验: whether a paper is what was filed, for anyone who holds it. It tells nothing that is not asked of a sheet.

Who does not know the check code learns nothing: a wrong code and a number that is none are answered the same.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from flows.engine.kind import kinds
from gateway.workbench.lists import state_in_words
from models.archive import PrintedCopy
from models.check_codes import read_code, read_hash, read_number
from models.papers import Sheet, Signature, new_code
from models.record import JournalEntry, Request
from models.refusals import Invalid

MOST_COPIES = 1_000_000
NO_SUCH_CODE = new_code()  # compared with where there is no sheet: the answer takes as long


class Signed(StrEnum):
    signed = "signed"
    trial = "trial"  # by a certificate made for trials
    waiting = "waiting"  # 待补签


@dataclass(frozen=True)
class Asked:
    """What stands on the paper, and of a file its hash; not asked: None."""

    number: str
    code: str  # "" is nobody's
    copy_no: int | None = None
    sha256: str | None = None


@dataclass(frozen=True)
class Genuine:
    """What is told of a sheet; `printed` and `filed` answer what was asked about the copy and the file."""

    number: str
    copy: str  # 归档联, 派车联
    outcome: str
    outcome_at: datetime | None
    revoked_at: datetime | None
    signed: Signed
    printed: bool | None
    filed: bool | None


def read_asked(number: str, code: str, copy_no: str, sha256: str) -> Asked:
    """As typed, in whatever spelling.

    Raises:
        Invalid: nothing was asked, the copy is no number, the hash no SHA-256. A wrong code is not refused here.
    """
    faults = {}
    if not number.strip():
        faults["number"] = "编号：请按纸面上的编号填写，如 QJ-2026-000123"
    if not code.strip():
        faults["code"] = "校验码：请填写纸面上二维码旁的 12 位校验码"
    if copy_no.strip() and _counted(copy_no) is None:
        faults["copy"] = "份号：应为整数，如 2"
    if sha256.strip() and read_hash(sha256) is None:
        faults["sha256"] = "文件的 SHA-256：应为 64 位十六进制数"
    if faults:
        raise Invalid(
            "；".join(faults.values()), fields={name: told.partition("：")[2] for name, told in faults.items()}
        )
    return Asked(read_number(number), read_code(code), _counted(copy_no), read_hash(sha256))


def genuine(session: Session, asked: Asked) -> Genuine | None:
    """The sheet with this number and code; None: there is none."""
    found = session.exec(
        select(Sheet, Request)
        .join(Request, col(Request.id) == Sheet.request_id)
        .where(Request.number == asked.number)
        .order_by(col(Sheet.copy_kind))
    ).all()
    codes = [sheet.code for sheet, _ in found] or [NO_SUCH_CODE]
    same = [hmac.compare_digest(code, asked.code) for code in codes]
    if not found or True not in same:
        return None
    return _told(session, *found[same.index(True)], asked)


def _told(session: Session, sheet: Sheet, request: Request, asked: Asked) -> Genuine:
    signature = session.get(Signature, sheet.id)
    return Genuine(
        request.number,
        kinds()[request.kind].copy_title(sheet.copy_kind),
        state_in_words(request.status),
        request.finished_at,
        _revoked_at(session, request),
        _signed(signature),
        None if asked.copy_no is None else _printed(session, sheet, asked.copy_no),
        None if asked.sha256 is None else asked.sha256 in {sheet.sha256, signature.sha256 if signature else ""},
    )


def _signed(signature: Signature | None) -> Signed:
    if signature is None:
        return Signed.waiting
    return Signed.trial if signature.trial else Signed.signed


def _revoked_at(session: Session, request: Request) -> datetime | None:
    """通过后撤销: when, if it was."""
    revoked = JournalEntry.request_id == request.id, JournalEntry.act == "revoked"
    return session.exec(select(JournalEntry.at).where(*revoked)).first()


def _printed(session: Session, sheet: Sheet, copy_no: int) -> bool:
    this = PrintedCopy.sheet_id == sheet.id, PrintedCopy.copy_no == copy_no
    return session.exec(select(PrintedCopy.id).where(*this)).first() is not None


def _counted(copy_no: str) -> int | None:
    digits = copy_no.strip()
    return int(digits) if digits.isdecimal() and len(digits) < 8 and int(digits) <= MOST_COPIES else None
