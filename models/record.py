"""The record: requests, their route, rounds, work items, decisions, and the journal. Prefect only carries it out.

Constraints keep what constraints can (DESIGN.md §4); `models/invariants.py` checks the rest.
"""

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.columns import Json, Moment, words
from models.route import Added, CountersignRule, Part, Removed, Said, Seat, Step, TakenBack, Verdict, Where


class Status(StrEnum):
    open = "open"
    approved = "approved"
    refused = "refused"
    withdrawn = "withdrawn"
    revoked = "revoked"


class RuleTable(SQLModel, table=True):
    """Limits and approvers of a kind, as data. A request keeps the version it began with."""

    __tablename__ = "rule_table"
    kind: str = Field(primary_key=True, max_length=32)
    version: int = Field(primary_key=True, ge=1)
    rules: dict[str, Any] = Field(sa_type=Json)
    valid_from: datetime = Field(sa_type=Moment)
    made_by: str | None = Field(default=None, foreign_key="person.account")  # none: shipped default


class Counter(SQLModel, table=True):
    """The last number given, per prefix and year; taken in the request's own transaction, so gapless (I10)."""

    prefix: str = Field(primary_key=True, max_length=8)
    year: int = Field(primary_key=True)
    last: int = 0


class Request(SQLModel, table=True):
    """One filled-in form on its way."""

    __table_args__ = (
        UniqueConstraint("prefix", "year", "serial"),
        UniqueConstraint("initiator", "idempotency_key"),
        ForeignKeyConstraint(["kind", "rule_version"], ["rule_table.kind", "rule_table.version"]),
        CheckConstraint("(status = 'open') = (finished_at IS NULL)", name="finished_has_time"),
        CheckConstraint("carried_seq <= seq AND wake_seq <= seq", name="carried_only_what_is"),
        CheckConstraint("number = prefix || '-' || year || '-' || lpad(serial::text, 6, '0')", name="number_form"),
        Index("request_to_wake", "id", postgresql_where=text("wake_seq > carried_seq")),
    )
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    number: str = Field(unique=True, max_length=32)  # QJ-2026-000123
    prefix: str = Field(max_length=8)
    year: int
    serial: int
    kind: str = Field(max_length=32, index=True)
    rule_version: int
    initiator: str = Field(foreign_key="person.account", index=True)
    department: str = Field(max_length=100)  # the initiator's, at submission
    form: dict[str, Any] = Field(sa_type=Json)
    facts: dict[str, Any] = Field(sa_type=Json)  # figures worked out from the form: days of leave …
    readers: list[str] = Field(sa_type=Json)  # 送阅 at approval
    status: Status = Field(default=Status.open, sa_type=words(Status))
    submitted_at: datetime = Field(sa_type=Moment)
    finished_at: datetime | None = Field(default=None, sa_type=Moment)
    idempotency_key: str | None = Field(default=None, max_length=100)
    edition: int = 1  # of the route: grows when an amended form, or newer rules, give another route
    edition_round: int = 1  # the round in which this edition began …
    edition_start: int = 1  # … and the position at which it did
    position: int | None = 1  # of the open step; 0 = with the initiator; none when finished
    round: int = 1
    seq: int = 0  # of the last journal entry
    head: str = Field(default="", max_length=64)  # its hash
    wake_seq: int = 0  # Prefect is to carry out everything up to here …
    carried_seq: int = 0  # … and has, up to here
    flow_run_id: UUID | None = None


class RouteStep(SQLModel, table=True):
    """A step of the route kept with the request, by edition of the route and position from 1."""

    __tablename__ = "route_step"
    request_id: UUID = Field(primary_key=True, foreign_key="request.id")
    edition: int = Field(primary_key=True)
    position: int = Field(primary_key=True, ge=1)
    key: str = Field(max_length=32)
    title: str = Field(max_length=50)
    host: str = Field(foreign_key="person.account")
    handlers: list[str] = Field(sa_type=Json)
    handlers_by: str | None = Field(default=None, max_length=32)
    countersigners: list[str] = Field(sa_type=Json)
    rule: CountersignRule = Field(sa_type=words(CountersignRule))
    deadline_hours: int
    fields: str | None = Field(default=None, max_length=32)
    may_finish: bool = False
    percent: int | None = None
    early: bool = False
    refusal_ends: bool = False
    lapses: bool = False
    choice: list[str] = Field(default_factory=list, sa_type=Json)
    asks_opinion: bool = False

    @property
    def as_step(self) -> Step:
        """As the rules see it: lists are tuples there."""
        return Step(**{each.name: _kept(getattr(self, each.name)) for each in fields(Step)})


def _kept(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


class Visit(SQLModel, table=True):
    """A step being entered: one step in one round (轮次). At most one visit of a request is open."""

    __table_args__ = (Index("one_open_visit", "request_id", unique=True, postgresql_where=text("closed_at IS NULL")),)
    request_id: UUID = Field(primary_key=True, foreign_key="request.id")
    round: int = Field(primary_key=True, ge=1)
    position: int = Field(primary_key=True, ge=0)
    edition: int  # of the route that it belongs to: a later one than it was opened in, if that took it over as it was
    opened_at: datetime = Field(sa_type=Moment)
    closed_at: datetime | None = Field(default=None, sa_type=Moment)
    carried_at: datetime | None = Field(default=None, sa_type=Moment)


class ItemState(StrEnum):
    open = "open"
    held = "held"  # waits for someone added before its holder
    decided = "decided"
    superseded = "superseded"  # closed by a return, a refusal or a withdrawal
    not_needed = "not_needed"  # the step was concluded without it


class WorkItem(SQLModel, table=True):
    """One person's part in one step in one round (待办).

    `seat` is whom the route, or who added them, meant; `person` holds the item and decides; `acting_for` is whom they
    do it for under a delegation (代), to whom it comes home when that ends.
    """

    __tablename__ = "work_item"
    __table_args__ = (
        ForeignKeyConstraint(
            ["request_id", "round", "position"], ["visit.request_id", "visit.round", "visit.position"]
        ),
        UniqueConstraint("request_id", "round", "position", "part", "seat"),
        UniqueConstraint("id", "person"),
        CheckConstraint("(state IN ('open', 'held')) = (closed_at IS NULL)", name="closed_has_time"),
        Index("inbox", "person", postgresql_where=text("state = 'open'")),
        Index("advisory_due", "due_at", postgresql_where=text("state = 'open'")),
    )
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    request_id: UUID
    round: int
    position: int
    part: Part = Field(sa_type=words(Part))
    seat: str = Field(foreign_key="person.account")
    person: str = Field(foreign_key="person.account")
    acting_for: str | None = Field(default=None, foreign_key="person.account")
    state: ItemState = Field(default=ItemState.open, sa_type=words(ItemState))
    opened_at: datetime = Field(sa_type=Moment)
    due_at: datetime | None = Field(default=None, sa_type=Moment)
    carried_at: datetime | None = Field(default=None, sa_type=Moment)
    closed_at: datetime | None = Field(default=None, sa_type=Moment)


class FormerHolder(SQLModel, table=True):
    """Who held a work item before it went to someone else: both stay on record."""

    __tablename__ = "former_holder"
    work_item_id: UUID = Field(primary_key=True, foreign_key="work_item.id")
    seq: int = Field(primary_key=True)  # of the journal entry under which it went on
    request_id: UUID = Field(foreign_key="request.id")
    person: str = Field(foreign_key="person.account", index=True)


class Change(StrEnum):
    added = "added"  # 加签, 委派
    removed = "removed"  # 减签
    taken_back = "taken_back"  # 取回


class StepChange(SQLModel, table=True):
    """What happened to the seats of a step beside decisions; in the order of `seq` among them."""

    __tablename__ = "step_change"
    __table_args__ = (
        ForeignKeyConstraint(
            ["request_id", "round", "position"], ["visit.request_id", "visit.round", "visit.position"]
        ),
        CheckConstraint(
            "(what = 'added') = (by_part IS NOT NULL AND by_seat IS NOT NULL AND \"where\" IS NOT NULL)",
            name="added_by_someone",
        ),
    )
    request_id: UUID = Field(primary_key=True)
    seq: int = Field(primary_key=True)  # of its journal entry
    round: int
    position: int
    what: Change = Field(sa_type=words(Change))
    part: Part = Field(sa_type=words(Part))
    seat: str = Field(foreign_key="person.account")
    by_part: Part | None = Field(default=None, sa_type=words(Part, "by"))
    by_seat: str | None = Field(default=None, foreign_key="person.account")
    where: Where | None = Field(default=None, sa_type=words(Where))

    @property
    def event(self) -> Added | Removed | TakenBack:
        """As the rules see it."""
        if self.what is Change.taken_back:
            return TakenBack(self.round, self.position, self.part, self.seat)
        if self.what is Change.removed:
            return Removed(self.round, self.position, self.part, self.seat)
        by = Part(self.by_part or ""), self.by_seat or ""  # a constraint keeps them, and where
        return Added(self.round, self.position, self.part, self.seat, by, Where(self.where or ""))


def where_added(changes: Iterable[StepChange], seat: Seat, position: int, round_: int) -> Where | None:
    """Where who was added to a step stands, then or since a round before; None of people of the route."""
    added = (each for each in changes if each.what is Change.added and each.position == position)
    found = [each.where for each in added if (each.part, each.seat) == seat and each.round <= round_]
    return found[-1] if found else None


class Decision(SQLModel, table=True):
    """Verdict, opinion and fields by a person on a work item; at most one an item (I2)."""

    __table_args__ = (
        UniqueConstraint("request_id", "seq"),
        ForeignKeyConstraint(["work_item_id", "person"], ["work_item.id", "work_item.person"]),  # whose it is (I8)
        CheckConstraint("verdict <> 'refuse' OR opinion <> ''", name="refusal_has_opinion"),
        CheckConstraint("(verdict = 'return') = (\"to\" IS NOT NULL)", name="return_has_target"),
        CheckConstraint("verdict = 'return' OR NOT straight", name="returns_go_straight"),
    )
    work_item_id: UUID = Field(primary_key=True)
    request_id: UUID = Field(foreign_key="request.id")
    seq: int  # of its journal entry: the order of decisions
    person: str = Field(foreign_key="person.account")
    verdict: Verdict = Field(sa_type=words(Verdict))
    opinion: str = Field(default="", max_length=2000)
    fields: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    names: dict[str, list[str]] = Field(default_factory=dict, sa_type=Json)  # handlers of later steps, by step key
    to: int | None = None  # position a return goes to
    straight: bool = False  # of a return: afterwards straight back to who returned it
    host: str | None = Field(default=None, foreign_key="person.account")  # 自选: who hosts the next step
    decided_at: datetime = Field(sa_type=Moment)
    carried_at: datetime | None = Field(default=None, sa_type=Moment)

    def said(self, item: WorkItem) -> Said:
        """As the rules see it. `item`: the one it was said on."""
        names = {key: tuple(people) for key, people in self.names.items()}
        what = self.verdict, self.to, names, self.straight, self.host
        return Said(item.round, item.position, item.part, item.seat, *what)


class JournalEntry(SQLModel, table=True):
    """办理记录: append-only (a trigger refuses anything else), each entry chained to the one before."""

    __tablename__ = "journal"
    request_id: UUID = Field(primary_key=True, foreign_key="request.id")
    seq: int = Field(primary_key=True, ge=1)
    at: datetime = Field(sa_type=Moment)
    actor: str | None = Field(default=None, max_length=32)  # none: the system
    act: str = Field(max_length=32)
    detail: dict[str, Any] = Field(sa_type=Json)
    previous: str = Field(max_length=64)
    hash: str = Field(max_length=64)
