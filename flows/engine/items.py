"""The work items of a request with what was said on each, read at once with the request's row locked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from flows.engine.statements import ITEMS
from models.record import ItemState, Request
from models.route import INITIATOR, Part, Said, Verdict


@dataclass(frozen=True)
class Item:
    """A work item; `said` is the decision on it, none before it is decided or when it never was."""

    id: UUID
    round: int
    position: int
    part: Part
    person: str
    state: ItemState
    closed_at: datetime | None
    said: Said | None


def items_of(session: Session, request: Request) -> list[Item]:
    """All work items of a request, those decided in the order of their decisions, then the others."""
    return [_item(*row) for row in session.execute(ITEMS, {"about": request.id})]


def said_so_far(request: Request, items: Iterable[Item]) -> list[Said]:
    """What was said in the request's present edition of the route, in order."""
    began = (request.edition_round, INITIATOR)  # the initiator's own word in that round belongs to the old edition
    return [item.said for item in items if item.said and (item.round, item.position) > began]


def still_open(items: Iterable[Item]) -> list[Item]:
    return [item for item in items if item.state is ItemState.open]


def _item(
    key: UUID, round_: int, position: int, part: Part, person: str, state: ItemState, closed_at: datetime | None,
    verdict: Verdict | None, to: int | None, names: dict[str, list[str]] | None,
) -> Item:  # fmt: skip
    handlers = {step: tuple(people) for step, people in (names or {}).items()}
    said = Said(round_, position, part, person, verdict, to, handlers) if verdict else None
    return Item(key, round_, position, part, person, state, closed_at, said)
