"""补发: what could not be delivered is tried again, at growing pauses, until it is delivered or overtaken.

The pauses are counted from the incident that three failed tries have opened (`flows/engine/trouble.py`).
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from prefect import task
from sqlalchemy import Text, cast
from sqlmodel import col, exists, func, select, update

import channels
from flows.engine import trouble
from flows.engine.delivery import UNSENT, deliver_one
from models.database import transaction
from models.messages import Delivery, Incident, Notice
from models.organisation import Person
from models.record import Request

DELIVER = "deliver"
BATCH = 100  # notices tried again by one run
SUBJECT = col(Request.number) + " " + cast(func.coalesce(col(Notice.work_item_id), col(Notice.id)), Text)
OPEN_INCIDENT = (col(Incident.what) == DELIVER) & col(Incident.closed_at).is_(None)


@dataclass(frozen=True)
class Undelivered:
    """A notice that failed; `key` says what its incident is about: the work item, else the notice itself."""

    notice: UUID
    request_id: UUID
    number: str
    key: str
    name: str


def deliver_failed(now: datetime) -> int:
    """Try again what is due; how many were delivered.

    The first that fails ends the round: the mail server is away for the others too, and slow to say so. The one that
    failed is the last to be tried next time.
    """
    _close_overtaken(now)
    delivered = 0
    for each in due_again(now)[:BATCH]:
        state = deliver_again(each.notice, f"{each.number} {each.name}", return_state=True)
        if not trouble.tell_unless_done(state, each.request_id, each.number, DELIVER, each.key):
            break
        delivered += 1
    return delivered


@task(name="补发", task_run_name="补发 {label}")
def deliver_again(notice: UUID, label: str) -> None:
    """One more try of a notice; nothing if it was overtaken meanwhile."""
    deliver_one(notice)


def due_again(now: datetime) -> list[Undelivered]:
    """Failed notices whose pause is over, but for loud ones in quiet hours; the one longest left alone first."""
    with transaction() as session:
        rows = session.exec(
            select(Notice, Request.number, Person.name, Incident)
            .join(Request, col(Request.id) == Notice.request_id)
            .join(Person, col(Person.account) == Notice.person)
            .outerjoin(Incident, (col(Incident.subject) == SUBJECT) & OPEN_INCIDENT)
            .where(Notice.delivery == Delivery.failed)
            .order_by(func.coalesce(col(Incident.last_at), col(Notice.created_at)))
        ).all()
    return [
        Undelivered(notice.id, notice.request_id, number, str(notice.work_item_id or notice.id), name)
        for notice, number, name, incident in rows
        if _again_at(notice, incident) <= now >= channels.not_before(notice.channel, now)
    ]


def _again_at(notice: Notice, incident: Incident | None) -> datetime:
    return incident.last_at + trouble.pause(incident.tries) if incident else notice.created_at + trouble.pause(1)


def _close_overtaken(now: datetime) -> None:
    """The work was done before it could be told: nothing is left to deliver."""
    undelivered = (
        exists()
        .where(col(Notice.request_id) == Incident.request_id, col(Notice.delivery).in_(UNSENT))
        .where(col(Request.id) == Notice.request_id, col(Incident.subject) == SUBJECT)
    )
    with transaction() as session:
        session.execute(
            update(Incident)
            .where(OPEN_INCIDENT, ~undelivered)
            .values(closed_at=now)
            .execution_options(synchronize_session=False)
        )
