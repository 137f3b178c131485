"""移交 (A5, A6): what a leaver or mover still has to do goes to a colleague; for personnel and 主管理员 alone."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, and_, col, select

from flows.engine.acts.handing_on import hand_over
from gateway.login.identity import Me
from gateway.rest.contract import HandOver
from gateway.visibility import may_hand_over
from models.record import FormerHolder, ItemState, JournalEntry, Request, WorkItem
from models.refusals import NotYours

MOST_SHOWN = 200


def hand_over_as(session: Session, me: Me, now: datetime, body: HandOver) -> list[str]:
    """Numbers of the requests. Raises NotYours; Invalid: as `hand_over`."""
    check(me)
    return hand_over(session, me.account, body.person, body.to, body.reason, now)


def still_to_do(session: Session, account: str) -> Sequence[tuple[Request, WorkItem]]:
    """What a person has not finished, the oldest first."""
    theirs = WorkItem.person == account, col(WorkItem.state).in_([ItemState.open, ItemState.held])
    found = select(Request, WorkItem).join(WorkItem, col(WorkItem.request_id) == Request.id).where(*theirs)
    return session.exec(found.order_by(col(WorkItem.opened_at), col(Request.number))).all()


def handed_over(session: Session, account: str) -> Sequence[tuple[Request, JournalEntry]]:
    """What was handed over of theirs, the latest first."""
    at = (JournalEntry.request_id == FormerHolder.request_id, JournalEntry.seq == FormerHolder.seq)
    found = select(Request, JournalEntry).join(JournalEntry, col(JournalEntry.request_id) == Request.id)
    theirs = found.join(FormerHolder, and_(*at)).where(FormerHolder.person == account)
    order = (col(JournalEntry.at).desc(), col(Request.number))
    return session.exec(theirs.where(JournalEntry.act == "handed_over").order_by(*order).limit(MOST_SHOWN)).all()


def check(me: Me) -> None:
    """Raises NotYours: neither of the personnel department nor the main administrator."""
    if not may_hand_over(me):
        raise NotYours
