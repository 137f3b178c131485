"""Notices with their three effects, reminders on their ladder, and incidents for the administrator.

Source: G5 送达, G6 确认, G7 处理; M2 states; D2 reminder ladder.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.columns import Json, Moment, words


class Topic(StrEnum):
    work = "work"  # a work item is waiting
    reminder = "reminder"  # 催办
    outcome = "outcome"  # to the initiator, at the end
    reading = "reading"  # 送阅
    told = "told"  # something happened that concerns the person: returned, withdrawn


class Delivery(StrEnum):
    sending = "sending"
    delivered = "delivered"
    failed = "failed"
    overtaken = "overtaken"  # the work was done before it was sent; not sent any more


class Notice(SQLModel, table=True):
    """A message to one person over one channel; its id is the de-duplication id (I6)."""

    __table_args__ = (
        UniqueConstraint("work_item_id", "person", "seq", "channel"),
        CheckConstraint("(delivery = 'delivered') = (delivered_at IS NOT NULL)", name="delivered_has_time"),
        CheckConstraint("(confirmed_at IS NULL) = (confirmed_by IS NULL)", name="confirmed_by_act"),
        CheckConstraint("(processed_at IS NULL) = (processed_by IS NULL)", name="processed_by_act"),
        Index("notice_to_send", "request_id", postgresql_where=text("delivery IN ('sending', 'failed')")),
        Index("notice_of_person", "person"),
        Index("to_be_understood", "due_at", postgresql_where=text("asks_understood AND processed_at IS NULL")),
        Index(
            "told_once",
            "request_id",
            "person",
            "topic",
            "seq",
            "channel",
            unique=True,
            postgresql_where=text("work_item_id IS NULL"),
        ),
    )
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    request_id: UUID = Field(foreign_key="request.id")
    work_item_id: UUID | None = Field(default=None, foreign_key="work_item.id")
    person: str = Field(foreign_key="person.account")
    topic: Topic = Field(sa_type=words(Topic))
    seq: int  # of the journal entry it comes from
    rung: int = 0  # of the reminder ladder; 0 = first delivery
    channel: str = Field(max_length=16)  # the way that was meant; what stands for it, channels/ says
    ding: bool = False
    title: str = Field(max_length=200)
    created_at: datetime = Field(sa_type=Moment)
    delivery: Delivery = Field(default=Delivery.sending, sa_type=words(Delivery))
    tries: int = 0
    delivered_at: datetime | None = Field(default=None, sa_type=Moment)
    confirmed_at: datetime | None = Field(default=None, sa_type=Moment)
    confirmed_by: str | None = Field(default=None, max_length=32)  # the act: opened, downloaded …
    processed_at: datetime | None = Field(default=None, sa_type=Moment)
    processed_by: str | None = Field(default=None, max_length=32)  # the act: agree, refuse, return …
    asks_understood: bool = False  # of 送阅: 已阅知 is asked for …
    due_at: datetime | None = Field(default=None, sa_type=Moment)  # … by then


class Reminder(SQLModel, table=True):
    """The next rung for an open work item; one row an item, climbing. Deleted in the decision's transaction."""

    __table_args__ = (Index("reminder_due", "due_at"),)
    work_item_id: UUID = Field(primary_key=True, foreign_key="work_item.id")
    rung: int = Field(ge=1)
    due_at: datetime = Field(sa_type=Moment)


class Incident(SQLModel, table=True):
    """Something the system could not do after its tries; open until it is done or an administrator closes it."""

    __table_args__ = (
        Index("one_open_incident", "subject", "what", unique=True, postgresql_where=text("closed_at IS NULL")),
    )
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    subject: str = Field(max_length=64)  # the request's number, or a notice's id
    request_id: UUID | None = Field(default=None, foreign_key="request.id")
    what: str = Field(max_length=32)  # deliver, file_sheet …
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    tries: int = 0
    since: datetime = Field(sa_type=Moment)
    last_at: datetime = Field(sa_type=Moment)
    closed_at: datetime | None = Field(default=None, sa_type=Moment)
