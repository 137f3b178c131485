"""What happened to a request, read with its row locked: its work items with what was said on each, and its events."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from flows.engine.statements import CHANGES, ITEMS
from models.record import ItemState, Request, StepChange
from models.route import Event, Part, Said, Seat, Verdict


@dataclass(frozen=True)
class Item:
    """A work item; `said` is the decision on it, none before it is decided or when it never was."""

    id: UUID
    round: int
    position: int
    part: Part
    seat_of: str  # whom the route meant
    person: str  # who holds it
    acting_for: str | None
    state: ItemState
    closed_at: datetime | None
    seq: int | None  # of the decision
    said: Said | None

    @property
    def seat(self) -> Seat:
        return self.part, self.seat_of


def items_and_events(session: Session, request: Request) -> tuple[list[Item], list[Event]]:
    """All work items of a request, those decided in the order of their decisions, then the others; and what happened in
    its present edition of the route, in order."""
    found = session.execute(ITEMS, {"about": request.id}).all()
    items = [_item(*row) for *row, _ in found]
    changed = any(changed for *_, changed in found)  # of most nothing is: they are not asked about it
    return items, _events(request, items, _changes(session, request) if changed else [])


def _changes(session: Session, request: Request) -> list[StepChange]:
    return [StepChange(**each) for each in session.execute(CHANGES, {"about": request.id}).mappings()]


def _events(request: Request, items: Iterable[Item], changes: Iterable[StepChange]) -> list[Event]:
    began = request.edition_round, request.edition_start
    happened: list[tuple[int, Event]] = [(item.seq, item.said) for item in items if item.said and item.seq]
    happened += [(change.seq, change.event) for change in changes]
    return [event for _, event in sorted(happened, key=_seq) if (event.round, event.position) >= began]


def unfinished(items: Iterable[Item]) -> list[Item]:
    """Those that wait for their holder, or for someone added before."""
    return [item for item in items if item.state in (ItemState.open, ItemState.held)]


def _seq(happened: tuple[int, Event]) -> int:
    return happened[0]


def _item(
    key: UUID, round_: int, position: int, part: Part, seat: str, person: str, acting_for: str | None,
    state: ItemState, closed_at: datetime | None, seq: int | None, verdict: Verdict | None, to: int | None,
    names: dict[str, list[str]] | None, straight: bool | None, host: str | None,
) -> Item:  # fmt: skip
    handlers = {step: tuple(people) for step, people in (names or {}).items()}
    said = Said(round_, position, part, seat, verdict, to, handlers, bool(straight), host) if verdict else None
    return Item(key, round_, position, part, seat, person, acting_for, state, closed_at, seq, said)
