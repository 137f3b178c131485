"""Log-ins: browser sessions and tokens for programs. Only hashes are kept."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.columns import Moment


class LogIn(SQLModel, table=True):
    """A browser session (cookie) or a token (Authorization: Bearer); `csrf` is none for tokens."""

    __tablename__ = "log_in"
    token_hash: str = Field(primary_key=True, max_length=64)
    account: str = Field(foreign_key="person.account", index=True)
    csrf: str | None = Field(default=None, max_length=64)
    created_at: datetime = Field(sa_type=Moment)
    last_seen_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
