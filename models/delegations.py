"""代理: who acts for whom, from when until when, for which kinds."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from models.columns import Json, Moment


class Delegation(SQLModel, table=True):
    """New and open items of the principal go to the delegate, and those still open come home when it ends."""

    __table_args__ = (
        CheckConstraint("principal <> delegate", name="not_oneself"),
        CheckConstraint("starts_at < ends_at", name="starts_before_it_ends"),
    )
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    principal: str = Field(foreign_key="person.account", index=True)
    delegate: str = Field(foreign_key="person.account", index=True)
    kinds: list[str] | None = Field(default=None, sa_type=Json)  # none: all
    starts_at: datetime = Field(sa_type=Moment)
    ends_at: datetime = Field(sa_type=Moment)
    opened_by: str = Field(foreign_key="person.account")
    opened_at: datetime = Field(sa_type=Moment)
    request_id: UUID | None = Field(default=None, foreign_key="request.id")  # the leave that opened it
    begun_at: datetime | None = Field(default=None, sa_type=Moment)  # when open items went to the delegate …
    ended_at: datetime | None = Field(default=None, sa_type=Moment)  # … and when they came home
