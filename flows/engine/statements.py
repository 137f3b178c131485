"""The statements of a decision, built once: building them each time is half of what a decision would cost."""

from typing import Any

from sqlalchemy import Executable, Update, bindparam, case, delete, func, update
from sqlmodel import col, select

from models.database import table_of
from models.messages import Delivery, Notice, Reminder
from models.record import Request, RouteStep, Visit, WorkItem

_FRESH: dict[str, Any] = {"populate_existing": True}  # not as it was read before the lock


def _closing(*, processed: bool) -> Update:
    """Close work items (`ids`) as `state` at `now`: no more reminders, unsent notices overtaken; by `act` (G7)."""
    item, notice, reminder = table_of(WorkItem), table_of(Notice), table_of(Reminder)
    closed = (
        update(item)
        .where(item.c.id.in_(bindparam("ids", expanding=True)))
        .values(state=bindparam("closed_as"), closed_at=bindparam("now"))
        .returning(item.c.id)
        .cte("closed")
    )
    ids = closed.select().scalar_subquery()
    quiet = delete(reminder).where(reminder.c.work_item_id.in_(ids)).cte("quiet")
    values: dict[str, Any] = {
        "delivery": case((notice.c.delivered_at.is_(None), Delivery.overtaken), else_=notice.c.delivery)
    }
    if processed:
        values |= {"processed_at": bindparam("now"), "processed_by": bindparam("act")}
        values |= {  # who has done the work has seen it (G6)
            "confirmed_at": func.coalesce(notice.c.confirmed_at, bindparam("now")),
            "confirmed_by": func.coalesce(notice.c.confirmed_by, bindparam("act")),
        }
    told = update(notice).where(notice.c.work_item_id.in_(ids), notice.c.processed_at.is_(None)).values(values)
    return told.add_cte(quiet)


CLOSE_DECIDED = _closing(processed=True)
CLOSE_OTHERS = _closing(processed=False)

_visit = table_of(Visit)
CLOSE_VISIT: Executable = (
    update(_visit)
    .where(_visit.c.request_id == bindparam("about"), _visit.c.closed_at.is_(None))
    .values(closed_at=bindparam("now"))
)

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
ITEMS = select(WorkItem).where(WorkItem.request_id == bindparam("about")).execution_options(**_FRESH)
ROUTE = (
    select(RouteStep)
    .where(RouteStep.request_id == bindparam("about"), RouteStep.edition == bindparam("edition"))
    .order_by(col(RouteStep.position))
)
