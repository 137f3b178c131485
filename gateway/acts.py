"""Acts beside deciding, from a page or over REST: about which request or item of theirs, checked by the table."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel
from sqlmodel import Session

from flows.engine.acts.act import Act, Doing
from flows.engine.acts.who import check
from gateway.login.identity import Me
from gateway.visibility import is_administrator, visible
from gateway.workbench.acting import request_of
from models.record import Request


def act_on_request(session: Session, me: Me, act: Act, number: str, body: BaseModel, now: datetime) -> Request:
    """Raises NotYours, NotAllowed, TooLate, and what the act itself raises."""
    doing = doing_with(session, me, visible(session, me, number), now)
    check(act, doing, None)
    return act.carry_out(doing, body)


def act_on_item(session: Session, me: Me, act: Act, item_id: UUID, body: BaseModel, now: datetime) -> Request:
    """Raises NotYours, NotAllowed, TooLate, and what the act itself raises."""
    item, request = request_of(session, me.account, item_id)
    doing = Doing(session, me.account, is_administrator(me), request, item_id, now)
    check(act, doing, item)
    return act.carry_out(doing, body)


def doing_with(session: Session, me: Me, request: Request, now: datetime) -> Doing:
    return Doing(session, me.account, is_administrator(me), request, None, now)
