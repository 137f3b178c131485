"""Telling who did what when, for those who come too late."""

from datetime import datetime

from sqlmodel import Session, col, select

from flows.engine.items import Item
from models.organisation import Person
from models.record import Decision, ItemState, JournalEntry, Request, WorkItem
from models.refusals import TooLate
from models.settings import settings

ACTS = {
    "agree": "同意",
    "finish": "同意并结束流程",
    "refuse": "不同意",
    "return": "退回",
    "advise": "回复意见",
    "lapse": "逾期未反馈",
    "carry": "沿用上一步意见",
    "withdrawn": "撤回",
    "taken_back": "取回",
    "rules_changed": "换用新版规则",
}
HANDED_ON = {"transferred": "转办", "handed_over": "移交"}


def already(session: Session, request: Request, item: Item | WorkItem | None) -> TooLate:
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
            col(JournalEntry.act).in_(["decided", "withdrawn", "taken_back", "rules_changed"]),
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
    return _too_late(session, request, person, act, at, closed)


def gone_on(session: Session, request: Request, item: Item) -> TooLate:
    """The refusal for an item that went to someone else meanwhile: who sent it where, and when."""
    entry = session.exec(
        select(JournalEntry)
        .where(JournalEntry.request_id == request.id, col(JournalEntry.act).in_(HANDED_ON))
        .where(JournalEntry.detail["to"].astext == item.person)
        .order_by(col(JournalEntry.seq).desc())
    ).first()
    if entry is None or entry.actor is None:
        return TooLate(
            f"{request.number} 的这一待办已转给 {name_of(session, item.person)} 办理。", number=request.number
        )
    act = f"{HANDED_ON[entry.act]}给 {name_of(session, item.person)}"
    return _too_late(session, request, entry.actor, act, entry.at, "的这一待办已不在您处")


def name_of(session: Session, account: str) -> str:
    return session.exec(select(Person.name).where(Person.account == account)).one()


def _too_late(session: Session, request: Request, person: str, act: str, at: datetime, closed: str) -> TooLate:
    name, when = name_of(session, person), at.astimezone(settings().zone)
    return TooLate(
        f"来晚了：{name} 已于 {when:%Y年%m月%d日 %H:%M} {act}，{request.number} {closed}。",
        number=request.number,
        who={"account": person, "name": name},
        what=act,
        when=at.isoformat(),
    )
