"""What jobs made for someone to fetch (bulk prints, exports, packages): kept under OA_HOME/prints until a day later."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO
from uuid import UUID

from models.settings import settings
from printouts.durable import keep_written

KEPT = timedelta(days=1)


def print_of(job: UUID) -> Path | None:
    """The file that the job made, while it is kept."""
    return next(settings().prints.glob(f"{job}.*"), None)


def keep_print(job: UUID, pdf: bytes, now: datetime) -> None:
    """Keep a PDF, as `keep_made` does."""
    keep_made(job, ".pdf", lambda file: file.write(pdf), now)


def keep_made(job: UUID, suffix: str, write: Callable[[IO[bytes]], object], now: datetime) -> None:
    """Keep what is written, and remove what is older than a day. Raises OSError: nothing is kept."""
    for old in settings().prints.glob("*"):
        if now.timestamp() - old.stat().st_mtime > KEPT.total_seconds():
            old.unlink(missing_ok=True)
    keep_written(settings().prints / f"{job}{suffix}", write)
