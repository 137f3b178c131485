"""One request with all its papers: journal, rows, filed sheets, attachments. What is wrong, the first bad row first."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from models.archive import ArchiveEntry, PrintedCopy
from models.finding import Finding
from models.papers import Sheet, Signature
from models.settings import settings
from printouts.evidence.chain import broken_chain
from printouts.evidence.differences import differences, journal_differences
from printouts.evidence.files import file_fault
from printouts.evidence.paper import paper_faults
from printouts.evidence.sections import ATTACHMENTS, Record, of_request
from printouts.evidence.sheets import sheet_faults
from printouts.evidence.signatures import late_ones_missing
from printouts.evidence.testimony import contradictions


@dataclass
class Papers:
    """Of one request: its sheets, each with its signature; the copies printed of them; what was checked off."""

    filed: list[tuple[Sheet, Signature | None]] = field(default_factory=list)
    copies: list[PrintedCopy] = field(default_factory=list)
    entries: list[ArchiveEntry] = field(default_factory=list)
    due: list[str] = field(default_factory=list)  # copies that must have been filed by now


def request_faults(record: Record, papers: Papers) -> Iterator[Finding]:
    """A row may be told of more than once.

    Args:
        record: as the database has it.
    """
    recorded: list[Record] = []
    for sheet, signature in papers.filed:
        yield from sheet_faults(sheet, signature, record["request"]["number"], recorded)
    known = {entry["seq"]: entry["hash"] for then in recorded for entry in then["journal"]}
    yield from chain.from_iterable(journal_differences(then, record) for then in recorded)
    yield from broken_chain(record, known)
    yield from _understood(record, papers)
    yield from late_ones_missing(record, papers.filed)
    yield from chain.from_iterable(differences(then, record) for then in recorded)
    yield from attachment_faults(record)


def _understood(record: Record, papers: Papers) -> Iterator[Finding]:
    try:
        yield from contradictions(record)
        yield from _missing(record, papers)
        yield from paper_faults(record, papers.copies, papers.entries)
    except (LookupError, TypeError, ValueError) as error:
        yield of_request(record, f"办理记录的内容不完整，无法与各表核对（{error}）")


def _missing(record: Record, papers: Papers) -> Iterator[Finding]:
    number, there = record["request"]["number"], {sheet.copy_kind for sheet, _ in papers.filed}
    for copy in sorted(set(papers.due) - there):
        yield Finding("sheet", f"{number} {copy}", "缺失：应已归档")


def attachment_faults(record: Record) -> Iterator[Finding]:
    """Attached files that are missing or changed."""
    for row in record["attachments"]:
        path = (settings().files / row["sha256"][:2] / row["sha256"]).relative_to(settings().data)
        if fault := file_fault(Path(path), row["sha256"], row["size"]):
            yield ATTACHMENTS.finding(record, row, fault)
