"""One filled record for those who try to break it."""

from collections.abc import Iterator

import pytest
from sqlmodel import Session

from models.database import engine
from tests.models.full_record import Office


@pytest.fixture(scope="module")
def office(database: str) -> Iterator[Office]:  # noqa: ARG001  (it must be there first)
    with Session(engine(), expire_on_commit=False) as session:
        yield Office(session)
        session.rollback()
