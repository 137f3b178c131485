"""What `oa verify` looks at, in order: numbers, each request with its papers, references, daily heads, leftovers."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlmodel import Session, col, select

from models.archive import ArchiveEntry, PrintedCopy
from models.dangling import dangling
from models.finding import Finding
from models.gaps import gaps
from models.next_stop import NotAwaited
from models.papers import Sheet, Signature
from models.record import Request
from ops.check import copies_due
from ops.heads_check import heads_faults
from printouts.evidence.request import Papers, request_faults
from printouts.evidence.rows import every_request, records
from printouts.filing.archive_check import Fault, orphans

LOOKED_AT = ("requests", "entries", "sheets", "signatures", "attachments")
LEFT = {Fault.unfinished: "写了一半的文件", Fault.unreferenced: "没有登记的文件"}


@dataclass
class Counted:
    """What was looked at."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(LOOKED_AT, 0))

    def add(self, **more: int) -> None:
        for name, number in more.items():
            self.counts[name] += number


def findings(session: Session, counted: Counted, now: datetime, heads: Path | None = None) -> Iterator[Finding]:
    """Everything that is wrong, each row once, as it is found; what was looked at goes into `counted`.

    Args:
        heads: the folder with the daily heads; none: they are not looked at.
    """
    told = set()
    for finding in _all(session, counted, now, heads):
        if (finding.table, finding.row) not in told:
            told.add((finding.table, finding.row))
            yield finding


def _all(session: Session, counted: Counted, now: datetime, heads: Path | None) -> Iterator[Finding]:
    yield from gaps(session)
    for ids in every_request(session):
        yield from _some(session, ids, counted)
    yield from dangling(session)
    if heads:
        yield from heads_faults(session, heads)
    for each in orphans(session, now):
        yield Finding("file", each.path, LEFT[each.fault], harmless=True)


def _some(session: Session, ids: list[UUID], counted: Counted) -> Iterator[Finding]:
    papers = _papers(session, ids)
    _due(session, ids, papers)
    for request_id, record in records(session, ids).items():
        mine = papers[request_id]
        counted.add(requests=1, entries=len(record["journal"]), attachments=len(record["attachments"]))
        counted.add(sheets=len(mine.filed), signatures=sum(signature is not None for _, signature in mine.filed))
        yield from request_faults(record, mine)
    session.expunge_all()


def _papers(session: Session, ids: list[UUID]) -> dict[UUID, Papers]:
    papers = {request_id: Papers() for request_id in ids}
    of = col(Sheet.request_id).in_(ids)
    sheets = select(Sheet, Signature).outerjoin(Signature, col(Signature.sheet_id) == Sheet.id)
    for sheet, signature in session.exec(sheets.where(of).order_by(col(Sheet.copy_kind))):
        papers[sheet.request_id].filed.append((sheet, signature))
    copies = select(Sheet.request_id, PrintedCopy).join(PrintedCopy, col(PrintedCopy.sheet_id) == Sheet.id)
    for request_id, copy in session.exec(copies.where(of).order_by(col(PrintedCopy.copy_no))):
        papers[request_id].copies.append(copy)
    entries = select(Sheet.request_id, ArchiveEntry).join(ArchiveEntry, col(ArchiveEntry.sheet_id) == Sheet.id)
    for request_id, entry in session.exec(entries.where(of)):
        papers[request_id].entries.append(entry)
    return papers


def _due(session: Session, ids: list[UUID], papers: Mapping[UUID, Papers]) -> None:
    """Of requests that are carried out so far; where what was said does not fit the route, nothing can be told."""
    carried = select(Request).where(col(Request.id).in_(ids), col(Request.carried_seq) >= col(Request.wake_seq))
    for request in session.exec(carried):
        with suppress(NotAwaited, LookupError, ValueError):
            papers[request.id].due = copies_due(session, request)
