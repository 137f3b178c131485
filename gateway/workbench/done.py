"""已办: what a person decided, and what became of it."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from flows.engine.kind import kinds
from gateway.workbench.lists import PAGE, RETURNED, state_in_words
from models.organisation import Person
from models.record import Decision, Request, RouteStep, Visit, WorkItem
from printouts.gathering.verdicts import act_in_words


@dataclass(frozen=True)
class Done:
    """A decision of theirs."""

    number: str
    kind: str
    step: str
    initiator: str
    department: str
    said: str
    opinion: str
    decided_at: datetime
    status: str
    state: str


def decided_by(session: Session, account: str, page: int, _now: datetime) -> tuple[list[Done], bool]:
    """A page of what a person decided, the newest first; whether there is more."""
    rows = session.exec(
        select(Decision, Request, Person.name, RouteStep.title)
        .join(Request, col(Request.id) == Decision.request_id)
        .join(Person, col(Person.account) == Request.initiator)
        .join(WorkItem, col(WorkItem.id) == Decision.work_item_id)
        .join(
            Visit,
            (col(Visit.request_id) == WorkItem.request_id)
            & (Visit.round == WorkItem.round)
            & (Visit.position == WorkItem.position),
        )
        .outerjoin(
            RouteStep,
            (col(RouteStep.request_id) == Visit.request_id)
            & (RouteStep.edition == Visit.edition)
            & (RouteStep.position == Visit.position),
        )
        .where(Decision.person == account)
        .order_by(col(Decision.decided_at).desc(), Request.number)
        .offset((page - 1) * PAGE)
        .limit(PAGE + 1)
    ).all()
    done = [
        Done(
            request.number,
            kinds()[request.kind].title,
            title or RETURNED,
            name,
            request.department,
            act_in_words(decision.verdict) if title else "重新提交",
            decision.opinion,
            decision.decided_at,
            request.status,
            state_in_words(request.status),
        )
        for decision, request, name, title in rows[:PAGE]
    ]
    return done, len(rows) > PAGE
