"""What jobs made for someone to fetch (bulk prints, exports, packages): kept under OA_HOME/prints until a day later."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from models.settings import settings
from printouts.filing.durable import UNFINISHED, keep_written

KEPT = timedelta(days=1)


def print_of(job: UUID) -> Path | None:
    """The file that the job made, while it is kept."""
    made = settings().prints.glob(f"{job}.*")
    return next((each for each in made if each.suffix != UNFINISHED), None)


def keep_made(job: UUID, suffix: str, write: Callable[[BinaryIO], object], now: datetime) -> None:
    """Keep what is written, and remove what is older than a day. Raises OSError: nothing is kept."""
    for old in settings().prints.glob("*"):
        if now.timestamp() - old.stat().st_mtime > KEPT.total_seconds():
            shutil.rmtree(old) if old.is_dir() else old.unlink(missing_ok=True)
    keep_written(settings().prints / f"{job}{suffix}", write)


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder for what is only needed while a print is made."""
    settings().prints.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings().prints) as folder:
        yield Path(folder)
