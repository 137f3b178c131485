"""每日链头: the file of a day, which the administrator keeps where nobody who can change the record can change it.

It says how far the chain of each request had come that grew since the file before, which sheets were filed since, how
many numbers were given, and what the file before was. Numbers and hashes only: nothing about people.
"""

import csv
import hashlib
import io
import re
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import date
from enum import StrEnum

NAME = re.compile(r"heads-(\d{4}-\d{2}-\d{2})\.csv")
COLUMNS = ("what", "subject", "count", "hash")


class What(StrEnum):
    previous = "previous"  # the file before: its name and SHA-256; of the first there is none
    chain = "chain"  # a request: its number, its last entry's seq and hash
    sheet = "sheet"  # a filed sheet: number and copy, bytes, SHA-256
    signature = "signature"  # of the file that carries its signature
    numbers = "numbers"  # prefix and year: the last number given


@dataclass(frozen=True)
class Line:
    what: What
    subject: str
    count: int = 0
    hash: str = ""


@dataclass(frozen=True)
class Kept:
    """A day's file as it is kept."""

    name: str
    sha256: str

    @property
    def line(self) -> Line:
        return Line(What.previous, self.name, 0, self.sha256)


def name_of(day: date) -> str:
    return f"heads-{day.isoformat()}.csv"


def day_of(name: str) -> date | None:
    """The day of a file by its name; None of other files."""
    found = NAME.fullmatch(name)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def kept(name: str, content: bytes) -> Kept:
    return Kept(name, hashlib.sha256(content).hexdigest())


def write(lines: Iterable[Line]) -> bytes:
    """The file, one line each, in the order given."""
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(COLUMNS)
    table.writerows(astuple(line) for line in lines)
    return written.getvalue().encode()


def read(content: bytes) -> list[Line]:
    """Raises ValueError: not such a file."""
    rows = list(csv.reader(io.StringIO(content.decode(), newline="")))
    if not rows or tuple(rows[0]) != COLUMNS:
        raise ValueError(f"not headed {','.join(COLUMNS)}")
    return [_line(at, row) for at, row in enumerate(rows[1:], 2)]


def _line(at: int, row: list[str]) -> Line:
    try:
        what, subject, count, digest = row
        return Line(What(what), subject, int(count), digest)
    except ValueError as error:
        raise ValueError(f"line {at}: {','.join(row)[:100]}") from error
