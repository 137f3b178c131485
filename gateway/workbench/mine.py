"""我发起的: a person's own requests, whose turn each is and for how many working hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlmodel import Session, col, select

from flows.engine.kind import kinds
from gateway.workbench.lists import PAGE, gist_of, part_in_words, state_in_words
from models.calendar_table import calendar
from models.organisation import Person
from models.record import ItemState, Request, Status, WorkItem
from models.settings import settings
from models.worktime import working_hours_between


@dataclass(frozen=True)
class OnTheirWay:
    """A person whose turn it is, and for how many working hours."""

    name: str
    step: str
    hours: Decimal
    late: bool


@dataclass(frozen=True)
class Own:
    """A person's own request."""

    number: str
    kind: str
    gist: str
    status: str
    state: str
    submitted_at: datetime
    waiting: Sequence[OnTheirWay]


def own_requests(session: Session, account: str, page: int, now: datetime) -> tuple[list[Own], bool]:
    """A page of a person's own requests, the newest first; whether there are more."""
    mine = session.exec(
        select(Request)
        .where(Request.initiator == account)
        .order_by(col(Request.submitted_at).desc(), col(Request.number).desc())
        .offset((page - 1) * PAGE)
        .limit(PAGE + 1)
    ).all()
    waiting = _waiting_for(session, [each.id for each in mine if each.status is Status.open], now)
    rows = [
        Own(
            each.number,
            kinds()[each.kind].title,
            gist_of(each),
            each.status,
            state_in_words(each.status),
            each.submitted_at,
            waiting.get(each.id, ()),
        )
        for each in mine[:PAGE]
    ]
    return rows, len(mine) > PAGE


def _waiting_for(session: Session, requests: Sequence[UUID], now: datetime) -> dict[UUID, list[OnTheirWay]]:
    """Who has each of these open requests, since how many working hours."""
    if not requests:
        return {}
    days, found = calendar(session), dict[UUID, list[OnTheirWay]]()
    for item, name in session.exec(
        select(WorkItem, Person.name)
        .join(Person, col(Person.account) == WorkItem.person)
        .where(col(WorkItem.request_id).in_(requests), WorkItem.state == ItemState.open)
        .order_by(col(WorkItem.opened_at), Person.account)
    ):
        hours = working_hours_between(days, min(item.opened_at, now), now, tz=settings().zone)
        late = item.due_at is not None and item.due_at < now
        found.setdefault(item.request_id, []).append(OnTheirWay(name, part_in_words(item), round(hours, 1), late))
    return found
