"""What `oa verify` looks at, in order: numbers, each request with its papers, references, leftovers."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from models.dangling import dangling
from models.finding import Finding
from models.gaps import gaps
from models.next_stop import NotAwaited
from models.papers import Sheet, Signature
from models.record import Request
from ops.check import copies_due
from printouts.archive_check import Fault, orphans
from printouts.evidence.request import request_faults
from printouts.evidence.rows import every_request, records

LOOKED_AT = ("requests", "entries", "sheets", "signatures", "attachments")
Filed = dict[UUID, list[tuple[Sheet, Signature | None]]]  # by request
LEFT = {Fault.unfinished: "写了一半的文件", Fault.unreferenced: "没有登记的文件"}


@dataclass
class Counted:
    """What was looked at."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(LOOKED_AT, 0))

    def add(self, **more: int) -> None:
        for name, number in more.items():
            self.counts[name] += number


def findings(session: Session, counted: Counted, now: datetime) -> Iterator[Finding]:
    """Everything that is wrong, as it is found; what was looked at goes into `counted`."""
    yield from gaps(session)
    for ids in every_request(session):
        yield from _some(session, ids, counted)
    yield from dangling(session)
    yield from _leftovers(session, now)


def _some(session: Session, ids: list[UUID], counted: Counted) -> Iterator[Finding]:
    filed: Filed = {}
    sheets = select(Sheet, Signature).outerjoin(Signature, col(Signature.sheet_id) == Sheet.id)
    for sheet, signature in session.exec(sheets.where(col(Sheet.request_id).in_(ids)).order_by(col(Sheet.copy_kind))):
        filed.setdefault(sheet.request_id, []).append((sheet, signature))
    for request_id, record in records(session, ids).items():
        papers = filed.get(request_id, [])
        counted.add(requests=1, entries=len(record["journal"]), attachments=len(record["attachments"]))
        counted.add(sheets=len(papers), signatures=sum(signature is not None for _, signature in papers))
        yield from request_faults(record, papers)
    yield from _missing_sheets(session, ids, filed)
    session.expunge_all()


def _missing_sheets(session: Session, ids: list[UUID], filed: Filed) -> Iterator[Finding]:
    """Of requests that are carried out so far."""
    carried = select(Request).where(col(Request.id).in_(ids), col(Request.carried_seq) >= col(Request.wake_seq))
    for request in session.exec(carried.order_by(col(Request.number))):
        there = {sheet.copy_kind for sheet, _ in filed.get(request.id, [])}
        try:
            due = set(copies_due(session, request))
        except (NotAwaited, LookupError, ValueError):
            yield Finding("request", request.number, "在案的意见不合流程，无法判断应归档几份")
        else:
            yield from (Finding("sheet", f"{request.number} {copy}", "缺失：应已归档") for copy in sorted(due - there))


def _leftovers(session: Session, now: datetime) -> Iterator[Finding]:
    """Files in the archive that no row names."""
    for each in orphans(session, now):
        yield Finding("file", each.path, LEFT[each.fault], harmless=True)
