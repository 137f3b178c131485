"""The archive against the record: what `./oa check` asks about filed sheets (I4)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from sqlmodel import Session, col, select

from models.papers import Sheet
from models.settings import settings
from printouts.durable import UNFINISHED
from printouts.filing import SheetDamaged, read_sheet

STALE = timedelta(hours=1)  # a file still being written for longer belongs to a worker that died


class Fault(StrEnum):
    damaged = "damaged"  # a filed sheet is missing or changed: restore it from a backup
    unfinished = "unfinished"  # left by a crash while writing; harmless
    unreferenced = "unreferenced"  # left by a crash before the row was committed; harmless


@dataclass(frozen=True)
class Finding:
    fault: Fault
    path: str  # relative to OA_HOME

    @property
    def harmless(self) -> bool:
        return self.fault is not Fault.damaged


def verify(session: Session, now: datetime) -> list[Finding]:
    """Every filed sheet that does not verify, and every file in the archive that no sheet names."""
    sheets = session.exec(select(Sheet).order_by(col(Sheet.path))).all()
    damaged = [Finding(Fault.damaged, sheet.path) for sheet in sheets if not _verifies(sheet)]
    return damaged + orphans({sheet.path for sheet in sheets}, now)


def orphans(named: set[str], now: datetime) -> list[Finding]:
    """Files in the archive that are not among `named`; those written within the hour may still get their row."""
    found = []
    for file in _old_files(settings().archive, now):
        path = str(file.relative_to(settings().data))
        if path not in named:
            found.append(Finding(Fault.unfinished if file.suffix == UNFINISHED else Fault.unreferenced, path))
    return found


def _verifies(sheet: Sheet) -> bool:
    try:
        read_sheet(sheet)
    except SheetDamaged:
        return False
    return True


def _old_files(folder: Path, now: datetime) -> Iterator[Path]:
    for file in sorted(folder.rglob("*")):
        if file.is_file() and now.timestamp() - file.stat().st_mtime > STALE.total_seconds():
            yield file
