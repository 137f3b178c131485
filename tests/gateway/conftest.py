"""Every test here talks to the real gateway on the real database; the motor pool has three cars and two drivers."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from sqlmodel import col, delete

from flows.engine.kind import kinds
from models.access import FailedLogIn, Grant, SheetCheck
from models.database import transaction
from models.ledgers import Car, Driver
from models.settings import settings
from tests.gateway import office
from tests.gateway.rulebook import rules, saved


@pytest.fixture(autouse=True)
def _record(database: str) -> None:
    """The database is up."""


@pytest.fixture(autouse=True)
def _nobody_tried(database: str) -> None:  # noqa: ARG001 - up first
    """No test waits for what an earlier one typed wrong."""
    with transaction() as session:
        session.execute(delete(FailedLogIn))
        session.execute(delete(SheetCheck))


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


@pytest.fixture(scope="module")
def prefect_credential(database: str) -> Iterator[None]:  # noqa: ARG001 - the folder is there then
    """As if there were a Prefect to ask; other tests have none."""
    kept = settings().data / "run" / "prefect_auth"
    kept.write_text("oa:test")
    yield
    kept.unlink()


@pytest.fixture
def granted() -> Iterator[Callable[..., None]]:
    """Grant something to the sub-administrator until the test ends."""

    def grant(**scope: str) -> None:
        body = {"account": office.SUB.account, **scope}
        office.good(office.ADMINISTRATOR.post("/api/administrators", body), 201)

    yield grant
    with transaction() as session:
        session.execute(delete(Grant).where(col(Grant.account) == office.SUB.account))


@pytest.fixture
def as_shipped() -> Iterator[None]:
    """Other tests go by the rules as shipped: the last word of a test is a version that has them again."""
    yield
    for key, kind in kinds().items():
        shipped = kind.rules.model_dump(mode="json")
        if rules(key)["rules"] != shipped:
            saved(key, **shipped)
