"""The worker is told of a request by the record itself, at the commit."""

import psycopg
import pytest

from models.database import transaction
from models.settings import settings
from tests.flows import sample
from tests.flows.acting import ask, says


@pytest.mark.usefixtures("database")
def test_the_worker_is_told_at_the_commit_and_not_before() -> None:
    with psycopg.connect(settings().dsn, autocommit=True) as worker:
        worker.execute("LISTEN oa_wake")
        with transaction() as session:
            request = ask(session, sample.vehicle(), account=sample.SECRETARY)
            assert [*worker.notifies(timeout=0.2)] == []
        assert {each.payload for each in worker.notifies(timeout=0.2)} == {str(request.id)}
        with transaction() as session:
            says(session, sample.HEAD, request)
        assert {each.payload for each in worker.notifies(timeout=0.2)} == {str(request.id)}
