"""The parts of a record.json that are rows of tables, and how each row is named to people."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import SQLModel

from models.finding import Finding
from models.messages import Notice
from models.papers import Attachment
from models.record import Decision, FormerHolder, JournalEntry, RouteStep, StepChange, Visit, WorkItem

Row = Mapping[str, Any]
Record = Mapping[str, Any]  # as printouts/gathering/record_file.py writes it


@dataclass(frozen=True)
class Section:
    """Rows of one table under a name in the record; `key` tells them apart within a request."""

    name: str
    model: type[SQLModel]
    key: tuple[str, ...]

    @property
    def table(self) -> str:
        return str(self.model.__tablename__)

    def key_of(self, row: Row) -> tuple[Any, ...]:
        return tuple(row[name] for name in self.key)

    def finding(self, record: Record, row: Row, told: str) -> Finding:
        """`row` needs to have the columns of the key only."""
        named = " ".join(f"{name}={row[name]}" for name in self.key)
        return Finding(self.table, f"{record['request']['number']} {named}", told)


JOURNAL = Section("journal", JournalEntry, ("seq",))
DECISIONS = Section("decisions", Decision, ("seq",))
ROUTE = Section("route", RouteStep, ("edition", "position"))
VISITS = Section("visits", Visit, ("round", "position"))
ITEMS = Section("work_items", WorkItem, ("id",))
CHANGES = Section("step_changes", StepChange, ("seq",))
FORMER = Section("former_holders", FormerHolder, ("seq", "work_item_id"))
NOTICES = Section("notices", Notice, ("id",))
ATTACHMENTS = Section("attachments", Attachment, ("id",))
SECTIONS = (JOURNAL, DECISIONS, ROUTE, VISITS, ITEMS, CHANGES, FORMER, NOTICES, ATTACHMENTS)


def of_request(record: Record, told: str) -> Finding:
    """A finding about the row of the request itself."""
    return Finding("request", record["request"]["number"], told)


def differing(row: Row, said: Mapping[str, Any]) -> str:
    """Names of the columns that are not as said, in words; none if all are."""
    return "、".join(name for name, value in said.items() if row[name] != value)
