"""Where unix sockets live: their paths are limited to about a hundred bytes, and OA_HOME may be deep."""

import hashlib
import os
from pathlib import Path

PATH_LIMIT = 100  # bytes; the kernel takes 107


def socket_folder(wanted: Path, name: str) -> Path:
    """`wanted` itself, or, when a socket `name` there had too long a path, a short folder named after it."""
    if len(os.fsencode(wanted / name)) <= PATH_LIMIT:
        return wanted
    base = Path("/run" if os.access("/run", os.W_OK) else "/tmp")  # noqa: S108  # its owner is checked before use
    return base / f"oa-{hashlib.sha256(os.fsencode(wanted)).hexdigest()[:12]}"
