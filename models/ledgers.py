"""What approvals settle into: leave taken, cars and their bookings, the seal register.

Overlaps are refused by exclusion constraints. No extension is needed: the owner of a period is an
integer range of one number, which GiST knows natively.
"""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Identity, text
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint, Range
from sqlmodel import Field, SQLModel

from models.columns import Moment


class LeaveSpan(SQLModel, table=True):
    """A person's leave, asked for or agreed; released when the request ends otherwise."""

    __tablename__ = "leave_span"
    __table_args__ = (
        ExcludeConstraint(
            (text("int8range(person_no, person_no, '[]')"), "&&"),
            ("during", "&&"),
            name="leave_overlaps",
            using="gist",
        ),
    )
    request_id: UUID = Field(primary_key=True, foreign_key="request.id")
    person_no: int = Field(sa_type=BigInteger, foreign_key="person.no")
    leave_type: str = Field(max_length=16)
    during: Range[datetime] = Field(sa_column=Column(TSTZRANGE, nullable=False))
    days: Decimal  # of the leave type's own count, halves allowed
    settled_at: datetime | None = Field(default=None, sa_type=Moment)


class LeaveEntitlement(SQLModel, table=True):
    """Days of a leave type that a person may take in a year; none on record: not checked."""

    __tablename__ = "leave_entitlement"
    account: str = Field(primary_key=True, foreign_key="person.account")
    year: int = Field(primary_key=True)
    leave_type: str = Field(primary_key=True, max_length=16)
    days: Decimal


class Car(SQLModel, table=True):
    no: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))
    plate: str = Field(unique=True, max_length=16)
    vehicle_type: str = Field(max_length=16)
    seats: int = Field(gt=1)  # the driver's included
    inspection_until: date
    insurance_until: date


class Driver(SQLModel, table=True):
    account: str = Field(primary_key=True, foreign_key="person.account")
    licence_until: date


class Booking(SQLModel, table=True):
    """A car and a driver for a period; made when the dispatcher assigns, released when the request ends otherwise."""

    __table_args__ = (
        ExcludeConstraint(
            (text("int8range(car_no, car_no, '[]')"), "&&"), ("during", "&&"), name="car_booked", using="gist"
        ),
        ExcludeConstraint(
            (text("int8range(driver_no, driver_no, '[]')"), "&&"),
            ("during", "&&"),
            name="driver_booked",
            using="gist",
        ),
    )
    request_id: UUID = Field(primary_key=True, foreign_key="request.id")
    car_no: int = Field(sa_type=BigInteger, foreign_key="car.no")
    driver_no: int = Field(sa_type=BigInteger, foreign_key="person.no")
    during: Range[datetime] = Field(sa_column=Column(TSTZRANGE, nullable=False))
    odometer_start: int | None = None
    odometer_end: int | None = None
    returned_at: datetime | None = Field(default=None, sa_type=Moment)


class SealUse(SQLModel, table=True):
    """A line of a seal's register (用印登记簿)."""

    __tablename__ = "seal_use"
    __table_args__ = (
        CheckConstraint("stamps_used >= 0 AND stamps_spoiled >= 0", name="counts_are_counts"),
        CheckConstraint("stamps_used <= stamps_granted", name="not_more_than_granted"),
    )
    request_id: UUID = Field(primary_key=True, foreign_key="request.id")
    seal: str = Field(max_length=32, index=True)
    document_title: str = Field(max_length=200)
    stamps_granted: int
    stamps_used: int
    stamps_spoiled: int
    stamped_at: datetime = Field(sa_type=Moment)
    collected_by: str = Field(max_length=50)
    out_until: datetime | None = Field(default=None, sa_type=Moment)
