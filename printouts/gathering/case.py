"""A request with everything on record about it, read once, for those who lay out its sheet."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cache, cached_property
from operator import attrgetter, itemgetter
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy import select as rows
from sqlmodel import Session, SQLModel, col, select

from models.messages import Notice
from models.organisation import Person
from models.record import Decision, FormerHolder, Request, RouteStep, StepChange, Visit, WorkItem
from models.route import Event, Seat
from models.settings import settings
from printouts.gathering.sheet import SheetPerson, Shown

Row = TypeVar("Row", bound=SQLModel)
ITEMS = (
    rows(WorkItem, Decision)
    .outerjoin(Decision, col(Decision.work_item_id) == WorkItem.id)
    .where(col(WorkItem.request_id) == bindparam("about"))
    .order_by(col(WorkItem.round), col(WorkItem.position), col(WorkItem.part), col(WorkItem.person))
)
ShownFields = Callable[[str, dict[str, Any]], list[tuple[str, str]]]


@dataclass(frozen=True)
class Case:
    request: Request
    people: Mapping[str, SheetPerson]  # by account
    route: Mapping[tuple[int, int], RouteStep]  # by edition and position
    visits: tuple[Visit, ...]  # in the order of rounds and positions
    items: Mapping[UUID, WorkItem]
    decisions: Mapping[UUID, Decision]  # by work item
    changes: tuple[StepChange, ...]  # in the order they happened
    former_holders: tuple[FormerHolder, ...]
    notices: tuple[Notice, ...]  # in the order they were written
    zone: tzinfo
    shown_fields: ShownFields

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    def fields(self, model: str, values: dict[str, Any]) -> tuple[Shown, ...]:
        return tuple(Shown(label, text) for label, text in self.shown_fields(model, values))

    def titles(self, edition: int) -> dict[int, str]:
        """Step titles of an edition of the route, by position."""
        return {step.position: step.title for step in self.route.values() if step.edition == edition}

    def name(self, account: str) -> str:
        return self.people[account].name

    def item(self, round_: int, position: int, seat: Seat) -> WorkItem | None:
        """The work item of a seat in a visit."""
        return self._seats.get((round_, position, seat))

    @cached_property
    def _seats(self) -> dict[tuple[int, int, Seat], WorkItem]:
        return {(item.round, item.position, (item.part, item.seat)): item for item in self.items.values()}

    def events(self, edition: int) -> list[Event]:
        """What happened in an edition of the route, in order."""
        happened: list[tuple[int, Event]] = [(change.seq, change.event) for change in self.changes]
        happened += [(each.seq, each.said(self.items[item])) for item, each in self.decisions.items()]
        places = {(visit.round, visit.position) for visit in self.visits if visit.edition == edition}
        return [event for _, event in sorted(happened, key=itemgetter(0)) if (event.round, event.position) in places]


def load(session: Session, request_id: UUID, shown_fields: ShownFields) -> Case:
    """Read the record of one request. Raises NoResultFound if there is none."""
    request = session.get_one(Request, request_id)
    items, decisions = _items(session, request_id)
    notices = _rows(session, Notice, request_id, Notice.seq, Notice.person, Notice.channel, Notice.rung)
    steps = _rows(session, RouteStep, request_id, RouteStep.edition, RouteStep.position)
    involved = {request.initiator, *(item.person for item in items), *(notice.person for notice in notices)}
    involved |= {account for step in steps for account in (step.host, *step.handlers, *step.countersigners)}
    changes = _rows(session, StepChange, request_id, StepChange.seq)
    former = _rows(session, FormerHolder, request_id, FormerHolder.seq)
    involved |= {each for item in items for each in (item.seat, item.acting_for) if each}
    involved |= {each.seat for each in changes} | {each.person for each in former}
    people = session.exec(select(Person).where(col(Person.account).in_(involved)))
    return Case(
        request=request,
        people={person.account: SheetPerson(person.name, person.department) for person in people},
        route={(step.edition, step.position): step for step in steps},
        visits=_rows(session, Visit, request_id, Visit.round, Visit.position),
        items={item.id: item for item in items},
        decisions={each.work_item_id: each for each in decisions},
        changes=changes,
        former_holders=former,
        notices=notices,
        zone=settings().zone,
        shown_fields=shown_fields,
    )


def _items(session: Session, request_id: UUID) -> tuple[list[WorkItem], list[Decision]]:
    """Work items by place, and the decisions on them in the order they were made."""
    found = session.execute(ITEMS, {"about": request_id}).all()
    decisions = [decision for _, decision in found if decision]
    return [item for item, _ in found], sorted(decisions, key=attrgetter("seq"))


def _rows(session: Session, table: type[Row], request_id: UUID, *order: Any) -> tuple[Row, ...]:
    return tuple(session.scalars(_of_request(table, order), {"about": request_id}))


@cache
def _of_request(table: type[SQLModel], order: tuple[Any, ...]) -> Any:
    """The statement that reads a table's rows of one request, built once."""
    mine = col(table.request_id) == bindparam("about")  # type: ignore[attr-defined]  # each has one
    return select(table).where(mine).order_by(*order)
