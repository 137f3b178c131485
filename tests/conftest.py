"""One private PostgreSQL for the whole run; tests of the record work in a transaction that is rolled back."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

_home = tempfile.mkdtemp(prefix="oa-tests-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ.update(OA_HOME=_home, OA_RETRY_SECONDS="0.05", PREFECT_LOGGING_LEVEL="WARNING")
os.environ.setdefault("PREFECT_HOME", f"{_home}/prefect")

from sqlmodel import Session  # noqa: E402  (settings are read once: the environment comes first)

from models.database import engine  # noqa: E402
from models.migrate import upgrade  # noqa: E402
from models.settings import settings  # noqa: E402
from ops.people import load_organisation  # noqa: E402
from ops.postgres import private_postgres  # noqa: E402

SAMPLE = Path(__file__).parent.parent / "ops" / "sample" / "staff.csv"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden", action="store_true", help="draw the golden pictures of sheets anew")


@pytest.fixture(scope="session")
def database() -> Iterator[str]:
    """A migrated database with the sample organisation; its URL. The whole test process uses it."""
    with private_postgres(settings().data / "postgres") as dsn:
        run = settings().data / "run"
        run.mkdir(parents=True, exist_ok=True)
        (run / "database_url").write_text(dsn)
        upgrade(dsn)
        with Session(engine()) as session:
            load_organisation(session, SAMPLE)
            session.commit()
        yield dsn
        engine().dispose()


@pytest.fixture
def session(database: str) -> Iterator[Session]:  # noqa: ARG001  (it must be there first)
    """A session whose changes are rolled back at the end of the test."""
    with engine().connect() as connection, connection.begin() as outer:
        with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as session:
            yield session
        outer.rollback()
