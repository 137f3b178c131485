"""Who may see a request (SEMANTICS.md): whoever has or had a part in it, the administrator, sub-administrators within
what they were granted, the clerk once filed.

For everyone else it does not exist: not in lists, not in counts, not by its number.
"""

from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, exists, or_
from sqlmodel import Session, col, select

from gateway.login.identity import Me
from models.access import Grant
from models.messages import Notice, Topic
from models.organisation import Department
from models.papers import Sheet
from models.record import FormerHolder, Request, WorkItem
from models.refusals import NotYours
from models.settings import settings

ADMINISTRATOR, CLERK = "主管理员", "档案员"  # posts of the personnel file


def is_administrator(me: Me) -> bool:
    """主管理员; sub-administrators are not."""
    return me.post == ADMINISTRATOR


def may_print(me: Me) -> bool:
    """Who has the print desk: 档案员 and 主管理员."""
    return me.post == CLERK or is_administrator(me)


def may_register(me: Me) -> bool:
    """Who has the register (登记簿): 档案员, 主管理员, and sub-administrators, of what they were granted."""
    return may_print(me) or me.granted


def registered_for(me: Me) -> Any:
    """The condition on `Request` that holds for what stands in this person's register."""
    if is_administrator(me):
        return col(Request.id).isnot(None)
    granted = exists().where(*_granted(me.account), *_in_scope())
    return or_(granted, _filed()) if me.post == CLERK else granted


def may_hand_over(me: Me) -> bool:
    """Who hands over what leavers and movers have: the personnel department and 主管理员."""
    return me.department == settings().personnel or is_administrator(me)


def visible_to(me: Me) -> Any:
    """The condition on `Request` that holds for what this person may see."""
    return _visible_to(me.account, me.post)


def visible(session: Session, me: Me, number: str) -> Request:
    """The request with this number.

    Raises:
        NotYours: there is none, or this person may not see it.
    """
    request: Request | None = session.scalars(_numbered(me.post), {"number": number, "me": me.account}).first()
    if request is None:
        raise NotYours
    return request


def circulated() -> Any:
    """The condition on `Notice` that holds where a request was shown to someone who has no part in it: for reading
    (送阅), or because the work of another waits too long (催办、督办)."""
    waits = and_(col(Notice.topic) == Topic.told, col(Notice.work_item_id).isnot(None))
    return or_(col(Notice.topic) == Topic.reading, waits)


@cache
def _numbered(post: str) -> Any:
    """The statement of `visible`, built once for each post: it is asked with nearly every page."""
    return select(Request).where(Request.number == bindparam("number"), _visible_to(bindparam("me"), post))


def _visible_to(account: Any, post: str) -> Any:
    mine = [
        col(Request.initiator) == account,
        exists().where(
            col(WorkItem.request_id) == Request.id,
            or_(*(col(each) == account for each in (WorkItem.person, WorkItem.seat, WorkItem.acting_for))),
        ),
        exists().where(col(FormerHolder.request_id) == Request.id, col(FormerHolder.person) == account),
        exists().where(col(Notice.request_id) == Request.id, col(Notice.person) == account, circulated()),
        and_(exists().where(*_granted(account)), exists().where(*_granted(account), *_in_scope())),  # first: asked once
    ]
    if post == CLERK:
        mine.append(_filed())
    return or_(*mine) if post != ADMINISTRATOR else col(Request.id).isnot(None)


def _filed() -> Any:
    return exists().where(col(Sheet.request_id) == Request.id, col(Sheet.copy_kind) == "archive")


def _granted(account: Any) -> tuple[Any, ...]:
    return col(Grant.account) == account, col(Grant.ended_at).is_(None)


def _in_scope() -> tuple[Any, ...]:
    """A grant covers a request: its kind, and the applicant's department or the one that has it as a section."""
    sections = select(Department.name).where(Department.parent == Grant.department)
    department = col(Request.department)
    return (
        or_(col(Grant.kind).is_(None), col(Grant.kind) == col(Request.kind)),
        or_(col(Grant.department).is_(None), col(Grant.department) == department, department.in_(sections)),
    )
