"""Filed sheets, as the flow, the print desk and the clerk leave them."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, func, select, update

from models.archive import ArchiveEntry, Layout, PrintedCopy
from models.database import engine, transaction
from models.papers import Sheet, Signature
from models.record import Request
from models.settings import settings
from printouts.filing.sheets import file_sheet
from tests.gateway.office import CLERK, SECTION_HEAD, TEACHER, leave
from tests.printouts.papers import paper


@dataclass(frozen=True)
class OnPaper:
    """What stands on a paper."""

    number: str
    code: str
    id: UUID
    sha256: str

    @property
    def address(self) -> str:
        """Where its QR code leads."""
        return f"/check?number={self.number}&code={self.code[:4]}-{self.code[4:8]}-{self.code[8:]}"


def filed(**form: Any) -> OnPaper:
    """A leave of a day, approved and filed."""
    number = TEACHER.submit("leave", leave(**form))
    SECTION_HEAD.decide(number, "finish")
    return file(number)


def file(number: str, copy_kind: str = "archive") -> OnPaper:
    """As the flow would."""
    with transaction() as session:
        request = session.exec(select(Request).where(Request.number == number)).one()
        sheet = file_sheet(session, request.id, copy_kind, paper(1) + number.encode(), 1, datetime.now(UTC))
        return OnPaper(number, sheet.code, sheet.id, sheet.sha256)


def signed(leaf: OnPaper, *, trial: bool = False) -> str:
    """The file that carries the signature is another one; its hash."""
    pdf = paper(1) + f"{leaf.number} signed".encode()
    sha256 = hashlib.sha256(pdf).hexdigest()
    with transaction() as session:
        path = f"archive/{sha256}.pdf"
        (settings().data / path).write_bytes(pdf)
        about: dict[str, Any] = {
            "subject": "天辰学院",
            "trial": trial,
            "timestamped": False,
            "signed_at": datetime.now(UTC),
        }
        kept: dict[str, Any] = {"path": path, "sha256": sha256, "size": len(pdf), "certificate": "0" * 64}
        session.add(Signature(sheet_id=leaf.id, **kept, **about))
    return sha256


def printed(leaf: OnPaper, copy_no: int = 1) -> None:
    with transaction() as session:
        by: dict[str, Any] = {"printed_by": CLERK.account, "printed_at": datetime.now(UTC)}
        session.add(PrintedCopy(sheet_id=leaf.id, copy_no=copy_no, layout=Layout.full, **by))


def archived(leaf: OnPaper, year: int = 2026) -> ArchiveEntry:
    """Printed, and checked off as the next item."""
    printed(leaf)
    place: dict[str, Any] = {"fonds": "Z109", "year": year, "department": "信息工程系", "retention": "D10"}
    with transaction() as session:
        last = select(func.max(ArchiveEntry.item_no)).where(*(getattr(ArchiveEntry, n) == v for n, v in place.items()))
        by: dict[str, Any] = {"pages": 3, "filed_by": CLERK.account, "filed_at": datetime.now(UTC)}
        entry = ArchiveEntry(sheet_id=leaf.id, item_no=(session.exec(last).one() or 0) + 1, **place, **by)
        session.add(entry)
    return entry


def finished(leaf: OnPaper, when: datetime) -> None:
    """As if it had been then."""
    with transaction() as session:
        session.execute(update(Request).where(col(Request.number) == leaf.number).values(finished_at=when))


def damaged(leaf: OnPaper) -> None:
    """What lies there is not what was filed."""
    with Session(engine()) as session:
        file = settings().data / session.get_one(Sheet, leaf.id).path
    file.unlink()
    file.write_bytes(b"%PDF-1.7 another")
