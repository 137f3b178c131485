"""A request with everything on record about it, read once, for those who lay out its sheet."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, TypeVar
from uuid import UUID

from sqlmodel import Session, SQLModel, col, select

from models.messages import Notice
from models.organisation import Person
from models.record import Decision, Request, RouteStep, Visit, WorkItem
from models.settings import settings
from printouts.sheet import SheetPerson, Shown

Row = TypeVar("Row", bound=SQLModel)
ShownFields = Callable[[str, dict[str, Any]], list[tuple[str, str]]]


@dataclass(frozen=True)
class Case:
    request: Request
    people: Mapping[str, SheetPerson]  # by account
    route: Mapping[tuple[int, int], RouteStep]  # by edition and position
    visits: tuple[Visit, ...]  # in the order of rounds and positions
    items: Mapping[UUID, WorkItem]
    decisions: Mapping[UUID, Decision]  # by work item
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


def load(session: Session, request_id: UUID, shown_fields: ShownFields) -> Case:
    """Read the record of one request. Raises NoResultFound if there is none."""
    request = session.get_one(Request, request_id)
    items = _rows(session, WorkItem, request_id, WorkItem.round, WorkItem.position, WorkItem.part, WorkItem.person)
    notices = _rows(session, Notice, request_id, Notice.seq, Notice.person, Notice.channel, Notice.rung)
    steps = _rows(session, RouteStep, request_id, RouteStep.edition, RouteStep.position)
    involved = {request.initiator, *(item.person for item in items), *(notice.person for notice in notices)}
    involved |= {account for step in steps for account in (step.host, *step.handlers, *step.countersigners)}
    people = session.exec(select(Person).where(col(Person.account).in_(involved)))
    return Case(
        request=request,
        people={person.account: SheetPerson(person.name, person.department) for person in people},
        route={(step.edition, step.position): step for step in steps},
        visits=_rows(session, Visit, request_id, Visit.round, Visit.position),
        items={item.id: item for item in items},
        decisions={each.work_item_id: each for each in _rows(session, Decision, request_id, Decision.seq)},
        notices=notices,
        zone=settings().zone,
        shown_fields=shown_fields,
    )


def _rows(session: Session, table: type[Row], request_id: UUID, *order: Any) -> tuple[Row, ...]:
    mine = select(table).where(col(table.request_id) == request_id)  # type: ignore[attr-defined]  # each has one
    return tuple(session.exec(mine.order_by(*order)))
