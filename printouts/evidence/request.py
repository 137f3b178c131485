"""One request with all its papers: journal, rows, filed sheets, attachments. What is wrong, the first bad row first."""

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from models.finding import Finding
from models.papers import Sheet, Signature
from models.settings import settings
from printouts.evidence.chain import broken_chain
from printouts.evidence.differences import differences, journal_differences
from printouts.evidence.files import file_fault
from printouts.evidence.sections import ATTACHMENTS, Record, of_request
from printouts.evidence.sheets import sheet_faults
from printouts.evidence.signatures import late_ones_missing
from printouts.evidence.testimony import contradictions


def request_faults(record: Record, filed: Sequence[tuple[Sheet, Signature | None]]) -> Iterator[Finding]:
    """Each bad row once.

    Args:
        record: as the database has it.
        filed: its sheets and their signatures.
    """
    told = set()
    for finding in _all(record, filed):
        if (finding.table, finding.row) not in told:
            told.add((finding.table, finding.row))
            yield finding


def _all(record: Record, filed: Sequence[tuple[Sheet, Signature | None]]) -> Iterator[Finding]:
    recorded: list[Record] = []
    for sheet, signature in filed:
        yield from sheet_faults(sheet, signature, record["request"]["number"], recorded)
    known = {entry["seq"]: entry["hash"] for then in recorded for entry in then["journal"]}
    yield from chain.from_iterable(journal_differences(then, record) for then in recorded)
    yield from broken_chain(record, known)
    yield from _understood(record)
    yield from late_ones_missing(record, filed)
    yield from chain.from_iterable(differences(then, record) for then in recorded)
    yield from attachment_faults(record)


def _understood(record: Record) -> Iterator[Finding]:
    try:
        yield from contradictions(record)
    except (LookupError, TypeError, ValueError) as error:
        yield of_request(record, f"办理记录的内容不完整，无法与各表核对（{error}）")


def attachment_faults(record: Record) -> Iterator[Finding]:
    """Attached files that are missing or changed."""
    for row in record["attachments"]:
        path = (settings().files / row["sha256"][:2] / row["sha256"]).relative_to(settings().data)
        if fault := file_fault(Path(path), row["sha256"], row["size"]):
            yield ATTACHMENTS.finding(record, row, fault)
