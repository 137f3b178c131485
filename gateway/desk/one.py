"""One sheet of one request, to print or to check off."""

from datetime import datetime

from sqlmodel import Session

from gateway.desk.choices import How
from gateway.desk.lists import Lying, listed
from gateway.desk.orders import orders_of
from gateway.desk.who import check_prints
from gateway.effects import confirm
from gateway.login.identity import Me
from gateway.visibility import visible
from models.record import Request
from models.refusals import NotYours
from printouts.printing.bundle import Listed, Order


def order_one(session: Session, me: Me, number: str, copy: str, how: How, now: datetime) -> Order:
    """A copy of a sheet of this request. To print it is to have seen it.

    Raises:
        NotYours: no such request or sheet for this person; NotAllowed: theirs to see, not to print.
    """
    request = visible(session, me, number)
    check_prints(session, me, request)
    (order,) = orders_of(session, me.account, [sheet_of(session, request, copy)], how)
    confirm(session, request, me.account, "downloaded", now)
    return order


def sheet_of(session: Session, request: Request, copy: str) -> Listed:
    """The filed copy of this kind. Raises NotYours."""
    found = listed(session, Lying.request_id == request.id, Lying.copy_kind == copy)
    if not found:
        raise NotYours(f"{request.number} 还没有这一联的流程单。办结后由系统生成，请稍后再看。")
    return found[0]
