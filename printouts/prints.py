"""Bulk prints, kept under OA_HOME/prints by the job that made them until a day later."""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from models.settings import settings
from printouts.durable import keep

KEPT = timedelta(days=1)


def print_of(job: UUID) -> Path | None:
    """The PDF that the job made, while it is kept."""
    path = _path(job)
    return path if path.is_file() else None


def keep_print(job: UUID, pdf: bytes, now: datetime) -> None:
    """Keep it, and remove those older than a day. Raises OSError: nothing is kept."""
    for old in settings().prints.glob("*"):
        if now.timestamp() - old.stat().st_mtime > KEPT.total_seconds():
            old.unlink(missing_ok=True)
    keep(_path(job), pdf)


def _path(job: UUID) -> Path:
    return settings().prints / f"{job}.pdf"
