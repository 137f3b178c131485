"""The journal's hash chain: rule and check, without a database.

Each entry's hash covers the one before it, so a changed, missing, added or moved entry breaks the chain from there on.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

START = ""  # what the first entry of a request is chained to


@dataclass(frozen=True)
class Entry:
    seq: int
    at: datetime
    actor: str | None
    act: str
    detail: dict[str, Any]
    previous: str
    hash: str


def seal_entry(
    request_id: str,
    seq: int,
    at: datetime,
    actor: str | None,
    act: str,
    detail: dict[str, Any],
    previous: str,
) -> Entry:
    """Make the entry that follows the one whose hash is `previous`."""
    return Entry(seq, at, actor, act, detail, previous, _hash(request_id, seq, at, actor, act, detail, previous))


def first_break(request_id: str, entries: Iterable[Entry]) -> int | None:
    """The seq at which a chain no longer verifies, or None. `entries` in order of seq, from 1."""
    previous, expected = START, 1
    for entry in entries:
        if entry.seq != expected or entry.previous != previous or not fits(request_id, entry):
            return expected
        previous, expected = entry.hash, expected + 1
    return None


def fits(request_id: str, entry: Entry) -> bool:
    """Whether an entry's hash is that of what it says."""
    return entry.hash == _hash(request_id, entry.seq, entry.at, entry.actor, entry.act, entry.detail, entry.previous)


def _hash(
    request_id: str,
    seq: int,
    at: datetime,
    actor: str | None,
    act: str,
    detail: dict[str, Any],
    previous: str,
) -> str:
    whole = [
        request_id,
        seq,
        at.astimezone(UTC).isoformat(timespec="microseconds"),
        actor,
        act,
        detail,
        previous,
    ]
    text = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
