"""Two at the same instant, each on a connection of its own: the record decides who was first, and stays whole."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session, col, delete, select, update

from flows.engine.acts.handing_on import hand_over, transfer
from flows.engine.acts.signers import add_signer
from flows.engine.acts.taking_back import take_back
from flows.engine.decide import Choice, decide, withdraw
from flows.engine.kind import kinds
from flows.engine.new_rules import change_rules
from flows.engine.rule_versions import add_version, newest
from models.courses import courses_broken
from models.database import transaction
from models.journal import Entry, first_break
from models.ledgers import Booking, Car, Driver
from models.record import Decision, ItemState, JournalEntry, Request, RouteStep, Visit, WorkItem
from models.refusals import Conflict, Invalid, Refusal, TooLate
from models.route import CountersignRule, Part, Verdict, Where
from tests.flows import sample
from tests.flows.acting import ask, open_items, says
from tests.flows.sample import NOW

pytestmark = pytest.mark.usefixtures("database")
SEAL = kinds()["seal"]
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


def board(rule: CountersignRule) -> tuple[UUID, dict[str, UUID]]:
    """A contract before its countersigners, who decide by this rule; legal has agreed where all are asked at once."""
    with transaction() as session:
        request = ask(session, sample.seal(category="contract"))
        step = update(RouteStep).where(col(RouteStep.request_id) == request.id, col(RouteStep.position) == 2)
        session.execute(step.values(rule=rule, percent=60))
        first = (
            [sample.HEAD] if rule in (CountersignRule.any, CountersignRule.sequential) else [sample.HEAD, sample.LEGAL]
        )
        for person in first:
            says(session, person, request)
            session.flush()
        return request.id, {person: item.id for person, item in open_items(session, request).items()}


BOTH = {CountersignRule.all, CountersignRule.advisory}  # where both words count


@pytest.mark.parametrize("rule", [rule for rule in CountersignRule if rule is not CountersignRule.sequential])
def test_two_countersigners_at_the_same_instant(rule: CountersignRule) -> None:
    """Both count, or the first one's does and the other is told; the host is asked exactly once. 200 times."""
    for _ in range(200):
        request, items = board(rule)
        results = at_once(*(decides(person, items[person]) for person in (sample.FINANCE, sample.AUDIT)))
        assert refusals(results) == ([] if rule in BOTH else [TooLate])
        with transaction() as session:
            mine = session.exec(select(WorkItem).where(WorkItem.request_id == request)).all()
            assert [item.person for item in mine if item.state is ItemState.open] == [sample.TEACHING_VICE]
            assert [item.part for item in mine].count(Part.host) == 2  # the department head's, and this one
            assert_whole(session, request)


def test_one_after_the_other_only_the_first_is_there_to_decide() -> None:
    """The same countersigner twice: one word, then the next one's turn. 200 times."""
    for _ in range(200):
        request, items = board(CountersignRule.sequential)
        ((person, item),) = items.items()
        assert refusals(at_once(decides(person, item), decides(person, item))) == [TooLate]
        with transaction() as session:
            (following,) = open_items(session, session.get_one(Request, request))
            assert following != person
            assert_whole(session, request)


def test_deciding_and_transferring_at_once() -> None:
    """The decision stands, or the other has the item: whoever came second is told who did what when. 200 times."""
    for _ in range(200):
        request, items = asked(sample.vehicle())
        item = items[sample.HEAD]
        sent = partial(transfer, account=sample.HEAD, item_id=item, to=sample.COLLEAGUE, reason="", now=NOW)
        (refusal,) = (each for each in at_once(decides(sample.HEAD, item), sent) if isinstance(each, Refusal))
        assert isinstance(refusal, TooLate)
        assert refusal.detail["who"]["account"] == sample.HEAD
        with transaction() as session:
            holder = session.get_one(WorkItem, item)
            assert (holder.state is ItemState.open) is (holder.person == sample.COLLEAGUE)
            assert_whole(session, request)


def test_deciding_and_a_hand_over_at_once() -> None:
    """200 times. What was decided first is not handed over."""
    for _ in range(200):
        request, items = asked(sample.vehicle())
        item = items[sample.HEAD]
        over = partial(hand_over, account=sample.HR_HEAD, leaver=sample.HEAD, to=sample.COLLEAGUE, reason="", now=NOW)
        decided, _ = at_once(decides(sample.HEAD, item), over)
        with transaction() as session:
            holder = session.get_one(WorkItem, item)
            assert isinstance(decided, TooLate) is (holder.person == sample.COLLEAGUE)
            assert not isinstance(decided, TooLate) or decided.detail["who"]["account"] == sample.HR_HEAD
            assert_whole(session, request)


def test_taking_back_and_the_next_decision_at_once() -> None:
    """The next one's word stands, or the step begins anew without theirs. 200 times."""
    for _ in range(200):
        request, items = asked(sample.vehicle(scope="out_of_city"))
        first = items[sample.HEAD]
        with transaction() as session:
            says(session, sample.HEAD, session.get_one(Request, request))
            session.flush()
            ((following, item),) = open_items(session, session.get_one(Request, request)).items()
            nxt = item.id
        back = partial(take_back, account=sample.HEAD, item_id=first, reason="", now=NOW)
        assert refusals(at_once(back, decides(following, nxt))) == [TooLate]
        with transaction() as session:
            assert_whole(session, request)


def test_adding_a_signer_and_concluding_at_once() -> None:
    """200 times. A signer is there to be waited for, or the step is over and the adder is told."""
    for _ in range(200):
        request, items = asked(sample.vehicle(scope="out_of_city"))
        item = items[sample.HEAD]
        adds = partial(
            add_signer,
            account=sample.HEAD,
            item_id=item,
            person=sample.COLLEAGUE,
            where=Where.before,
            reason="",
            now=NOW,
        )
        assert refusals(at_once(decides(sample.HEAD, item), adds)) == [TooLate]
        with transaction() as session:
            assert_whole(session, request)


def test_the_same_item_decided_twice_at_once() -> None:
    """One is first; the other is told who, what and when; in bulk as singly. 200 times."""
    for turn in range(200):
        request, items = asked(sample.vehicle())
        other = Verdict.refuse if turn % 2 else Verdict.agree
        item = items[sample.HEAD]
        results = at_once(decides(sample.HEAD, item), decides(sample.HEAD, item, other))
        assert refusals(results) == [TooLate]
        with transaction() as session:
            assert len(session.exec(select(Decision).where(Decision.request_id == request)).all()) == 1
            assert_whole(session, request)


def test_deciding_and_withdrawing_at_once() -> None:
    """Withdrawn either way; the decision is in the record, or was told that it came too late. 200 times."""
    for _ in range(200):
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


@pytest.fixture
def shipped() -> Iterator[None]:
    """Other tests go by the rules as shipped."""
    yield
    with transaction() as session:
        add_version(session, SEAL, SEAL.rules.model_dump(mode="json"), newest(session, SEAL, NOW).version, "T1031", NOW)


def compared_with_newer(request_id: UUID, countersign: list[str]) -> dict[str, Any]:
    """A newer version of the rules with these countersigners, and what an administrator has seen of the request."""
    with transaction() as session:
        request, latest = session.get_one(Request, request_id), newest(session, SEAL, NOW)
        rules = latest.rules | {"countersign": countersign}
        version = add_version(session, SEAL, rules, latest.version, "T1031", NOW).version
        return {"kind": SEAL, "version": version, "number": request.number, "seen": request.seq}


@pytest.mark.usefixtures("shipped")
def test_deciding_and_moving_to_newer_rules_at_once() -> None:
    """Who is second is told who was first: the word stands and nothing is moved, or it came too late. 50 times."""
    for turn in range(50):
        request, items = asked(sample.seal(category="contract"), sample.HEAD)
        seen = compared_with_newer(request, ["财务处"] if turn % 2 else ["财务处", "审计处"])
        decided, moved = at_once(
            decides(sample.FINANCE, items[sample.FINANCE]),
            partial(change_rules, **seen, account="T1031", now=NOW),
        )
        assert refusals([decided, moved]) == [TooLate]
        with transaction() as session:
            kept = session.get_one(Request, request)
            assert (kept.round == 1) is isinstance(moved, TooLate)
            assert (sample.FINANCE in open_items(session, kept)) is isinstance(decided, TooLate)
            assert (kept.rule_version == seen["version"]) is isinstance(decided, TooLate)
            assert_whole(session, request)


@pytest.mark.usefixtures("shipped")
def test_two_administrators_move_one_request_at_once() -> None:
    """The second is told who was first; it is moved once. 20 times."""
    for turn in range(20):
        request, _ = asked(sample.seal(category="contract"), sample.HEAD)
        seen = compared_with_newer(request, ["财务处"] if turn % 2 else ["财务处", "审计处"])
        moves = (partial(change_rules, **seen, account=account, now=NOW) for account in ("T1031", "T1005"))
        assert refusals(at_once(*moves)) == [TooLate]
        with transaction() as session:
            assert session.get_one(Request, request).edition == 2
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
