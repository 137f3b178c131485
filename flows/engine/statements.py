"""The statements of a decision, built once: building them each time is half of what a decision would cost."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BindParameter,
    ColumnElement,
    Update,
    Uuid,
    any_,
    bindparam,
    case,
    cast,
    delete,
    exists,
    func,
    or_,
    update,
)
from sqlalchemy import select as rows
from sqlmodel import col, select

from models.columns import names
from models.database import table_of
from models.messages import Delivery, Notice, Reminder, Topic
from models.record import Change, Decision, FormerHolder, ItemState, Request, RouteStep, StepChange, Visit, WorkItem

UUIDS: ARRAY[UUID] = ARRAY(Uuid)  # compared with ANY: a list in the statement would be read anew each time
_FRESH: dict[str, Any] = {"populate_existing": True}  # not as it was read before the lock


def _closing() -> Update:
    """Close what a move leaves behind, in one statement.

    Work items `done` by `act` (decided) and `gone` (as `state`); no more reminders about them; their unsent notices
    are overtaken, and `act` has processed those of `done` (G7), whose holder has thereby seen them (G6); not those of
    others who were told that it waited, or who had it before. If the request `leaves` its step, the visit.
    """
    item, notice, reminder, visit = table_of(WorkItem), table_of(Notice), table_of(Reminder), table_of(Visit)
    now: BindParameter[datetime] = bindparam("now")
    done, gone = bindparam("done", type_=UUIDS), bindparam("gone", type_=UUIDS)
    closed = (
        update(item)
        .where(item.c.id == any_(cast(done, UUIDS).concat(cast(gone, UUIDS))))
        .values(state=case((item.c.id == any_(done), ItemState.decided), else_=bindparam("state")), closed_at=now)
        .returning(item.c.id, item.c.person)
        .cte("closed")
    )
    ids = rows(closed.c.id).scalar_subquery()
    quiet = delete(reminder).where(reminder.c.work_item_id.in_(ids)).cte("quiet")
    left = (
        update(visit)
        .where(visit.c.request_id == bindparam("about"), visit.c.closed_at.is_(None), bindparam("leaves"))
        .values(closed_at=now)
        .cte("left")
    )
    holds = exists().where(closed.c.id == notice.c.work_item_id, closed.c.person == notice.c.person)
    own = (notice.c.work_item_id == any_(done)) & (notice.c.topic != Topic.told) & holds
    act = case((own, bindparam("act")))
    values = {
        "delivery": case((notice.c.delivered_at.is_(None), Delivery.overtaken), else_=notice.c.delivery),
        "processed_at": case((act.is_not(None), now)),
        "processed_by": act,
        "confirmed_at": func.coalesce(notice.c.confirmed_at, case((act.is_not(None), now))),
        "confirmed_by": func.coalesce(notice.c.confirmed_by, act),
    }
    told = update(notice).where(notice.c.work_item_id.in_(ids), notice.c.processed_at.is_(None)).values(values)
    return told.add_cte(quiet, left)


CLOSE = _closing()


def held_by(person: Any) -> ColumnElement[bool]:
    """The condition on a work item that this person holds it, or has held it: they are told who has it now."""
    former = col(FormerHolder.work_item_id) == WorkItem.id, col(FormerHolder.person) == person
    return or_(col(WorkItem.person) == person, exists().where(*former))


REQUEST_OF_ITEM = (
    select(Request)
    .where(
        col(Request.id)
        == select(WorkItem.request_id)
        .where(WorkItem.id == bindparam("item"), held_by(bindparam("person")))
        .scalar_subquery()
    )
    .with_for_update()
    .execution_options(**_FRESH)
)

# What is only read comes as plain rows, which cost half of what objects do.
_items, _decisions, _steps = table_of(WorkItem), table_of(Decision), table_of(RouteStep)
_item, _said, _at, _changes = _items.c, _decisions.c, _steps.c, table_of(StepChange)
_step = [
    _at.key, _at.title, _at.host, names(_at.handlers), _at.handlers_by, names(_at.countersigners), _at.rule,
    _at.deadline_hours, _at.fields, _at.may_finish, _at.percent, _at.early, _at.refusal_ends, _at.lapses,
    names(_at.choice), _at.asks_opinion,
]  # fmt: skip
ITEMS = (
    rows(
        _item.id, _item.round, _item.position, _item.part, _item.seat, _item.person, _item.acting_for, _item.state,
        _item.closed_at, _said.seq, _said.verdict, _said.to, _said.names, _said.straight, _said.host,
        exists().where(_changes.c.request_id == bindparam("about")),
    )
    .select_from(_items.outerjoin(_decisions, _said.work_item_id == _item.id))
    .where(_item.request_id == bindparam("about"))
    .order_by(_said.seq)
)  # fmt: skip
CHANGES = rows(_changes).where(_changes.c.request_id == bindparam("about")).order_by(_changes.c.seq)
ROUTE = (
    rows(*_step).where(_at.request_id == bindparam("about"), _at.edition == bindparam("edition")).order_by(_at.position)
)
_request = table_of(Request).c
ROUTES = (
    rows(_at.request_id, *_step)
    .where(_at.request_id == any_(bindparam("requests", type_=UUIDS)))
    .where(_at.request_id == _request.id, _at.edition == _request.edition)
    .order_by(_at.position)
)
ADDED = (
    rows(_changes.c.request_id, _changes.c.round, _changes.c.position)
    .where(_changes.c.request_id == any_(bindparam("requests", type_=UUIDS)), _changes.c.what == Change.added)
    .distinct()
)
