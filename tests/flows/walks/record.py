"""What is on record of one request, beside what the reference holds; and all that must hold of it (DESIGN.md §4)."""

from datetime import datetime
from itertools import chain
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from flows.engine.moving import Way, way_of
from models.broken import Broken
from models.database import engine, transaction
from models.finding import Finding
from models.invariants import broken
from models.record import Request, Status
from models.standing import standing
from printouts.evidence.chain import broken_chain
from printouts.evidence.differences import differences, journal_differences
from printouts.evidence.rows import records
from printouts.evidence.sections import Record
from printouts.evidence.testimony import contradictions
from tests.flows.walks.reference_office import Key, Office
from tests.models.reference import Folder

OF_REQUEST = ("journal", "decision", "work_item", "notice", "incident", "visit", "route_step", "step_change", "sheet",
              "former_holder")  # fmt: skip


def assert_agrees(session: Session, request: Request, office: Office, now: datetime) -> dict[Key, UUID]:
    """The record stands where the reference stands: outcome, place, holders, words that count, work for the run.

    Returns:
        its work items by key.
    """
    paper = office.paper
    assert request.status == (paper.outcome or Status.open)
    assert (request.wake_seq > request.carried_seq) == office.due, "work for the run"
    way = way_of(session, request, now)
    held = {
        (item.round, item.position, *item.seat): (item.person, item.acting_for, item.state.value)
        for item in way.items
        if item.closed_at is None
    }
    assert held == {key: (slip.person, slip.acting_for, slip.state) for key, slip in office.unfinished().items()}
    if paper.outcome is None:
        assert (request.round, request.position) == office.place
        _assert_words_count(way, paper.folder)
    return {(item.round, item.position, *item.seat): item.id for item in way.items}


def _assert_words_count(way: Way, folder: Folder) -> None:
    request = way.request
    edition = request.initiator, request.edition_round, request.edition_start
    place = standing(way.steps, way.events, *edition).get(folder.position)
    back: Folder | None = folder
    while back and place:
        assert dict(place.given) == {said.seat: said for said in (back.desk.given if back.desk else ())}
        place, back = place.back, back.back


class Check:
    """`./oa check` for one request alone, on a connection whose tables show nothing else."""

    def __init__(self) -> None:
        self._session = Session(engine().connect())
        execute = self._session.connection().exec_driver_sql
        walked = "current_setting('walks.request')::uuid"
        execute(f"CREATE TEMP VIEW request AS SELECT * FROM public.request WHERE id = {walked}")  # noqa: S608
        for table in OF_REQUEST:
            execute(f"CREATE TEMP VIEW {table} AS SELECT * FROM public.{table} WHERE request_id = {walked}")  # noqa: S608
        self._session.commit()

    def broken(self, request_id: UUID, now: datetime) -> list[Broken]:
        """What does not hold of it; that numbers have no gap is a question to the whole record."""
        self._session.execute(text("SELECT set_config('walks.request', :id, false)"), {"id": str(request_id)})
        found = broken(self._session, copies_due, now)
        self._session.rollback()
        return [each for each in found if each.invariant != "I10"]

    def close(self) -> None:
        self._session.connection().close()
        self._session.close()


def copies_due(_: Session, request: Request) -> list[str]:
    return [] if request.status is Status.open else ["archive"]


def on_record(request_id: UUID) -> Record:
    """As a sheet drawn now would have it attached."""
    with transaction() as session:
        return records(session, [request_id])[request_id]


def changed_since(then: Record) -> list[Finding]:
    """What `./oa verify` would say of the request, with a sheet that was drawn then."""
    now = on_record(UUID(then["request"]["id"]))
    found = journal_differences(then, now), broken_chain(now, {}), contradictions(now), differences(then, now)
    return list(chain.from_iterable(found))
