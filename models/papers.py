"""What is kept as files: attachments of a form, and the filed sheets."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import Moment


class Attachment(SQLModel, table=True):
    """A file that a person handed in; the bytes lie under OA_HOME/files by their SHA-256."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    owner: str = Field(foreign_key="person.account", index=True)
    request_id: UUID | None = Field(default=None, foreign_key="request.id", index=True)  # none: not yet submitted
    name: str = Field(max_length=200)
    media_type: str = Field(max_length=100)
    sha256: str = Field(max_length=64)
    size: int  # bytes
    at: datetime = Field(sa_type=Moment)


class Sheet(SQLModel, table=True):
    """A filed 流程单: exactly one per request and copy kind (I4)."""

    __table_args__ = (
        UniqueConstraint("request_id", "copy_kind"),
        CheckConstraint("length(sha256) = 64", name="sha256_form"),
    )
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    request_id: UUID = Field(foreign_key="request.id")
    copy_kind: str = Field(max_length=16)  # archive 归档联, dispatch 派车联
    path: str = Field(max_length=300)  # relative to OA_HOME
    sha256: str = Field(max_length=64)
    size: int  # bytes
    pages: int
    filed_at: datetime = Field(sa_type=Moment)
