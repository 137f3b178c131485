"""A finding of `./oa verify`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """A row, or the file it names, that is not what was written.

    table: of the database, `file` of what no row names, `heads` of the daily heads; row: the request's number and what
    tells the row from the others of its table (`QJ-2026-000123 seq=7`); told: a sentence for the administrator.
    """

    table: str
    row: str
    told: str
    harmless: bool = False
