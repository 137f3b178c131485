"""Delivering notices: at least once, with one de-duplication id, marked in the record when it is done (I6)."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select, update

import channels
from models.database import one_at_a_time, transaction
from models.messages import Delivery, Notice
from models.organisation import Person
from models.record import Decision, Request, WorkItem
from models.settings import settings

UNSENT = (Delivery.sending, Delivery.failed)


def deliver_pending(item: UUID) -> None:
    """Deliver every notice about a work item that is still to be delivered.

    Raises:
        what the channel raised: the task is tried again.
    """
    for notice in pending_of_item(item):
        deliver_one(notice)


def pending_of_item(item: UUID) -> list[UUID]:
    """Notices about a work item that are still to be delivered."""
    with transaction() as session:
        return list(
            session.exec(select(Notice.id).where(Notice.work_item_id == item, col(Notice.delivery).in_(UNSENT)))
        )


def deliver_one(notice_id: UUID) -> None:
    """Deliver one notice over its channel and mark it; a delivered one is left alone.

    While it is being sent its row is not locked: a decision marks it too, and waits for no mail server.

    Raises:
        what the channel raised, after counting the try.
    """
    with transaction() as session:
        one_at_a_time(session, f"notice {notice_id}")
        notice = session.get_one(Notice, notice_id)
        if notice.delivery not in UNSENT:
            return
        message = _message(session, notice)
        try:
            channels.send(message)
        except Exception as error:
            failure = error
            _mark(session, notice_id, col(Notice.delivery).in_(UNSENT), delivery=Delivery.failed)
        else:
            now = datetime.now(UTC)  # overtaken meanwhile, but sent
            _mark(
                session, notice_id, Notice.delivery != Delivery.delivered, delivery=Delivery.delivered, delivered_at=now
            )
            return
    raise failure


def pending_of_request(request_id: UUID) -> list[UUID]:
    """Notices of a request that belong to no open item: outcome, reading, told."""
    with transaction() as session:
        return list(
            session.exec(
                select(Notice.id)
                .where(
                    Notice.request_id == request_id,
                    col(Notice.work_item_id).is_(None),
                    col(Notice.delivery).in_(UNSENT),
                )
                .order_by(col(Notice.created_at))
            )
        )


def mark_item_carried(item: UUID) -> None:
    """This item, and the decision on it if there is one, has been shown in the run's timeline."""
    now = datetime.now(UTC)
    with transaction() as session:
        session.execute(
            update(WorkItem).where(col(WorkItem.id) == item, col(WorkItem.carried_at).is_(None)).values(carried_at=now)
        )
        session.execute(
            update(Decision)
            .where(col(Decision.work_item_id) == item, col(Decision.carried_at).is_(None))
            .values(carried_at=now)
        )


def _mark(session: Session, notice_id: UUID, still: Any, **values: Any) -> None:
    """Count a try and say how it went, if the notice is `still` as it was."""
    mine = update(Notice).where(col(Notice.id) == notice_id).values(tries=col(Notice.tries) + 1)
    session.execute(mine.where(still).values(values))


def _message(session: Session, notice: Notice) -> channels.Message:
    person = session.get_one(Person, notice.person)
    number = session.exec(select(Request.number).where(Request.id == notice.request_id)).one()
    return channels.Message(
        id=notice.id,
        channel=notice.channel,
        to_name=person.name,
        to_address=person.email,
        to_phone=person.phone,
        title=notice.title,
        link=f"{settings().address}/requests/{number}",
        ding=notice.ding,
    )
