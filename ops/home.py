"""OA_HOME: its folders, and the secrets made at the first start."""

import os
import secrets
from pathlib import Path

from ops.refused import CannotDo

# what people and secrets are in: closed to other users
PRIVATE = ("run", "log", "prefect", "archive", "files", "heads", "keys")


def prepare(home: Path) -> None:
    """Make what is missing. Harmless when repeated; a kept secret stays as it is."""
    home.mkdir(parents=True, exist_ok=True)
    for name in PRIVATE:
        closed_folder(home / name)
    credential = home / "run" / "prefect_auth"
    if not credential.exists():
        write_private(credential, f"oa:{secrets.token_urlsafe(32)}")


def closed_folder(folder: Path, owner: int | None = None, group: int = -1) -> None:
    """Make a folder that only `owner` (user id; none: whoever runs us) and root can enter.

    Raises:
        CannotDo: there is one already that belongs to somebody else.
    """
    if folder.is_symlink():
        raise CannotDo(f"{folder} 是符号链接，不能用来存放数据。请删除它后再试。")
    folder.mkdir(mode=0o700, exist_ok=True)
    if owner is not None and folder.stat().st_uid == os.geteuid():
        os.chown(folder, owner, group)
    if folder.stat().st_uid != (os.geteuid() if owner is None else owner):
        raise CannotDo(f"文件夹 {folder} 属于别的用户。请改属主，或换一个 OA_HOME。")
    folder.chmod(0o700)


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read; readers see the old text or the new, never half of it."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    fresh.replace(path)
