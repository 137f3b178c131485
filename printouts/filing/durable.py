"""Files that survive a crash: wholly there under their name, or not at all."""

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

UNFINISHED = ".part"  # how the name of a file still being written ends


def keep(path: Path, content: bytes) -> None:
    """As `keep_written`, of bytes that are there already."""
    keep_written(path, lambda file: file.write(content))


def keep_written(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Write a file, read-only, replacing what lay there. On return it is on the disk; on an error it is not there.

    Args:
        write: writes the content into the open file.

    Raises:
        OSError: disk full, no permission, a folder of the path is a file; and whatever `write` raises.
    """
    _make_folder(path.parent)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.", suffix=UNFINISHED)
    try:
        with open(descriptor, "wb") as file:
            write(file)
            file.flush()
            os.fchmod(descriptor, 0o444)
            os.fsync(descriptor)
        os.rename(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def keep_first(path: Path, secret: bytes) -> None:
    """Write a secret, readable for its owner alone, whole or not at all; of several writers the first one's stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent) as fresh:
        fresh.write(secret)
        fresh.flush()
        os.fsync(fresh.fileno())
        with suppress(FileExistsError):
            os.link(fresh.name, path)


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    """A new name is on the disk only when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
