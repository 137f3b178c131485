"""One office for all who tamper with it: each in a transaction that is rolled back, its files put back."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text

from tests.ops.evidence import Office, an_office, inside


@pytest.fixture(scope="session")
def built(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:  # noqa: ARG001 - its server
    with an_office(tmp_path_factory.mktemp("evidence")) as office:
        yield office


@pytest.fixture
def office(built: Office) -> Iterator[Office]:
    """Its database and its files are the ones in use."""
    with inside(built.engine, built.home):
        yield built


@pytest.fixture
def connection(office: Office) -> Iterator[Connection]:
    """As a superuser, triggers and foreign keys off; rolled back afterwards."""
    with office.engine.connect() as connection, connection.begin() as outer:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        yield connection
        outer.rollback()


@pytest.fixture
def papers(office: Office) -> Iterator[None]:
    """Files of the archive and the attachments are put back afterwards."""
    files = [file for name in ("archive", "files") for file in (office.home / name).rglob("*") if file.is_file()]
    kept = {file: file.read_bytes() for file in files}
    yield
    for file, content in kept.items():
        file.unlink(missing_ok=True)
        file.write_bytes(content)
