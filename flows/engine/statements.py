"""The statements of a decision, built once: building them each time is half of what a decision would cost."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BindParameter, Update, Uuid, any_, bindparam, case, cast, delete, func, tuple_, update
from sqlalchemy import select as rows
from sqlmodel import col, select

from models.database import table_of
from models.messages import Delivery, Notice, Reminder
from models.record import Decision, ItemState, Request, RouteStep, Visit, WorkItem

_FRESH: dict[str, Any] = {"populate_existing": True}  # not as it was read before the lock


def _closing() -> Update:
    """Close what a move leaves behind, in one statement.

    Work items `done` by `act` (decided) and `gone` (as `state`); no more reminders about them; their unsent notices
    are overtaken, and `act` has processed those of `done` (G7), whose person has thereby seen them (G6). If the
    request `leaves` its step, the visit.
    """
    item, notice, reminder, visit = table_of(WorkItem), table_of(Notice), table_of(Reminder), table_of(Visit)
    uuids: ARRAY[UUID] = ARRAY(Uuid)
    now: BindParameter[datetime] = bindparam("now")
    done, gone = bindparam("done", type_=uuids), bindparam("gone", type_=uuids)
    closed = (
        update(item)
        .where(item.c.id == any_(cast(done, uuids).concat(cast(gone, uuids))))
        .values(state=case((item.c.id == any_(done), ItemState.decided), else_=bindparam("state")), closed_at=now)
        .returning(item.c.id)
        .cte("closed")
    )
    ids = closed.select().scalar_subquery()
    quiet = delete(reminder).where(reminder.c.work_item_id.in_(ids)).cte("quiet")
    left = (
        update(visit)
        .where(visit.c.request_id == bindparam("about"), visit.c.closed_at.is_(None), bindparam("leaves"))
        .values(closed_at=now)
        .cte("left")
    )
    act = case((notice.c.work_item_id == any_(done), bindparam("act")))
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

REQUEST_OF_ITEM = (
    select(Request)
    .where(
        col(Request.id)
        == select(WorkItem.request_id)
        .where(WorkItem.id == bindparam("item"), WorkItem.person == bindparam("person"))
        .scalar_subquery()
    )
    .with_for_update()
    .execution_options(**_FRESH)
)

# What is only read comes as plain rows, which cost half of what objects do.
_items, _decisions, _steps = table_of(WorkItem), table_of(Decision), table_of(RouteStep)
_item, _said, _at = _items.c, _decisions.c, _steps.c
_step = [
    _at.key, _at.title, _at.host, _at.handlers, _at.handlers_by, _at.countersigners, _at.rule, _at.deadline_hours,
    _at.fields, _at.may_finish,
]  # fmt: skip
ITEMS = (
    rows(
        _item.id, _item.round, _item.position, _item.part, _item.person, _item.state, _item.closed_at,
        _said.verdict, _said.to, _said.names,
    )
    .select_from(_items.outerjoin(_decisions, _said.work_item_id == _item.id))
    .where(_item.request_id == bindparam("about"))
    .order_by(_said.seq)
)  # fmt: skip
ROUTE = (
    rows(*_step).where(_at.request_id == bindparam("about"), _at.edition == bindparam("edition")).order_by(_at.position)
)
ROUTES = (
    rows(_at.request_id, *_step)
    .where(tuple_(_at.request_id, _at.edition).in_(bindparam("editions", expanding=True)))
    .order_by(_at.position)
)
