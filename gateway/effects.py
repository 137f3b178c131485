"""Acts beside deciding that the journal keeps; 确认效力 (G6): looking at a request or its sheet confirms the notices
about it, once.
"""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from flows.engine.desk import Desk
from flows.engine.kind import kinds
from flows.engine.rules import rules_of
from models.messages import Delivery, Notice
from models.record import Request


def confirm(session: Session, request: Request, account: str, act: str, now: datetime) -> None:
    """The person has seen it, by `act` (opened, downloaded): their notices are confirmed, and so delivered."""
    unseen = (Notice.request_id == request.id, Notice.person == account, col(Notice.confirmed_at).is_(None))
    if session.exec(select(Notice.id).where(*unseen).limit(1)).first() is None:
        return
    session.refresh(request, with_for_update=True)
    notices = session.exec(select(Notice).where(*unseen).with_for_update()).all()
    for notice in notices:
        notice.confirmed_at, notice.confirmed_by = now, act
        if notice.delivery is not Delivery.delivered:
            notice.delivery, notice.delivered_at = Delivery.delivered, now
    if notices:
        note(session, request, account, "confirmed", now, by=act)


def note(session: Session, request: Request, account: str, act: str, now: datetime, **detail: Any) -> None:
    """An entry in the journal of a request whose row is locked; nothing else follows from the act."""
    kind = kinds()[request.kind]
    desk = Desk(session, request, kind, rules_of(session, kind, request.rule_version), now)
    desk.note(act, account, **detail)
    desk.close()
