"""Every test here talks to the real gateway on the real database; the motor pool has three cars and two drivers."""

from datetime import date, timedelta

import pytest

from models.database import transaction
from models.ledgers import Car, Driver
from tests.gateway import office


@pytest.fixture(autouse=True)
def _record(database: str) -> None:
    """The database is up."""


@pytest.fixture(scope="session")
def motor_pool() -> None:
    """A sedan, a minibus, a car whose insurance has run out; two drivers."""
    valid, gone = date.today() + timedelta(days=400), date.today() - timedelta(days=1)  # noqa: DTZ011
    seats = {"京A00001": ("sedan", 5, valid), "京A00002": ("minibus", 18, valid), "京A00003": ("mpv", 7, gone)}
    with transaction() as session:
        for plate, (kind, number, until) in seats.items():
            session.add(
                Car(plate=plate, vehicle_type=kind, seats=number, inspection_until=valid, insurance_until=until)
            )
        for driver in (office.DRIVER, office.SECOND_DRIVER):
            session.add(Driver(account=driver.account, licence_until=valid))
