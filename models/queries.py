"""Questions to the record, named for what they answer."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import Range
from sqlmodel import Session, col, select, update

from models.ledgers import LeaveSpan
from models.organisation import Department, Person
from models.record import Decision, Request, RouteStep, WorkItem
from models.settings import settings


def step_fields(session: Session, request_id: UUID, step: str) -> dict[str, Any] | None:
    """The fields last filled in at the step with this key, or None."""
    fields = session.exec(
        select(Decision.fields)
        .join(WorkItem, col(WorkItem.id) == Decision.work_item_id)
        .join(Request, col(Request.id) == Decision.request_id)
        .join(
            RouteStep,
            (col(RouteStep.request_id) == Request.id)
            & (RouteStep.edition == Request.edition)
            & (RouteStep.position == WorkItem.position),
        )
        .where(Decision.request_id == request_id, RouteStep.key == step, col(Decision.fields) != {})
        .order_by(col(Decision.seq).desc())
    ).first()
    return None if fields is None else dict(fields)


def person_no(session: Session, account: str) -> int:
    """The number that stands for a person in exclusion constraints."""
    number = session.exec(select(Person.no).where(Person.account == account)).one()
    assert number is not None  # noqa: S101 - an identity column
    return number


def heads_away(session: Session, account: str, start: date, end: date) -> list[str]:
    """Names of head or deputy of the person's department on leave in that time, if the person is one of them."""
    me = session.get_one(Person, account)
    leaders = select(Person.no, Person.name).where(
        Person.department == me.department,
        (col(Person.rank).startswith("中层")) | (col(Person.account).in_(select(Department.head))),
    )
    named = dict(session.exec(leaders).all())
    if me.no not in named:
        return []
    zone = settings().zone
    during = Range(datetime.combine(start, time(0), zone), datetime.combine(end + timedelta(days=1), time(0), zone))
    away = session.exec(
        select(LeaveSpan.person_no).where(
            col(LeaveSpan.person_no).in_(set(named) - {me.no}), col(LeaveSpan.during).op("&&")(during)
        )
    )
    return sorted({named[number] for number in away})


def mark_leave_settled(session: Session, request_id: UUID) -> None:
    """Count a leave's days as taken; the second time changes nothing."""
    session.execute(
        update(LeaveSpan)
        .where(col(LeaveSpan.request_id) == request_id, col(LeaveSpan.settled_at).is_(None))
        .values(settled_at=func.now())
    )
