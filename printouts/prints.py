"""Prints, kept under OA_HOME/prints by the job that made them until a day later."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from models.settings import settings
from printouts.durable import keep_written

KEPT = timedelta(days=1)


def print_of(job: UUID) -> Path | None:
    """The PDF that the job made, while it is kept."""
    path = _path(job)
    return path if path.is_file() else None


def keep_print(job: UUID, write: Callable[[BinaryIO], None], now: datetime) -> None:
    """Keep what `write` writes, and remove those older than a day. Raises OSError: nothing is kept."""
    for old in settings().prints.glob("*"):
        if now.timestamp() - old.stat().st_mtime > KEPT.total_seconds():
            shutil.rmtree(old) if old.is_dir() else old.unlink(missing_ok=True)
    keep_written(_path(job), write)


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder for what is only needed while a print is made."""
    settings().prints.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings().prints) as folder:
        yield Path(folder)


def _path(job: UUID) -> Path:
    return settings().prints / f"{job}.pdf"
