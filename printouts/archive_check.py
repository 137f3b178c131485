"""The archive against the record: what `./oa check` asks about filed sheets (I4)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from sqlmodel import Session, select

from models.papers import Sheet, Signature
from models.settings import settings
from printouts.durable import UNFINISHED
from printouts.filing import OnFile, SheetDamaged, read_sheet

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
    """Every file of a sheet or its signature that does not verify, and every file in the archive that none of them
    names."""
    filed: dict[str, OnFile] = {each.path: each for each in session.exec(select(Signature))}
    filed |= {each.path: each for each in session.exec(select(Sheet))}
    damaged = [Finding(Fault.damaged, path) for path in sorted(filed) if not _verifies(filed[path])]
    return damaged + orphans(set(filed), now)


def orphans(named: set[str], now: datetime) -> list[Finding]:
    """Files in the archive that are not among `named`; those written within the hour may still get their row."""
    found = []
    for file in _old_files(settings().archive, now):
        path = str(file.relative_to(settings().data))
        if path not in named:
            found.append(Finding(Fault.unfinished if file.suffix == UNFINISHED else Fault.unreferenced, path))
    return found


def _verifies(filed: OnFile) -> bool:
    try:
        read_sheet(filed)
    except SheetDamaged:
        return False
    return True


def _old_files(folder: Path, now: datetime) -> Iterator[Path]:
    for file in sorted(folder.rglob("*")):
        if file.is_file() and now.timestamp() - file.stat().st_mtime > STALE.total_seconds():
            yield file
