"""The archive against the record: what `./oa check` asks about filed sheets (I4)."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice
from pathlib import Path

from sqlmodel import Session, col, select

from models.papers import Sheet, Signature
from models.settings import settings
from printouts.filing.durable import UNFINISHED
from printouts.filing.sheets import OnFile, SheetDamaged, read_sheet

AT_A_TIME = 1000  # files looked up together
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
    return damaged + list(orphans(session, now))


def orphans(session: Session, now: datetime) -> Iterator[Finding]:
    """Files in the archive that no row names; those written within the hour may still get theirs."""
    files = _old_files(settings().archive, now)
    while some := list(islice(files, AT_A_TIME)):
        paths = {str(file.relative_to(settings().data)): file for file in some}
        named: set[str] = set()
        for of in (Sheet, Signature):
            named.update(session.exec(select(of.path).where(col(of.path).in_(paths))))
        for path, file in paths.items():
            if path not in named:
                yield Finding(Fault.unfinished if file.suffix == UNFINISHED else Fault.unreferenced, path)


def _verifies(filed: OnFile) -> bool:
    try:
        read_sheet(filed)
    except SheetDamaged:
        return False
    return True


def _old_files(folder: Path, now: datetime) -> Iterator[Path]:
    for here, folders, names in os.walk(folder):
        folders.sort()
        for file in (Path(here, name) for name in sorted(names)):
            if now.timestamp() - file.stat().st_mtime > STALE.total_seconds():
                yield file
