"""Who comes in: log-ins, second factors, failed tries, questions on the public page, what sub-administrators were
granted, and the security log.

Source: OWASP ASVS 5.0 chapters 6 and 7 (authentication, sessions), 16 (security logging); clauses L3, S1.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, Column, Identity, Index
from sqlmodel import Field, SQLModel

from models.columns import Json, Moment, words


class Pending(StrEnum):
    """What a log-in still lacks; until then it opens nothing but the door's own pages."""

    code = "code"  # the second factor that the person has
    enrol = "enrol"  # a second factor that the person must have


class LogIn(SQLModel, table=True):
    """A browser session (cookie) or a token (Authorization: Bearer); `csrf` is none for tokens. Kept as hashes."""

    __tablename__ = "log_in"
    token_hash: str = Field(primary_key=True, max_length=64)
    id: UUID = Field(default_factory=uuid4, unique=True)  # by which its owner names it
    account: str = Field(foreign_key="person.account", index=True)
    csrf: str | None = Field(default=None, max_length=64)
    pending: Pending | None = Field(default=None, sa_type=words(Pending))
    shared: bool = False  # 这不是我的设备: shorter, and gone with the browser
    address: str = Field(default="", max_length=64)
    device: str = Field(default="", max_length=200)
    created_at: datetime = Field(sa_type=Moment)
    proved_at: datetime | None = Field(default=None, sa_type=Moment)  # when the password was last asked for
    last_seen_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)


class SecondFactor(SQLModel, table=True):
    """A person's TOTP secret (RFC 6238), encrypted; a code is good once, in the order of time."""

    __tablename__ = "second_factor"
    account: str = Field(primary_key=True, foreign_key="person.account")
    secret: str = Field(max_length=300)
    confirmed_at: datetime = Field(sa_type=Moment)  # by a first code; before that, nothing is kept
    last_step: int = Field(sa_type=BigInteger)  # of the last code taken: none up to here is taken again


class FailedLogIn(SQLModel, table=True):
    """A wrong try, for as long as it counts."""

    __tablename__ = "failed_log_in"
    __table_args__ = (Index("tries_of_account", "account", "at"), Index("tries_from_address", "address", "at"))
    no: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))
    account: str = Field(max_length=32)  # as typed; there may be no such person
    address: str = Field(max_length=64)  # of an IPv6 address its /64 network
    at: datetime = Field(sa_type=Moment)


class SheetCheck(SQLModel, table=True):
    """Someone asked on the public page whether a paper is genuine; for as long as it counts."""

    __tablename__ = "sheet_check"
    __table_args__ = (Index("checks_of_number", "number", "at"), Index("checks_from_address", "address", "at"))
    no: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))
    number: str = Field(max_length=32)  # as typed, if it was wrong; "" if it was right: that counts for none
    address: str = Field(max_length=64)  # of an IPv6 address its /64 network
    at: datetime = Field(sa_type=Moment)


class SecurityEvent(SQLModel, table=True):
    """安全日志: append-only (a trigger refuses anything else). Never a password, code, token or what a form held."""

    __tablename__ = "security_event"
    __table_args__ = (Index("security_event_of", "account", "no"),)
    no: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))
    at: datetime = Field(sa_type=Moment)
    what: str = Field(max_length=32)  # logged_in, failed, throttled, logged_out, factor_enrolled …
    account: str | None = Field(default=None, max_length=32)  # as typed when it failed
    address: str = Field(default="", max_length=64)
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=Json)


class Grant(SQLModel, table=True):
    """What a sub-administrator was granted (S1): a kind, a department with its sections; none: all of them."""

    __tablename__ = "admin_grant"
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    account: str = Field(foreign_key="person.account", index=True)
    kind: str | None = Field(default=None, max_length=32)
    department: str | None = Field(default=None, foreign_key="department.name")
    granted_by: str = Field(foreign_key="person.account")
    granted_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
