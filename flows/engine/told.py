"""Telling who did what when, for those who come too late."""

from sqlmodel import Session, col, select

from flows.engine.items import Item
from models.organisation import Person
from models.record import Decision, ItemState, JournalEntry, Request
from models.refusals import TooLate
from models.settings import settings

ACTS = {
    "agree": "同意",
    "finish": "同意并结束流程",
    "refuse": "不同意",
    "return": "退回",
    "lapse": "逾期未反馈",
    "withdrawn": "撤回",
}


def already(session: Session, request: Request, item: Item | None) -> TooLate:
    """The refusal for an item that is closed, or a request that is finished: who, what, when.

    Looks for what closed it: the item's own decision, else the journal's last act of a person up to then.
    """
    by = item.closed_at if item and item.closed_at else request.finished_at
    closed = "的这一待办已关闭，无需再办理" if item else "已结束"
    own = session.get(Decision, item.id) if item and item.state is ItemState.decided else None
    entry = session.exec(
        select(JournalEntry)
        .where(
            JournalEntry.request_id == request.id,
            col(JournalEntry.act).in_(["decided", "withdrawn"]),
            col(JournalEntry.at) <= by,
        )
        .order_by(col(JournalEntry.seq).desc())
    ).first()
    if own:
        person, act, at = own.person, ACTS[own.verdict], own.decided_at
    elif entry and entry.actor:
        person, act, at = entry.actor, ACTS[entry.detail.get("verdict", entry.act)], entry.at
    else:
        return TooLate(f"{request.number} {closed}。", number=request.number)
    name = session.exec(select(Person.name).where(Person.account == person)).one()
    when = at.astimezone(settings().zone)
    return TooLate(
        f"来晚了：{name} 已于 {when:%Y年%m月%d日 %H:%M} {act}，{request.number} {closed}。",
        number=request.number,
        who={"account": person, "name": name},
        what=act,
        when=at.isoformat(),
    )
