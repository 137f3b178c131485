"""What people type from a paper: its number, its check code (校验码), the hash of a file. Pure.

Source: Crockford's base 32 (https://www.crockford.com/base32.html): O is read as 0, I and L as 1, dashes are dropped.
"""

import re
from unicodedata import normalize

from models.papers import CODE_LENGTH, CODE_LETTERS

LOOK_ALIKES = str.maketrans("OIL", "011")
DROPPED = re.compile(r"[\s\-‐-―－]+")
DASHES = re.compile(r"\s*[‐-―－-]\s*")
HASH = re.compile("[0-9a-f]{64}")


def read_code(typed: str) -> str:
    """As it is kept; "" if what was typed cannot be one, whatever its spelling."""
    letters = DROPPED.sub("", normalize("NFKC", typed)).upper().translate(LOOK_ALIKES)
    return letters if len(letters) == CODE_LENGTH and set(letters) <= set(CODE_LETTERS) else ""


def read_number(typed: str) -> str:
    """QJ-2026-000123, in whatever case, dashes and width it was typed."""
    return DASHES.sub("-", normalize("NFKC", typed).strip()).upper()


def read_hash(typed: str) -> str | None:
    """A SHA-256 in lower case, as `sha256sum` and `certutil` write it; None if it is none."""
    digits = re.sub(r"[\s:]+", "", normalize("NFKC", typed)).lower()
    return digits if HASH.fullmatch(digits) else None
