"""Who may see a request (SEMANTICS.md): whoever has or had a part in it, the administrator, the clerk once filed.

For everyone else it does not exist: not in lists, not in counts, not by its number.
"""

from typing import Any

from sqlalchemy import exists, or_
from sqlmodel import Session, col, select

from gateway.identity import Me
from models.messages import Notice, Topic
from models.papers import Sheet
from models.record import Request, WorkItem
from models.refusals import NotYours

ADMINISTRATOR, CLERK = "主管理员", "档案员"  # posts of the personnel file


def visible_to(me: Me) -> Any:
    """The condition on `Request` that holds for what this person may see."""
    mine = [
        col(Request.initiator) == me.account,
        exists().where(col(WorkItem.request_id) == Request.id, col(WorkItem.person) == me.account),
        exists().where(
            col(Notice.request_id) == Request.id,
            col(Notice.person) == me.account,
            col(Notice.topic) == Topic.reading,
        ),
    ]
    if me.post == CLERK:
        mine.append(exists().where(col(Sheet.request_id) == Request.id, col(Sheet.copy_kind) == "archive"))
    return or_(*mine) if me.post != ADMINISTRATOR else col(Request.id).isnot(None)


def visible(session: Session, me: Me, number: str) -> Request:
    """The request with this number.

    Raises:
        NotYours: there is none, or this person may not see it.
    """
    request = session.exec(select(Request).where(Request.number == number, visible_to(me))).first()
    if request is None:
        raise NotYours
    return request
