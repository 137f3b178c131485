"""送阅 and 已阅知: sent to others for reading, who are asked to say that they have understood."""

from datetime import date, datetime, time
from typing import Any

from pydantic import Field
from sqlmodel import Session, col, select

from flows.engine.acts.act import Account, ActBody, Doing, Nothing
from flows.engine.acts.at_desk import desk_of
from flows.engine.forms import Day
from models.messages import Notice, Topic
from models.organisation import HAS_ACCOUNT, Person
from models.record import Request
from models.refusals import Conflict, Invalid
from models.settings import settings

MOST_READERS = 50  # at a time


class Circulated(ActBody):
    people: list[Account] = Field(
        title="接收人", min_length=1, max_length=MOST_READERS, json_schema_extra={"picker": "people"}
    )
    asks_understood: bool = Field(False, title="要求确认已阅知")
    due: Day | None = Field(None, title="阅知期限")


def circulate(doing: Doing, body: Circulated) -> Request:
    """送阅: read-only, with the three effects. Whoever has not read it yet is not sent it again.

    Raises:
        Invalid: a person without an account, oneself, a day gone by; Conflict: all of them have it unread.
    """
    desk = desk_of(doing)
    people, due = _people(doing, body.people), _due(doing, body)
    fresh = {account: name for account, name in people.items() if account not in _unread(doing)}
    if not fresh:
        raise Conflict(f"{'、'.join(people.values())} 已收到 {desk.request.number} 的送阅，尚未查看，无需重复发送。")
    detail = {"people": list(fresh), "names": "、".join(fresh.values()), "asks_understood": body.asks_understood}
    desk.note("circulated", doing.account, **detail, due=due.isoformat() if due else None)
    title = f"送阅：{desk.kind.title} {desk.request.number}" + ("，请确认已阅知" if body.asks_understood else "")
    for person in fresh:
        desk.tell(person, Topic.reading, title, asks_understood=body.asks_understood, due_at=due)
    desk.wake()
    desk.close()
    return desk.request


def understood(doing: Doing, _: Nothing) -> Request:
    """已阅知: the reader has read it and understood. Raises Conflict: said already, meanwhile."""
    desk = desk_of(doing)
    notices = doing.session.exec(select(Notice).where(*asked_of(desk.request.id, doing.account))).all()
    if not notices:
        raise Conflict(f"您已经确认过 {desk.request.number}，无需再次确认。")
    for notice in notices:
        notice.processed_at, notice.processed_by = doing.now, "understood"
    desk.note("understood", doing.account)
    desk.close()
    return desk.request


def asked_of(request_id: Any, account: Any) -> tuple[Any, ...]:
    """The notices by which this person is still asked to say that they have understood."""
    asked = col(Notice.request_id) == request_id, col(Notice.person) == account, col(Notice.asks_understood)
    return (*asked, col(Notice.processed_at).is_(None))


def _unread(doing: Doing) -> set[str]:
    sent = Notice.request_id == doing.request.id, Notice.topic == Topic.reading
    return set(doing.session.exec(select(Notice.person).where(*sent, col(Notice.confirmed_at).is_(None))))


def _people(doing: Doing, asked: list[str]) -> dict[str, str]:
    """Accounts and names, in the order they were given. Raises Invalid."""
    names = _names(doing.session, asked)
    unknown = [each for each in asked if each not in names]
    told = f"没有这些工号：{'、'.join(unknown)[:100]}，请核对" if unknown else ""
    if doing.account in asked:
        told = "不能送给自己，请删除自己的工号"
    if told:
        raise Invalid(f"接收人：{told}", fields={"people": told})
    return {each: names[each] for each in asked}


def _names(session: Session, asked: list[str]) -> dict[str, str]:
    known = select(Person.account, Person.name).where(col(Person.account).in_(asked))
    return dict(session.exec(known.where(col(Person.state).in_(HAS_ACCOUNT))).all())


def _due(doing: Doing, body: Circulated) -> datetime | None:
    """The end of the last day. Raises Invalid."""
    if body.due is None:
        return None
    told = None if body.asks_understood else "只在要求确认已阅知时填写，请删除或勾选"
    if body.due < _today(doing):
        told = "早于今天，请核对"
    if told:
        raise Invalid(f"阅知期限：{told}", fields={"due": told})
    return datetime.combine(body.due, time(23, 59, 59), settings().zone)


def _today(doing: Doing) -> date:
    return doing.now.astimezone(settings().zone).date()
