"""The motor pool: which cars and drivers fit and are free, and their bookings.

Source: FORMS.md 派车: seats enough, free in that time, with valid inspection, insurance and driver's licence.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import Range, insert
from sqlmodel import Session, col, delete, exists, select, update

from models.ledgers import Booking, Car, Driver
from models.organisation import Person, StaffState
from models.record import Request
from models.refusals import Conflict, Invalid


def cars_free(
    session: Session, request_id: UUID, passengers: int, start: datetime, end: datetime
) -> list[tuple[str, str]]:
    """(plate, label) of cars with seats for the passengers and the driver, in order, valid and not booked."""
    booked = exists().where(
        col(Booking.car_no) == Car.no,
        col(Booking.during).op("&&")(Range(start, end)),
        col(Booking.request_id) != request_id,
    )
    cars = session.exec(
        select(Car)
        .where(
            Car.seats > passengers,
            Car.inspection_until >= end.date(),
            Car.insurance_until >= end.date(),
            ~booked,
        )
        .order_by(col(Car.seats), col(Car.plate))
    )
    return [(car.plate, f"{car.plate}（{car.seats} 座）") for car in cars]


def drivers_free(session: Session, request_id: UUID, start: datetime, end: datetime) -> list[tuple[str, str]]:
    """(account, label) of drivers on duty with a valid licence and no other booking."""
    booked = exists().where(
        col(Booking.driver_no) == Person.no,
        col(Booking.during).op("&&")(Range(start, end)),
        col(Booking.request_id) != request_id,
    )
    drivers = session.exec(
        select(Person)
        .join(Driver, col(Driver.account) == Person.account)
        .where(Driver.licence_until >= end.date(), Person.state == StaffState.on_duty, ~booked)
        .order_by(col(Person.account))
    )
    return [(driver.account, driver.name) for driver in drivers]


def free_car(session: Session, request_id: UUID, plate: str, passengers: int, start: datetime, end: datetime) -> Car:
    """The car with this plate, if it may be assigned.

    Raises:
        Invalid: no such car, too few seats, inspection or insurance run out.
        Conflict: booked for another request in that time.
    """
    car = session.exec(select(Car).where(Car.plate == plate)).first()
    fault = None
    if car is None:
        fault = f"车辆登记中没有 {plate}，请从列表中选择"
    elif car.seats <= passengers:
        fault = f"{plate} 共 {car.seats} 座（含驾驶员）,坐不下 {passengers} 人，请换车"
    elif min(car.inspection_until, car.insurance_until) < end.date():
        fault = f"{plate} 的年检或保险在 {end.date()} 前到期，请换车"
    if car is None or fault:
        raise Invalid(f"车号：{fault}", fields={"plate": fault})
    if plate not in dict(cars_free(session, request_id, passengers, start, end)):
        raise Conflict(
            f"车号：{plate} 在该时段已派给 {_holder(session, car, start, end)}，请换车或改时间", field="plate"
        )
    return car


def assign(session: Session, request_id: UUID, car: Car, driver: str, start: datetime, end: datetime) -> None:
    """Book car and driver for the request; a second assignment of the same request replaces the first."""
    if driver not in dict(drivers_free(session, request_id, start, end)):
        told = f"{driver} 不是在岗、证件有效且该时段空闲的驾驶员，请从列表中选择"
        raise Invalid(f"驾驶员：{told}", fields={"driver": told})
    number = session.exec(select(Person.no).where(Person.account == driver)).one()
    booking = {"car_no": car.no, "driver_no": number, "during": Range(start, end)}
    session.execute(
        insert(Booking)
        .values(request_id=request_id, **booking)
        .on_conflict_do_update(index_elements=["request_id"], set_=booking)
    )


def take_back(session: Session, request_id: UUID, start: int, end: int, returned_at: datetime) -> None:
    """Keep the trip's figures (odometer in km) with the booking."""
    session.execute(
        update(Booking)
        .where(col(Booking.request_id) == request_id)
        .values(odometer_start=start, odometer_end=end, returned_at=returned_at)
    )


def release(session: Session, request: Request) -> None:
    session.execute(delete(Booking).where(col(Booking.request_id) == request.id))


def _holder(session: Session, car: Car, start: datetime, end: datetime) -> str:
    return (
        session.exec(
            select(Request.number)
            .join(Booking, col(Booking.request_id) == Request.id)
            .where(Booking.car_no == car.no, col(Booking.during).op("&&")(Range(start, end)))
        ).first()
        or "其他申请"
    )
