"""Whatever is killed, and whenever: what was decided stands, and the request goes on."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from sqlmodel import select

from flows.engine.locks import lock_key
from models.database import transaction
from models.papers import Sheet
from models.settings import settings
from tests.journeys.college import HEAD, SECOND_TEACHER, TEACHER, incidents, leave
from tests.journeys.stack import Stack, eventually, kill_process
from tests.journeys.timeline import ended, on_record, suspended

pytestmark = pytest.mark.journey
BEFORE_DRAWING, BEFORE_THE_ROW = "ACCESS EXCLUSIVE", "SHARE"


@contextmanager
def held_up_at_the_sheet(mode: str) -> Iterator[None]:
    """Whoever files a sheet waits here: before it is drawn, or with the file written and its row still to come."""
    with psycopg.connect(settings().dsn) as connection:
        connection.execute(f"LOCK TABLE sheet IN {mode} MODE")
        yield


def waiting_at_the_sheet() -> int:
    with psycopg.connect(settings().dsn) as connection:
        found = connection.execute(
            "SELECT count(*) FROM pg_locks WHERE relation = 'sheet'::regclass AND NOT granted"
        ).fetchone()
    return int(found[0]) if found else 0


def walkers() -> dict[int, int]:
    """Who is at work: processes by the key of the walking lock they hold."""
    with psycopg.connect(settings().dsn) as connection:
        found = connection.execute(
            "SELECT classid::bigint << 32 | objid::bigint, application_name FROM pg_stat_activity "
            "JOIN pg_locks USING (pid) WHERE locktype = 'advisory' AND granted AND application_name LIKE 'oa walking %'"
        )
        return {key: int(name.split()[-1]) for key, name in found}


def sheets(number: str) -> int:
    with transaction() as session:
        return len(session.exec(select(Sheet).where(Sheet.request_id == on_record(number).id)).all())


def test_worker_is_killed_between_the_last_decision_and_the_sheet(stack: Stack) -> None:
    number = TEACHER.submit("leave", leave())
    begun = suspended(number)["run_count"]
    with held_up_at_the_sheet(BEFORE_THE_ROW):
        assert HEAD.decide(number)["status"] == "approved"
        eventually(waiting_at_the_sheet, "the worker has come to the sheet")
        stack.kill("worker")
        eventually(lambda: not walkers(), "its children are dead with it")
    stack.start("worker")
    run = ended(number)
    assert (run["state"]["name"], run["run_count"]) == ("办结", begun + 2)
    assert sheets(number) == 1
    assert incidents(number) == []


def test_prefect_is_killed_before_the_wake(stack: Stack) -> None:
    number = TEACHER.submit("leave", leave())
    suspended(number)
    stack.kill("prefect")
    assert HEAD.decide(number)["status"] == "approved"
    second = SECOND_TEACHER.submit("leave", leave(SECOND_TEACHER))
    stack.start("prefect")
    stack.ready()
    assert ended(number)["state"]["name"] == "办结"
    suspended(second)
    assert sheets(number) == 1


def test_a_child_is_killed_while_it_draws_and_the_other_run_is_unharmed() -> None:
    number, other = TEACHER.submit("leave", leave()), SECOND_TEACHER.submit("leave", leave(SECOND_TEACHER))
    begun = {each: suspended(each)["run_count"] for each in (number, other)}
    with held_up_at_the_sheet(BEFORE_DRAWING):
        HEAD.decide(number)
        HEAD.decide(other)
        eventually(lambda: waiting_at_the_sheet() == 2, "both runs have come to the sheet")
        kill_process(walkers()[lock_key(on_record(number).id)])
        eventually(lambda: incidents(number), "its death is an incident")
    assert ended(other)["run_count"] == begun[other] + 1
    assert ended(number)["run_count"] == begun[number] + 2
    assert (sheets(number), sheets(other)) == (1, 1)
    eventually(lambda: not incidents(number), "the incident is closed")
