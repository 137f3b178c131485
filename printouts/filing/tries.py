"""A note of the file that is about to be written, so that a try that died leaves nothing behind the next one.

Who files holds the lock of the request's row, and a file that a row names is never removed.
"""

from contextlib import suppress
from pathlib import Path

from sqlmodel import Session, select

from models.papers import Sheet, Signature
from models.settings import settings


def begin(session: Session, what: str, path: Path) -> None:
    """Clear away what an earlier try at `what` has written, and note that `path` (relative to OA_HOME) comes now."""
    note = _note(what)
    with suppress(FileNotFoundError):
        _clear(session, note.readlink())
        note.unlink()
    note.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    note.symlink_to(path)  # at once or not at all; it leads nowhere


def end(what: str) -> None:
    """Its row is committed."""
    _note(what).unlink(missing_ok=True)


def _clear(session: Session, path: Path) -> None:
    named = [session.exec(select(table).where(table.path == str(path))).first() for table in (Sheet, Signature)]
    if not any(named):
        for file in (settings().data / path).parent.glob(f"{path.name}*"):
            file.unlink()


def _note(what: str) -> Path:
    return settings().data / "run" / "filing" / what
