"""What lies at the print desk: filed sheets of the requests that a person may see, in filing order."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Select, and_, cast, exists, true
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from flows.engine.kind import ARCHIVE, kinds
from gateway.login.identity import Me
from gateway.visibility import visible_to
from gateway.workbench.lists import state_in_words
from models.archive import ArchiveEntry, Layout, PrintedCopy
from models.organisation import Person
from models.papers import Sheet, Signature
from models.record import Request
from models.settings import settings
from printouts.printing.bundle import Entry, Listed

MOST = 500  # sheets shown, and printed, at a time
Lying = aliased(Sheet)  # `visible_to` asks about sheets too
Printer = aliased(Person)
LAST = (  # its last copy; numbers are gapless, so that is how many there are
    select(PrintedCopy.copy_no, PrintedCopy.printed_at, PrintedCopy.printed_by)
    .where(PrintedCopy.sheet_id == Lying.id)
    .order_by(col(PrintedCopy.copy_no).desc())
    .limit(1)
    .lateral("last_copy")
)


class View(StrEnum):
    new = "new"  # 今天新办结
    unfiled = "unfiled"  # 已打印未归档
    all = "all"  # 全部


@dataclass(frozen=True)
class Sought:
    """Sheets filed from one day to another, both included; none, or an empty text: whatever it is."""

    since: date | None = None
    until: date | None = None
    kind: str = ""
    number: str = ""
    view: View = View.all


@dataclass(frozen=True)
class Row:
    """A sheet at the desk: its copies on paper so far, and 档号 once it is checked off as filed."""

    listed: Listed
    copies: int = 0
    printed_at: datetime | None = None
    printed_by: str = ""
    whole: bool = False  # whether one of them is of the full layout
    code: str = ""

    @property
    def state(self) -> str:
        if self.listed.sheet.copy_kind != ARCHIVE.key:
            return "不归档"
        if self.code:
            return "已归档"
        return "已打印未归档" if self.whole else "未打印全文" if self.copies else "未打印"


def printed_in_full(sheet: Any) -> Any:
    """The condition that holds for a sheet of which there is a whole copy on paper: an excerpt is not filed."""
    return exists().where(col(PrintedCopy.sheet_id) == sheet, col(PrintedCopy.layout) == Layout.full)


def lying(session: Session, me: Me, sought: Sought) -> tuple[list[Row], int]:
    """The first `MOST` of them in filing order, and how many there are."""
    found = _sheets().where(visible_to(me), *_narrowing(sought))
    total = session.exec(select(func.count()).select_from(found.subquery())).one()
    copies = col(LAST.c.copy_no), col(LAST.c.printed_at), col(Printer.name), printed_in_full(Lying.id), ArchiveEntry
    shown = (
        found.add_columns(*copies)
        .join(LAST, true(), isouter=True)
        .outerjoin(Printer, col(Printer.account) == LAST.c.printed_by)
        .outerjoin(ArchiveEntry, col(ArchiveEntry.sheet_id) == Lying.id)
    )
    return [_row(*each) for each in session.execute(shown.limit(MOST))], total


def chosen(session: Session, me: Me, sheets: Collection[UUID]) -> list[Listed]:
    """Those of these sheets that this person may see, in filing order."""
    return listed(session, visible_to(me), col(Lying.id).in_(sheets))


def listed(session: Session, *conditions: Any) -> list[Listed]:
    """The sheets, as `Lying`, for which all of these hold, in filing order."""
    return [_listed(*each) for each in session.execute(_sheets().where(*conditions))]


def _sheets() -> Select[Any]:
    """By number, the copies of one together."""
    return (
        select(Lying, Signature, Request, Person.name)
        .outerjoin(Signature, col(Signature.sheet_id) == Lying.id)
        .join(Request, col(Request.id) == Lying.request_id)
        .join(Person, col(Person.account) == Request.initiator)
        .order_by(col(Request.prefix), col(Request.year), col(Request.serial), col(Lying.copy_kind))
    )


def _narrowing(sought: Sought) -> list[Any]:
    asked, filed_on = [], cast(func.timezone(settings().timezone, col(Lying.filed_at)), Date)
    if sought.since:
        asked.append(filed_on >= sought.since)
    if sought.until:
        asked.append(filed_on <= sought.until)
    if sought.kind:
        asked.append(col(Request.kind) == sought.kind)
    if sought.number:
        asked.append(col(Request.number).icontains(sought.number, autoescape=True))
    if sought.view is View.unfiled:
        checked_off = exists().where(col(ArchiveEntry.sheet_id) == Lying.id).correlate(Lying)
        asked.append(and_(col(Lying.copy_kind) == ARCHIVE.key, printed_in_full(Lying.id), ~checked_off))
    return asked


def _row(
    sheet: Sheet,
    signature: Signature | None,
    request: Request,
    name: str,
    copies: int | None,
    printed_at: datetime | None,
    printed_by: str | None,
    whole: bool,
    filed: ArchiveEntry | None,
) -> Row:
    code = filed.code if filed else ""
    return Row(_listed(sheet, signature, request, name), copies or 0, printed_at, printed_by or "", whole, code)


def _listed(sheet: Sheet, signature: Signature | None, request: Request, name: str) -> Listed:
    kind = kinds()[request.kind]
    copies = {copy.key: copy.title for copy in kind.copies}
    filed_at = sheet.filed_at.astimezone(settings().zone)
    state = state_in_words(request.status)
    return Listed(
        sheet,
        Entry(
            request.number, copies[sheet.copy_kind], kind.title, name, request.department, state, sheet.pages, filed_at
        ),
        signature or sheet,
    )
