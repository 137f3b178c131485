"""Who is at work on a request, what the worker hears, and what is left for it to do."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlmodel import col, update

from flows.engine.locks import Busy, if_nobody_walks, walking
from flows.engine.waking import Waker, due, due_requests
from models.database import transaction
from models.record import Request
from models.settings import settings
from tests.flows import sample
from tests.flows.acting import ask

pytestmark = pytest.mark.usefixtures("database")


def asked_for() -> UUID:
    """A request on record that wants its run to be started."""
    with transaction() as session:
        return ask(session, sample.vehicle(), account=sample.SECRETARY).id


def carried_out(request_id: UUID) -> None:
    with transaction() as session:
        everything = update(Request).where(col(Request.id) == request_id).values(carried_seq=Request.wake_seq)
        session.execute(everything)


def nobody_walks(request_id: UUID) -> bool:
    with (
        psycopg.connect(settings().dsn, autocommit=True) as connection,
        if_nobody_walks(connection, request_id) as nobody,
    ):
        return nobody


def heard(meanwhile: Callable[[Waker], Awaitable[None]]) -> list[UUID]:
    """What a listening waker is asked for, from its start until `meanwhile` is over, in order."""

    async def listening() -> list[UUID]:
        waker = Waker(lambda: None)
        ear = asyncio.create_task(waker.listen())
        await meanwhile(waker)
        ear.cancel()
        with suppress(asyncio.CancelledError):
            await ear
        return [waker.queue.get_nowait() for _ in range(waker.queue.qsize())]

    return asyncio.run(listening())


def listeners() -> list[int]:
    with psycopg.connect(settings().dsn) as connection:
        return [pid for (pid,) in connection.execute("SELECT pid FROM pg_stat_activity WHERE query LIKE 'LISTEN%%'")]


async def until(look: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not look():
            await asyncio.sleep(0.02)


async def heard_until(waker: Waker, request_id: UUID) -> list[UUID]:
    """What it hears of before it hears of this request."""
    others: list[UUID] = []
    async with asyncio.timeout(10):
        while (told := await waker.queue.get()) != request_id:
            others.append(told)
    return others


def test_nobody_else_begins_while_somebody_walks() -> None:
    request, other = uuid4(), uuid4()
    with walking(request):
        assert not nobody_walks(request)
        assert nobody_walks(other)
        with pytest.raises(Busy), walking(request, patience=0.1):
            pass
    asyncio.run(until(lambda: nobody_walks(request)))  # the server frees the lock when it sees the connection go


def test_a_walker_waits_for_the_one_before() -> None:
    request = uuid4()

    async def both() -> list[str]:
        order: list[str] = []

        def first() -> None:
            with walking(request):
                order.append("first begins")
                asyncio.run(asyncio.sleep(0.3))
                order.append("first ends")

        def second() -> None:
            with walking(request):
                order.append("second begins")

        one = asyncio.create_task(asyncio.to_thread(first))
        await until(lambda: bool(order))
        await asyncio.to_thread(second)
        await one
        return order

    assert asyncio.run(both()) == ["first begins", "first ends", "second begins"]


def test_what_was_asked_for_before_and_while_it_listens_is_heard() -> None:
    before = asked_for()

    async def meanwhile(waker: Waker) -> None:
        await heard_until(waker, before)
        later.append(await asyncio.to_thread(asked_for))
        await heard_until(waker, later[0])

    later: list[UUID] = []
    heard(meanwhile)
    for request_id in (before, *later):
        carried_out(request_id)


def test_a_listener_that_was_cut_off_hears_what_it_missed() -> None:
    async def meanwhile(waker: Waker) -> None:
        await until(lambda: bool(listeners()))
        with psycopg.connect(settings().dsn, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = ANY(%s)", [listeners()]
            )
        missed = await asyncio.to_thread(asked_for)
        others.extend(await heard_until(waker, missed))

    others: list[UUID] = []  # of other tests: whatever is due is looked at after a cut
    heard(meanwhile)
    assert len(others) == len(set(others))


def test_asked_often_it_looks_once() -> None:
    async def meanwhile(waker: Waker) -> None:
        for _ in range(3):
            waker.ask(request)
        await until(lambda: waker.queue.qsize() > 0)

    request = uuid4()
    assert heard(meanwhile).count(request) == 1


def test_a_request_is_due_until_it_is_carried_out() -> None:
    request = asked_for()
    assert request in due_requests()
    found = due(request)
    assert found
    assert found.id == request
    carried_out(request)
    assert request not in due_requests()
    assert due(request) is None
    assert due(uuid4()) is None
