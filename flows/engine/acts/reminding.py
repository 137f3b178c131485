"""催办 by hand: everyone whose turn it is, for each item at most once an hour."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Text, bindparam, cast, func
from sqlalchemy import select as rows
from sqlmodel import col

from flows.engine.acts.act import Doing, Nothing
from flows.engine.acts.at_desk import desk_of
from models.messages import Topic
from models.record import ItemState, JournalEntry, Request, WorkItem
from models.refusals import Conflict
from models.settings import settings

ONCE_IN = timedelta(hours=1)


def remind(doing: Doing, _: Nothing) -> Request:
    """催办: those who were not reminded by hand within the hour are told.

    Raises:
        Conflict: all of them were, says when and from when on again; or it is nobody else's turn.
    """
    desk = desk_of(doing)
    due, reminded = to_remind(doing)
    if not due and reminded:
        at = min(reminded)
        told = f"上次催办于 {_clock(at)}，{_clock(at + ONCE_IN)} 后可再催。"
        raise Conflict(f"{desk.request.number}：{told}", again_at=(at + ONCE_IN).isoformat())
    if not due:
        raise Conflict(f"{desk.request.number}：没有可以催办的其他人。")
    for item in due:
        desk.note("reminded", doing.account, person=item.person, item=str(item.id))
        title = f"催办：{desk.kind.title} {desk.request.number} 等待您办理"
        desk.tell(item.person, Topic.reminder, title, item=item.id)
    desk.wake()
    desk.close()
    return desk.request


def to_remind(doing: Doing) -> tuple[list[WorkItem], list[datetime]]:
    """Open items of others to be reminded of now; and when the rest were, within the hour."""
    about = {"about": doing.request.id, "person": doing.account, "since": doing.now - ONCE_IN}
    others = doing.session.execute(OTHERS, about).all()
    return [item for item, at in others if at is None], [at for _, at in others if at]


def _others() -> Any:
    """Open items of others, with when someone last reminded of each; the ladder's own reminders do not count."""
    by_hand = (
        rows(func.max(JournalEntry.at))
        .where(col(JournalEntry.request_id) == WorkItem.request_id, col(JournalEntry.act) == "reminded")
        .where(col(JournalEntry.at) > bindparam("since"), col(JournalEntry.actor).is_not(None))
        .where(col(JournalEntry.detail)["item"].astext == cast(WorkItem.id, Text))
        .scalar_subquery()
    )
    items = col(WorkItem.request_id) == bindparam("about"), col(WorkItem.state) == ItemState.open
    return rows(WorkItem, by_hand).where(*items, col(WorkItem.person) != bindparam("person"))


OTHERS = _others()


def _clock(at: datetime) -> str:
    return f"{at.astimezone(settings().zone):%H:%M}"
