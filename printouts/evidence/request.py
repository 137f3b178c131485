"""One request with all its papers: journal, rows, filed sheets, attachments. What is wrong, the first bad row first."""

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from models.finding import Finding
from models.papers import Sheet
from models.settings import settings
from printouts.evidence.chain import broken_chain
from printouts.evidence.differences import differences, journal_differences
from printouts.evidence.files import file_fault
from printouts.evidence.sections import ATTACHMENTS, Record, of_request
from printouts.evidence.sheets import sheet_faults
from printouts.evidence.testimony import contradictions


def request_faults(record: Record, sheets: Sequence[Sheet]) -> Iterator[Finding]:
    """Each bad row once.

    Args:
        record: as the database has it.
        sheets: filed of it.
    """
    told = set()
    for finding in _all(record, sheets):
        if (finding.table, finding.row) not in told:
            told.add((finding.table, finding.row))
            yield finding


def _all(record: Record, sheets: Sequence[Sheet]) -> Iterator[Finding]:
    filed: list[Record] = []
    for sheet in sheets:
        yield from sheet_faults(sheet, record["request"]["number"], filed)
    known = {entry["seq"]: entry["hash"] for then in filed for entry in then["journal"]}
    yield from chain.from_iterable(journal_differences(then, record) for then in filed)
    yield from broken_chain(record, known)
    yield from _understood(record)
    yield from chain.from_iterable(differences(then, record) for then in filed)
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
