"""What is kept as files: attachments of a form, the filed sheets, and their signatures."""

import secrets
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import Moment

CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no letter is read as another
CODE_LENGTH = 12  # 60 bits: not found by trying


def new_code() -> str:
    """A check code (校验码) that nobody can guess."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


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
    """A filed 流程单: exactly one per request and copy kind (I4). Signed already, unless the key was away."""

    __table_args__ = (
        UniqueConstraint("request_id", "copy_kind"),
        UniqueConstraint("code"),
        CheckConstraint(f"code ~ '^[{CODE_LETTERS}]{{{CODE_LENGTH}}}$'", name="code_form"),
        CheckConstraint("length(sha256) = 64", name="sha256_form"),
    )
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    request_id: UUID = Field(foreign_key="request.id")
    copy_kind: str = Field(max_length=16)  # archive 归档联, dispatch 派车联
    code: str = Field(default_factory=new_code, max_length=CODE_LENGTH)  # 校验码, printed on each page
    path: str = Field(max_length=300)  # relative to OA_HOME
    sha256: str = Field(max_length=64)
    size: int  # bytes
    pages: int
    filed_at: datetime = Field(sa_type=Moment)


class Signature(SQLModel, table=True):
    """The one signature of a sheet, and the file that carries it: the filed one, or what 待补签 made of it later."""

    __table_args__ = (CheckConstraint("length(sha256) = 64 AND length(certificate) = 64", name="signed_by_hashes"),)
    sheet_id: UUID = Field(primary_key=True, foreign_key="sheet.id")
    path: str = Field(max_length=300)  # relative to OA_HOME
    sha256: str = Field(max_length=64)
    size: int  # bytes
    certificate: str = Field(max_length=64)  # its SHA-256
    subject: str = Field(max_length=300)  # whom it names, as people read it
    trial: bool  # a certificate that we made ourselves, for trials
    timestamped: bool  # by an RFC 3161 server
    signed_at: datetime = Field(sa_type=Moment)
