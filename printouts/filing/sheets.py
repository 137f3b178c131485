"""Filing a drawn sheet, exactly once, whatever dies on the way (I4).

The file is written first, under its own hash, and the row of the record after it: a crash leaves at most a file that no
row names, which the next try clears away. Who files holds the lock of the request's row, so of two workers the second
is given what the first has filed.
"""

import hashlib
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from models.papers import Sheet, Signature, new_code
from models.record import Request
from models.refusals import Refusal
from models.settings import settings
from printouts.filing import tries
from printouts.filing.durable import keep
from printouts.signing.sign import Signed

OnFile = Sheet | Signature  # what names a file of the archive and its hash


class SheetDamaged(Refusal):
    """The filed file is missing or is not what was filed."""

    status, code = 500, "sheet_damaged"

    def __init__(self, filed: OnFile) -> None:
        super().__init__("归档的流程单文件缺失或已损坏，请联系管理员从备份恢复。", path=filed.path, sha256=filed.sha256)


def file_sheet(
    session: Session,
    request_id: UUID,
    copy_kind: str,
    pdf: bytes,
    pages: int,
    now: datetime,
    code: str | None = None,
    signed: Signed | None = None,
) -> Sheet:
    """File a sheet, or return the one that is filed already. The caller's transaction commits the row; see `settled`.

    Args:
        code: the check code that is printed on it; none: a new one.
        signed: what signing made of `pdf`; none: it is filed as it is (待补签).

    Raises:
        SheetDamaged: it was filed before, and that file is damaged and is not the same as `pdf`.
        OSError: the file could not be written; nothing is filed.
    """
    _lock(session, request_id)
    filed = filed_sheet(session, request_id, copy_kind)
    if filed:
        return _sound(filed, pdf)
    file = _keep(session, f"{request_id}-{copy_kind}", signed.pdf if signed else pdf, now)
    sheet = Sheet(
        request_id=request_id, copy_kind=copy_kind, code=code or new_code(), pages=pages, filed_at=now, **file
    )
    _add(session, sheet)
    if signed:
        _add(session, _signature(sheet, signed, file))
    return sheet


def keep_signature(session: Session, sheet: Sheet, signed: Signed) -> bool:
    """What late signing made of a filed sheet, as a file of its own; False if it was signed meanwhile.

    The caller's transaction commits the row; see `settled`. Raises OSError: nothing is kept.
    """
    _lock(session, sheet.request_id)
    if session.get(Signature, sheet.id):
        return False
    _add(session, _signature(sheet, signed, _keep(session, f"{sheet.id}-signed", signed.pdf, sheet.filed_at)))
    return True


def settled(sheet: Sheet) -> None:
    """The rows of a sheet are committed: no later try has anything of it to clear away."""
    tries.end(f"{sheet.request_id}-{sheet.copy_kind}")
    tries.end(f"{sheet.id}-signed")


def read_sheet(filed: OnFile) -> bytes:
    """The PDF that was filed, or that carries the signature, its hash checked. Raises SheetDamaged."""
    try:
        content = (settings().data / filed.path).read_bytes()
    except OSError as error:
        raise SheetDamaged(filed) from error
    if hashlib.sha256(content).hexdigest() != filed.sha256:
        raise SheetDamaged(filed)
    return content


def newest(session: Session, sheets: Collection[Sheet]) -> dict[UUID, OnFile]:
    """By sheet, the file that is handed out: the signed one once there is one, else (待补签) the one that was filed."""
    if not sheets:
        return {}
    signatures = session.exec(select(Signature).where(col(Signature.sheet_id).in_([each.id for each in sheets])))
    return {each.id: each for each in sheets} | {each.sheet_id: each for each in signatures}


def filed_sheet(session: Session, request_id: UUID, copy_kind: str) -> Sheet | None:
    return session.exec(select(Sheet).where(Sheet.request_id == request_id, Sheet.copy_kind == copy_kind)).first()


def _lock(session: Session, request_id: UUID) -> None:
    session.exec(select(Request.id).where(Request.id == request_id).with_for_update()).one()


def _keep(session: Session, what: str, content: bytes, when: datetime) -> dict[str, Any]:
    """Where it lies, its hash and its size, as rows name them."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = Path("archive", f"{when.astimezone(settings().zone).year}", sha256[:2], f"{sha256}.pdf")
    tries.begin(session, what, path)
    keep(settings().data / path, content)
    return {"path": str(path), "sha256": sha256, "size": len(content)}


def _signature(sheet: Sheet, signed: Signed, file: dict[str, Any]) -> Signature:
    return Signature(
        sheet_id=sheet.id,
        certificate=signed.certificate,
        subject=signed.subject,
        trial=signed.trial,
        timestamped=signed.timestamped,
        signed_at=signed.signed_at,
        **file,
    )


def _add(session: Session, row: OnFile) -> None:
    session.add(row)
    session.flush()


def _sound(filed: Sheet, pdf: bytes) -> Sheet:
    try:
        read_sheet(filed)
    except SheetDamaged:
        if hashlib.sha256(pdf).hexdigest() != filed.sha256:
            raise
        keep(settings().data / filed.path, pdf)  # the very same bytes: put back
    return filed
