"""The register (登记簿): every filed sheet of the requests in a person's register, a line each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from flows.engine.kind import kinds
from flows.engine.rules import rules_of
from gateway.login.identity import Me
from gateway.register.sought import Filed, Paper, Sought, conditions
from gateway.visibility import registered_for
from gateway.workbench.lists import PAGE, state_in_words
from models.archival import retention_code, retention_in_words
from models.archive import ArchiveEntry, PrintedCopy
from models.organisation import Person
from models.papers import Sheet, Signature
from models.record import Request, Status
from models.settings import settings
from printouts.filing.sheets import OnFile

AT_A_TIME = 500  # rows read from the database while a file is written
FILING_ORDER = (col(Request.prefix), col(Request.year), col(Request.serial), col(Filed.copy_kind))
ARCHIVE_ORDER = (
    *(col(each).nulls_last() for each in (ArchiveEntry.fonds, ArchiveEntry.year, ArchiveEntry.retention)),
    *(col(each) for each in (ArchiveEntry.department, ArchiveEntry.item_no)),
    *FILING_ORDER,
)
NEWEST_FIRST = (col(Filed.filed_at).desc(), *FILING_ORDER)


@dataclass(frozen=True)
class Line:
    """A filed sheet as the register has it; moments in the office's zone."""

    sheet: Sheet
    signature: Signature | None
    entry: ArchiveEntry | None
    number: str
    applicant: str
    department: str
    kind: str
    copy: str  # 归档联, 派车联
    status: Status
    outcome: str
    finished_at: datetime | None
    retention: str  # 10年, 永久
    copies: int  # printed

    @property
    def file(self) -> OnFile:
        """What lies in the archive: the one that carries the signature, if there is one."""
        return self.signature or self.sheet

    @property
    def paper(self) -> Paper:
        if self.entry:
            return Paper.archived
        return Paper.printed if self.copies else Paper.unprinted

    @property
    def pages(self) -> int:
        return self.entry.pages if self.entry else self.sheet.pages

    @property
    def archival_code(self) -> str:
        """档号, once the paper is filed."""
        return self.entry.code if self.entry else ""


def count(session: Session, me: Me, sought: Sought, *more: Any) -> int:
    return (
        session.scalar(_in_register(me, sought, *more).with_only_columns(func.count(), maintain_column_froms=True)) or 0
    )


def page_of(session: Session, me: Me, sought: Sought, number: int) -> Sequence[Line]:
    """A page of them, the newest first. Their ids first: so the database sorts nothing wider."""
    ids = _in_register(me, sought).with_only_columns(col(Filed.id), maintain_column_froms=True)
    here = session.scalars(ids.order_by(*NEWEST_FIRST).offset((number - 1) * PAGE).limit(PAGE)).all()
    return list(every(session, me, Sought(), NEWEST_FIRST, col(Filed.id).in_(here)))


def every(session: Session, me: Me, sought: Sought, order: Sequence[Any], *more: Any) -> Iterator[Line]:
    """All of them, read a few at a time; what was read before is forgotten."""
    found = _in_register(me, sought, *more).order_by(*order).execution_options(yield_per=AT_A_TIME)
    for row in session.execute(found):
        yield _line(session, *row)


def _in_register(me: Me, sought: Sought, *more: Any) -> Any:
    copies = select(func.count(col(PrintedCopy.id))).where(PrintedCopy.sheet_id == Filed.id).scalar_subquery()
    return (
        select(Filed, Request, Person.name, Signature, ArchiveEntry, copies)  # type: ignore[call-overload]  # six
        .join(Request, col(Request.id) == Filed.request_id)
        .join(Person, col(Person.account) == Request.initiator)
        .outerjoin(Signature, col(Signature.sheet_id) == Filed.id)
        .outerjoin(ArchiveEntry, col(ArchiveEntry.sheet_id) == Filed.id)
        .where(registered_for(me), *conditions(sought), *more)
    )


def _line(
    session: Session,
    sheet: Sheet,
    request: Request,
    name: str,
    signature: Signature | None,
    entry: ArchiveEntry | None,
    copies: int,
) -> Line:
    kind = kinds()[request.kind]
    years = kind.retention(kind.read(request.form), rules_of(session, kind, request.rule_version))
    return Line(
        sheet,
        signature,
        entry,
        request.number,
        name,
        request.department,
        kind.title,
        kind.copy_title(sheet.copy_kind),
        request.status,
        state_in_words(request.status),
        request.finished_at.astimezone(settings().zone) if request.finished_at else None,
        retention_in_words(entry.retention if entry else retention_code(years)),
        copies,
    )
