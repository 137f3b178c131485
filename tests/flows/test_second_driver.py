"""A trip whose driver is changed after a return: the first one's word stays in its round, the second takes the car."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from models.courses import courses_broken
from models.ledgers import Booking, Car, Driver
from models.organisation import Person
from models.record import Request, Status
from models.route import Verdict
from tests.flows import sample
from tests.flows.acting import ask, open_items, says
from tests.flows.sample import NOW

FIRST, SECOND, PLATE = "T1039", "T1041", "京F00001"
TRIP = {
    "odometer_start": 1000,
    "odometer_end": 1060,
    "departed_at": "2026-11-25T08:00:00+08:00",
    "returned_at": "2026-11-25T17:00:00+08:00",
}


@pytest.fixture
def trip(session: Session) -> Request:
    """Agreed to; a car and the first driver are assigned."""
    until = NOW.date() + timedelta(days=99)
    session.add(Car(plate=PLATE, vehicle_type="sedan", seats=5, inspection_until=until, insurance_until=until))
    for account in (FIRST, SECOND):
        session.merge(Driver(account=account, licence_until=until))
    request = ask(session, sample.vehicle())
    says(session, sample.HEAD, request)
    return dispatched(session, request, FIRST)


def dispatched(session: Session, request: Request, driver: str) -> Request:
    return says(session, sample.DISPATCHER, request, fields={"plate": PLATE, "driver": driver})


def test_the_driver_named_at_dispatch_is_asked(session: Session, trip: Request) -> None:
    assert set(open_items(session, trip)) == {FIRST}


@pytest.mark.parametrize("said", ["handed back", "done"])
def test_another_driver_after_a_return(session: Session, trip: Request, said: str) -> None:
    if said == "handed back":
        says(session, FIRST, trip, Verdict.give_back, to="dispatch")
    else:
        says(session, FIRST, trip, fields=TRIP)
        says(session, sample.DISPATCHER, trip, Verdict.give_back, to="dispatch")
    dispatched(session, trip, SECOND)
    assert set(open_items(session, trip)) == {SECOND}
    says(session, SECOND, trip, fields=TRIP)
    says(session, sample.DISPATCHER, trip)
    assert trip.status is Status.approved
    assert [each for each in courses_broken(session) if each.subject == trip.number] == []


def test_the_car_is_booked_for_the_driver_named_last(session: Session, trip: Request) -> None:
    says(session, FIRST, trip, Verdict.give_back, to="dispatch")
    dispatched(session, trip, SECOND)
    session.flush()
    drivers = select(Person.account).join(Booking, Booking.driver_no == Person.no).where(Booking.request_id == trip.id)  # type: ignore[arg-type]  # a column
    assert session.exec(drivers).all() == [SECOND]


def test_returned_to_the_initiator_the_car_is_free_again(session: Session, trip: Request) -> None:
    says(session, FIRST, trip, Verdict.give_back)
    session.flush()
    assert session.get(Booking, trip.id) is None
    says(session, sample.TEACHER, trip)
    assert set(open_items(session, trip)) == {sample.HEAD}
