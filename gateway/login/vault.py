"""What is kept but must not be read by who only has the database: sealed with keys in files under OA_HOME/keys.

A file holds one key a line (Fernet: AES-128-CBC with HMAC-SHA256, random IV); the first one seals, all open. To change
a key, put a new line first.
"""

import os
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from tempfile import NamedTemporaryFile

from cryptography.fernet import Fernet, MultiFernet

from models.settings import settings


@lru_cache
def vault(name: str) -> MultiFernet:
    """Opens and seals under the key `name`, which is made at the first use."""
    path = settings().data / "keys" / name
    if not path.exists():
        _make(path)
    return MultiFernet([Fernet(line) for line in path.read_bytes().split()])


def _make(path: Path) -> None:
    """Whole or not at all: of several processes that come at once, the first one's key stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent) as fresh:  # readable for its owner alone
        fresh.write(Fernet.generate_key())
        fresh.flush()
        os.fsync(fresh.fileno())
        with suppress(FileExistsError):
            os.link(fresh.name, path)
