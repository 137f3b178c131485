"""Filing a drawn sheet, exactly once, whatever dies on the way (I4).

The file is written first, under its own hash, and the row of the record after it: a crash leaves at most a file that no
row names. Rows are unique per request and copy, so of two workers the second is given what the first has filed.
"""

import hashlib
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, select

from models.papers import Sheet, Signature, new_code
from models.refusals import Refusal
from models.settings import settings
from printouts.durable import keep


class SheetDamaged(Refusal):
    """The filed file is missing or is not what was filed."""

    status, code = 500, "sheet_damaged"

    def __init__(self, sheet: Sheet | Signature) -> None:
        super().__init__("归档的流程单文件缺失或已损坏，请联系管理员从备份恢复。", path=sheet.path, sha256=sheet.sha256)


def file_sheet(
    session: Session, request_id: UUID, copy_kind: str, pdf: bytes, pages: int, now: datetime, code: str | None = None
) -> Sheet:
    """File a sheet, or return the one that is filed already. The caller's transaction commits the row.

    Args:
        code: the check code that is printed on it; none: a new one.

    Raises:
        SheetDamaged: it was filed before, and that file is damaged and is not the same as `pdf`.
        OSError: the file could not be written; nothing is filed.
    """
    filed = filed_sheet(session, request_id, copy_kind)
    if filed:
        return _sound(filed, pdf)
    sha256 = hashlib.sha256(pdf).hexdigest()
    path = Path("archive", f"{now.astimezone(settings().zone).year}", sha256[:2], f"{sha256}.pdf")
    keep(settings().data / path, pdf)
    sheet = Sheet(
        request_id=request_id,
        copy_kind=copy_kind,
        code=code or new_code(),
        path=str(path),
        sha256=sha256,
        size=len(pdf),
        pages=pages,
        filed_at=now,
    )
    session.execute(
        insert(Sheet).values(sheet.model_dump()).on_conflict_do_nothing(index_elements=["request_id", "copy_kind"])
    )
    filed = filed_sheet(session, request_id, copy_kind)
    assert filed, "inserted, or another worker's that stopped ours"  # noqa: S101 - a row can be seen once it conflicts
    if filed.path != str(path):
        (settings().data / path).unlink(missing_ok=True)
    return filed


def read_sheet(sheet: Sheet | Signature) -> bytes:
    """The filed PDF, or the one that carries its signature, its hash checked. Raises SheetDamaged."""
    try:
        content = (settings().data / sheet.path).read_bytes()
    except OSError as error:
        raise SheetDamaged(sheet) from error
    if hashlib.sha256(content).hexdigest() != sheet.sha256:
        raise SheetDamaged(sheet)
    return content


def filed_sheet(session: Session, request_id: UUID, copy_kind: str) -> Sheet | None:
    return session.exec(select(Sheet).where(Sheet.request_id == request_id, Sheet.copy_kind == copy_kind)).first()


def _sound(filed: Sheet, pdf: bytes) -> Sheet:
    try:
        read_sheet(filed)
    except SheetDamaged:
        if hashlib.sha256(pdf).hexdigest() != filed.sha256:
            raise
        keep(settings().data / filed.path, pdf)  # the very same bytes: put back
    return filed
