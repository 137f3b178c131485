"""A filed sheet: its file, and whether the record in it is about this request and of one piece."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pikepdf

from models.finding import Finding
from models.papers import Sheet, Signature
from models.settings import settings
from printouts.evidence.chain import broken_chain
from printouts.evidence.files import file_fault
from printouts.evidence.sections import Record
from printouts.evidence.signatures import signature_fault
from printouts.evidence.testimony import contradictions
from printouts.gathering.record_file import FIRST

ATTACHED = "record.json"
NOT_YET = dict[str, list[Record]](step_changes=[], former_holders=[])  # in the first format of the record


class Unreadable(Exception):
    """What is wrong with the record in a sheet, in words."""


def sheet_faults(sheet: Sheet, signature: Signature | None, number: str, into: list[Record]) -> Iterator[Finding]:
    """The first thing that is wrong with a sheet; its record goes `into` if it can be believed."""
    row = f"{number} {sheet.copy_kind}"
    if fault := file_fault(Path(sheet.path), sheet.sha256, sheet.size):
        yield Finding("sheet", row, fault)
        return
    try:
        drawn = _opened(settings().data / sheet.path, sheet)
        _check_row(sheet, drawn)
        if told := signature_fault(sheet, signature):
            yield Finding("signature", row, told)
            return
        _check_record(drawn.record)
    except Unreadable as unreadable:
        yield Finding("sheet", row, str(unreadable))
    else:
        into.append(drawn.record)


@dataclass(frozen=True)
class Drawn:
    """What a file says about itself."""

    record: Record
    pages: int
    at: datetime


def _opened(path: Path, sheet: Sheet) -> Drawn:
    try:
        with pikepdf.open(path) as pdf:
            file = pdf.attachments[ATTACHED].get_file()
            record = _completed(json.loads(file.read_bytes()), sheet)
            return Drawn(record, len(pdf.pages), file.mod_date or datetime.min.replace(tzinfo=UTC))
    except (pikepdf.PdfError, KeyError, ValueError) as error:
        raise Unreadable(f"文件 {path.name} 里没有可读的 {ATTACHED}") from error


def _completed(record: Record, sheet: Sheet) -> Record:
    """One of the first format could not say yet what code its sheet would have."""
    if record["format"] != FIRST:
        return record
    return {**NOT_YET, "sheet": {"copy_kind": sheet.copy_kind, "code": sheet.code}, **record}


def _check_row(sheet: Sheet, drawn: Drawn) -> None:
    """The columns of its row against what it says itself. Raises Unreadable."""
    try:
        request, said = drawn.record["request"], drawn.record["sheet"]
        about = {
            "request_id": (str(sheet.request_id), request["id"]),
            "copy_kind": (sheet.copy_kind, said["copy_kind"]),
            "code": (sheet.code, said["code"]),
            "filed_at": (sheet.filed_at.replace(microsecond=0), drawn.at),
            "pages": (sheet.pages, drawn.pages),
        }
    except (LookupError, TypeError) as error:
        raise Unreadable(f"{ATTACHED} 不完整（{error}）") from error
    if wrong := [name for name, (row, printed) in about.items() if row != printed]:
        raise Unreadable(f"{'、'.join(wrong)} 与流程单上的不符：登记被改动，或文件被调换")


def _check_record(record: Record) -> None:
    """Whether it is of one piece; one of the first format has not all that its journal speaks of. Raises Unreadable."""
    try:
        bad = next(broken_chain(record, {}), None)
        if not bad and record["format"] != FIRST:
            bad = next(contradictions(record), None)
    except (LookupError, TypeError, ValueError) as error:
        raise Unreadable(f"{ATTACHED} 不完整（{error}）") from error
    if bad:
        raise Unreadable(f"{ATTACHED} 自相矛盾：{bad.table} {bad.row} {bad.told}")
