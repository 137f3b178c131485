"""Numbered copies and 归档 against the journal, which says of each that it was printed, or checked off. Pure."""

from collections.abc import Iterator, Sequence

from models.archival import archival_code
from models.archive import ArchiveEntry, PrintedCopy
from models.finding import Finding
from printouts.evidence.chain import trusted
from printouts.evidence.sections import Record, Row


def paper_faults(record: Record, copies: Sequence[PrintedCopy], filed: Sequence[ArchiveEntry]) -> Iterator[Finding]:
    """Rows that the journal does not bear out, and entries whose row is missing.

    Args:
        copies: printed of the request's sheets; filed: what was checked off of them.
    """
    journal = trusted(record)
    number, whole = record["request"]["number"], len(journal) == len(record["journal"])
    printed = [entry for entry in journal if entry["act"] == "printed" and "copy_no" in entry["detail"]]
    said = [_said(entry) for entry in printed]
    there = [_there(copy) for copy in copies]
    for entry, each in zip(printed, said, strict=True):
        if each not in there:
            told = f"第 {entry['seq']} 条办理记录说打印了{entry['detail']['copy']}，没有这样的一行：被删除或改动"
            yield Finding("printed_copy", f"{number} copy_no={each[0]}", told)
    for each in there:
        if whole and each not in said:
            yield Finding("printed_copy", f"{number} copy_no={each[0]}", "没有对应的办理记录：被改动，或是插入的")
    yield from _filed(number, journal, filed, whole=whole)


def _filed(number: str, journal: Sequence[Row], filed: Sequence[ArchiveEntry], *, whole: bool) -> Iterator[Finding]:
    there = [archival_code(each.fonds, each.year, each.retention, each.department, each.item_no) for each in filed]
    said = {entry["detail"]["code"]: entry["seq"] for entry in journal if entry["act"] == "filed"}
    for code, seq in said.items():
        if code not in there:
            yield Finding("archive_entry", f"{number} {code}", f"缺失：第 {seq} 条办理记录说已归档，被删除或改动")
    for code in there:
        if whole and code not in said:
            yield Finding("archive_entry", f"{number} {code}", "没有对应的办理记录：被改动，或是插入的")


def _said(entry: Row) -> tuple[object, ...]:
    detail = entry["detail"]
    return detail["copy_no"], detail["layout"], detail["bound"], entry["actor"]


def _there(copy: PrintedCopy) -> tuple[object, ...]:
    return copy.copy_no, copy.layout.value, copy.bound, copy.printed_by
