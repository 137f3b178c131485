"""Two at the same instant, each on a connection of its own: the record decides who was first, and stays whole."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session, col, delete, select

from flows.engine.decide import Choice, decide, withdraw
from models.courses import courses_broken
from models.database import transaction
from models.journal import Entry, first_break
from models.ledgers import Booking, Car, Driver
from models.record import Decision, ItemState, JournalEntry, Request, Visit, WorkItem
from models.refusals import Conflict, Invalid, Refusal, TooLate
from models.route import Part, Verdict
from tests.flows import sample
from tests.flows.acting import ask, open_items, says
from tests.flows.sample import NOW

pytestmark = pytest.mark.usefixtures("database")
PLATE, DRIVERS = "京E00001", ("T1041", "T1036")
_threads = ThreadPoolExecutor(2)


def at_once(*acts: Callable[[Session], Any]) -> list[Any]:
    """Each act in a transaction and a thread of its own, started at the same instant; results, or refusals."""
    start = Barrier(len(acts))

    def one(act: Callable[[Session], Any]) -> Any:
        try:
            with transaction() as session:
                session.connection()
                start.wait()
                return act(session)
        except Refusal as refused:
            return refused

    return list(_threads.map(one, acts))


def asked(form: Any, *deciders: str, **more: Any) -> tuple[UUID, dict[str, UUID]]:
    """A committed request that these people have agreed to; its id, and its open items by person."""
    with transaction() as session:
        request = ask(session, form, **more)
        for person in deciders:
            says(session, person, request)
            session.flush()
        return request.id, {person: item.id for person, item in open_items(session, request).items()}


def decides(person: str, item: UUID, verdict: Verdict = Verdict.agree, **more: Any) -> Callable[[Session], Any]:
    return partial(decide, account=person, item_id=item, choice=Choice(verdict, "已阅。", **more), now=NOW)


def assert_whole(session: Session, request_id: UUID) -> None:
    """The chain verifies up to where the request stands; one visit is open, none when it is finished."""
    entries = session.exec(
        select(JournalEntry).where(JournalEntry.request_id == request_id).order_by(col(JournalEntry.seq))
    )
    chain = [Entry(**each.model_dump(exclude={"request_id"})) for each in entries]
    request = session.get_one(Request, request_id)
    assert first_break(str(request_id), chain) is None
    assert (chain[-1].seq, chain[-1].hash) == (request.seq, request.head)
    visits = session.exec(select(Visit).where(Visit.request_id == request_id))
    assert [visit.closed_at for visit in visits].count(None) == (0 if request.finished_at else 1)


def refusals(results: list[Any]) -> list[type]:
    return [type(each) for each in results if isinstance(each, Refusal)]


def test_two_countersigners_at_the_same_instant() -> None:
    """Both are recorded, and the host is asked exactly once. 100 times."""
    for _ in range(100):
        request, items = asked(sample.seal(category="contract"), sample.HEAD, sample.LEGAL)
        assert set(items) == {sample.FINANCE, sample.AUDIT}
        results = at_once(*(decides(person, item) for person, item in items.items()))
        assert refusals(results) == []
        with transaction() as session:
            mine = session.exec(select(WorkItem).where(WorkItem.request_id == request)).all()
            assert [item.person for item in mine if item.state is ItemState.open] == [sample.TEACHING_VICE]
            assert [item.part for item in mine].count(Part.host) == 2  # the department head's, and this one
            assert_whole(session, request)


def test_the_same_item_decided_twice_at_once() -> None:
    """One is first; the other is told who, what and when. 50 times."""
    for turn in range(50):
        request, items = asked(sample.vehicle())
        other = Verdict.refuse if turn % 2 else Verdict.agree
        item = items[sample.HEAD]
        results = at_once(decides(sample.HEAD, item), decides(sample.HEAD, item, other))
        assert refusals(results) == [TooLate]
        with transaction() as session:
            assert len(session.exec(select(Decision).where(Decision.request_id == request)).all()) == 1
            assert_whole(session, request)


def test_deciding_and_withdrawing_at_once() -> None:
    """Withdrawn either way; the decision is in the record, or was told that it came too late. 50 times."""
    for _ in range(50):
        request, items = asked(sample.vehicle())
        with transaction() as session:
            number = session.get_one(Request, request).number
        decided, withdrawn = at_once(
            decides(sample.HEAD, items[sample.HEAD]),
            partial(withdraw, account=sample.TEACHER, number=number, reason="", now=NOW),
        )
        assert not isinstance(withdrawn, Refusal)
        with transaction() as session:
            kept = session.exec(select(Decision).where(Decision.request_id == request)).all()
            assert isinstance(decided, TooLate) is (not kept)
            assert session.get_one(Request, request).status == "withdrawn"
            assert open_items(session, session.get_one(Request, request)) == {}
            assert_whole(session, request)


def test_two_submissions_at_once_leave_no_gap() -> None:
    """50 times two; and one that is refused takes no number with it."""
    backwards = sample.vehicle(return_at="2026-11-25T07:00:00+08:00")
    for turn in range(50):
        fails = turn % 10 == 0
        first, second = at_once(
            partial(ask, form=sample.vehicle()),
            partial(ask, form=backwards if fails else sample.vehicle(), account=sample.SECRETARY),
        )
        assert isinstance(second, Invalid) is fails
        assert first.serial > 0
    with transaction() as session:
        mine = Request.prefix == "YC", Request.year == 2026
        serials = sorted(session.exec(select(Request.serial).where(*mine)))
        assert serials == [*range(1, len(serials) + 1)]


def test_the_same_key_at_once_gives_one_request() -> None:
    """20 times."""
    for turn in range(20):
        again = partial(ask, form=sample.vehicle(), idempotency_key=f"race-{turn}")
        first, second = at_once(again, again)
        assert (first.id, first.number) == (second.id, second.number)


@pytest.fixture
def last_car() -> Iterator[None]:
    """One car, two drivers; gone again afterwards."""
    until = NOW.date() + timedelta(days=99)
    with transaction() as session:
        car = Car(plate=PLATE, vehicle_type="sedan", seats=5, inspection_until=until, insurance_until=until)
        session.add(car)
        session.add_all(Driver(account=account, licence_until=until) for account in DRIVERS)
        session.flush()
        number = car.no
    yield
    with transaction() as session:
        session.exec(delete(Booking).where(col(Booking.car_no) == number))
        session.exec(delete(Car).where(col(Car.no) == number))
        session.exec(delete(Driver).where(col(Driver.account).in_(DRIVERS)))


@pytest.mark.usefixtures("last_car")
@pytest.mark.parametrize("drivers", [DRIVERS, (DRIVERS[0], DRIVERS[0])], ids=["two drivers", "one driver"])
def test_the_last_car_goes_to_one_of_two(drivers: tuple[str, str]) -> None:
    """The other dispatcher is told, and may choose again. 20 times, on different days."""
    for turn in range(20):
        day = f"2026-12-{turn + 1:02}"
        trip = sample.vehicle(depart_at=f"{day}T08:00:00+08:00", return_at=f"{day}T18:00:00+08:00")
        one, other = asked(trip, sample.HEAD)[1], asked(trip, sample.HEAD)[1]
        results = at_once(
            *(
                decides(sample.DISPATCHER, items[sample.DISPATCHER], fields={"plate": PLATE, "driver": driver})
                for items, driver in zip((one, other), drivers, strict=True)
            )
        )
        assert len(refusals(results)) == 1
        assert set(refusals(results)) <= {Conflict, Invalid}
        with transaction() as session:
            late = [item for items in (one, other) for item in items.values()]
            states = [session.get_one(WorkItem, item).state for item in late]
            assert sorted(states) == [ItemState.decided, ItemState.open]


def test_after_all_this_every_request_went_its_kept_way() -> None:
    with transaction() as session:
        assert list(courses_broken(session)) == []
