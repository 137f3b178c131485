"""Passwords: only argon2id hashes are kept (OWASP Password Storage: 19 MiB, 2 passes, 1 lane)."""

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hash_password(text: str) -> str:
    return _hasher.hash(text.encode(errors="replace"))


def verify(kept: str | None, text: str) -> bool:
    """Whether the password fits the kept hash. Without one the answer is no, after the same work.

    So the time of an answer does not tell which accounts exist.
    """
    try:
        return _hasher.verify(kept or _nobodys(), text.encode(errors="replace")) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


@lru_cache
def _nobodys() -> str:
    return hash_password("nobody's")
