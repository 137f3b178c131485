"""待办: a person's open work items as lines, narrowed to what they look for; which may be agreed to at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from flows.engine.decide import fields_asked
from flows.engine.desk import steps_of_each
from flows.engine.kind import kinds
from gateway.workbench.lists import RETURNED, gist_of, part_in_words
from models.organisation import Person
from models.record import ItemState, Request, WorkItem
from models.route import INITIATOR, Step

MOST_SHOWN = 200


@dataclass(frozen=True)
class Sought:
    """What a person narrows the list to."""

    q: str = ""
    kind: str = ""
    late: bool = False

    @property
    def any(self) -> bool:
        return bool(self.q or self.kind or self.late)


@dataclass(frozen=True)
class Waiting:
    """An open work item. `bulk`: it may be agreed to together with others."""

    id: UUID
    number: str
    kind_key: str
    kind: str
    gist: str
    step: str
    part: str
    acting_for: str  # the name of whom it is done for under a delegation (代), if it is
    initiator: str
    department: str
    due_at: datetime | None
    late: bool
    bulk: bool


def inbox_rows(session: Session, account: str) -> Sequence[tuple[WorkItem, Request]]:
    """Open work items of a person, those first due first."""
    return session.exec(
        select(WorkItem, Request)
        .join(Request, col(Request.id) == WorkItem.request_id)
        .where(WorkItem.person == account, WorkItem.state == ItemState.open)
        .order_by(col(WorkItem.due_at).asc().nulls_last(), col(WorkItem.opened_at))
    ).all()


def waiting_for(session: Session, account: str, now: datetime) -> list[Waiting]:
    """Every open work item of a person, those first due first."""
    rows = inbox_rows(session, account)
    routes = steps_of_each(session, [request for _, request in rows])
    people = {request.initiator for _, request in rows} | {item.acting_for for item, _ in rows if item.acting_for}
    names = _names(session, people)
    lines = []
    for item, request in rows:
        kind = kinds()[request.kind]
        step = routes[request.id][item.position - 1] if item.position != INITIATOR else None
        lines.append(
            Waiting(
                id=item.id,
                number=request.number,
                kind_key=kind.key,
                kind=kind.title,
                gist=gist_of(request),
                step=step.title if step else RETURNED,
                part=part_in_words(item),
                acting_for=names[item.acting_for] if item.acting_for else "",
                initiator=names[request.initiator],
                department=request.department,
                due_at=item.due_at,
                late=item.due_at is not None and item.due_at < now,
                bulk=kind.bulk and step is not None and agreed_blindly(step, item),
            )
        )
    return lines


def narrowed(lines: Iterable[Waiting], sought: Sought) -> list[Waiting]:
    """Those that fit: every word in number, people, department, step or content."""
    words = sought.q.casefold().split()
    return [
        each
        for each in lines
        if (not sought.kind or each.kind_key == sought.kind)
        and (each.late or not sought.late)
        and all(word in _text(each) for word in words)
    ]


def agreed_blindly(step: Step, item: WorkItem) -> bool:
    """Whether nothing is to be filled in there."""
    return fields_asked(step, item.part) is None


def _text(line: Waiting) -> str:
    people = line.initiator, line.department, line.acting_for
    return " ".join((line.number, line.kind, line.step, *people, line.gist)).casefold()


def _names(session: Session, accounts: Iterable[str]) -> dict[str, str]:
    return dict(session.exec(select(Person.account, Person.name).where(col(Person.account).in_(accounts))).all())
