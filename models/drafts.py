"""Drafts: what a person has filled in and not yet submitted. Theirs alone; checked only when it is submitted."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import Json, Moment


class Draft(SQLModel, table=True):
    """草稿: the form as typed, field by field."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    account: str = Field(foreign_key="person.account", index=True)
    kind: str = Field(max_length=32)
    typed: dict[str, Any] = Field(sa_type=Json)
    saved_at: datetime = Field(sa_type=Moment)


class Phrase(SQLModel, table=True):
    """常用意见: an opinion that a person says often."""

    __table_args__ = (UniqueConstraint("account", "text"),)
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    account: str = Field(foreign_key="person.account")
    text: str = Field(max_length=200)
