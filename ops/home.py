"""OA_HOME: its folders, and the secrets made at the first start."""

import os
import secrets
from pathlib import Path

PRIVATE = ("run", "log", "prefect", "archive", "files")  # what people and secrets are in: closed to other users


def prepare(home: Path) -> None:
    """Make what is missing. Harmless when repeated; a kept secret stays as it is."""
    home.mkdir(parents=True, exist_ok=True)
    for name in PRIVATE:
        (home / name).mkdir(mode=0o700, exist_ok=True)
    credential = home / "run" / "prefect_auth"
    if not credential.exists():
        write_private(credential, f"oa:{secrets.token_urlsafe(32)}")


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read; readers see the old text or the new, never half of it."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    fresh.replace(path)
