"""What a person has before them: their open work items, and their own requests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from flows.engine.kind import kinds
from models.organisation import Person
from models.record import ItemState, Request, RouteStep, Status, WorkItem
from models.route import OUTCOME_TITLES, PART_TITLES, Outcome

MOST_SHOWN = 50


@dataclass(frozen=True)
class Waiting:
    """An open work item as a line of the page."""

    number: str
    kind: str
    step: str
    part: str
    initiator: str
    department: str
    due_at: datetime | None


@dataclass(frozen=True)
class Own:
    """A person's own request as a line of the page; `waiting` are the names of those whose turn it is."""

    number: str
    kind: str
    status: str
    state: str
    submitted_at: datetime
    waiting: Sequence[str]


def inbox_rows(session: Session, account: str) -> Sequence[tuple[WorkItem, Request]]:
    """Open work items of a person, those first due first."""
    return session.exec(
        select(WorkItem, Request)
        .join(Request, col(Request.id) == WorkItem.request_id)
        .where(WorkItem.person == account, WorkItem.state == ItemState.open)
        .order_by(col(WorkItem.due_at).asc().nulls_last(), col(WorkItem.opened_at))
    ).all()


def waiting_for(session: Session, account: str) -> list[Waiting]:
    """The same as lines of the page."""
    rows = inbox_rows(session, account)
    about = {
        request_id: (title, name)
        for request_id, title, name in session.exec(
            select(Request.id, RouteStep.title, Person.name)
            .join(Person, col(Person.account) == Request.initiator)
            .outerjoin(
                RouteStep,
                (col(RouteStep.request_id) == Request.id)
                & (RouteStep.edition == Request.edition)
                & (RouteStep.position == Request.position),
            )
            .where(col(Request.id).in_({request.id for _, request in rows}))
        )
    }
    return [
        Waiting(
            number=request.number,
            kind=kinds()[request.kind].title,
            step=about[request.id][0] or "退回修改",
            part=PART_TITLES[item.part],
            initiator=about[request.id][1],
            department=request.department,
            due_at=item.due_at,
        )
        for item, request in rows
    ]


def own_requests(session: Session, account: str) -> list[Own]:
    """A person's own requests, the newest first."""
    mine = session.exec(
        select(Request)
        .where(Request.initiator == account)
        .order_by(col(Request.submitted_at).desc(), col(Request.number).desc())
        .limit(MOST_SHOWN)
    ).all()
    waiting: dict[UUID, list[str]] = {}
    for request_id, name in session.exec(
        select(WorkItem.request_id, Person.name)
        .join(Person, col(Person.account) == WorkItem.person)
        .where(col(WorkItem.request_id).in_([each.id for each in mine]), WorkItem.state == ItemState.open)
        .order_by(col(WorkItem.opened_at), Person.account)
    ):
        waiting.setdefault(request_id, []).append(name)
    return [
        Own(
            each.number,
            kinds()[each.kind].title,
            each.status,
            state_in_words(each),
            each.submitted_at,
            waiting.get(each.id, ()),
        )
        for each in mine
    ]


def state_in_words(request: Request) -> str:
    """办理中, 办结, 否决 …"""
    return "办理中" if request.status is Status.open else OUTCOME_TITLES[Outcome(request.status)]
