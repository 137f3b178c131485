"""A kept file against what is on record about it."""

import hashlib
from pathlib import Path

from models.settings import settings


def file_fault(path: Path, sha256: str, size: int) -> str | None:
    """What is wrong with a file, in words; none if it is the one that was kept. Read in pieces, however large it is.

    Args:
        path: relative to OA_HOME.
    """
    try:
        with (settings().data / path).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
            length = file.tell()
    except OSError as error:
        return f"文件 {path} 缺失或读不了（{error.strerror}）"
    if found != sha256:
        named = found in path.name  # kept under their own hash
        return (
            f"文件 {path} 没有被改动，登记的 SHA-256 被改动" if named else f"文件 {path} 的 SHA-256 不符：被改动或调换"
        )
    return None if length == size else f"文件 {path} 有 {length} 字节，登记的是 {size}"
