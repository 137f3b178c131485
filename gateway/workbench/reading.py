"""送阅: what was sent to a person for reading, or because the work of another waits too long."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select as rows_of
from sqlmodel import Session, col, func

from flows.engine.kind import kinds
from gateway.visibility import circulated
from gateway.workbench.lists import PAGE
from models.messages import Notice
from models.organisation import Person
from models.record import Request


@dataclass(frozen=True)
class Reading:
    """A request that was sent to them for reading."""

    number: str
    kind: str
    initiator: str
    department: str
    sent_at: datetime
    read_at: datetime | None


def sent_for_reading(session: Session, account: str, page: int, _now: datetime) -> tuple[list[Reading], bool]:
    """A page of what was sent to a person for reading: the unread first; whether there is more."""
    read_at, sent_at = func.min(Notice.confirmed_at), func.min(Notice.created_at)
    rows = session.execute(
        rows_of(col(Request.number), col(Request.kind), col(Person.name), col(Request.department), sent_at, read_at)
        .join(Notice, col(Notice.request_id) == Request.id)
        .join(Person, col(Person.account) == Request.initiator)
        .where(col(Notice.person) == account, circulated())
        .group_by(col(Request.number), col(Request.kind), col(Person.name), col(Request.department))
        .order_by(read_at.is_not(None), sent_at.desc(), Request.number)
        .offset((page - 1) * PAGE)
        .limit(PAGE + 1)
    ).all()
    shown = [
        Reading(number, kinds()[kind].title, name, department, sent, read)
        for number, kind, name, department, sent, read in rows[:PAGE]
    ]
    return shown, len(rows) > PAGE
