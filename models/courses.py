"""I9: each request went the way of the route kept with it: all that was said is replayed by the rule."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import join
from sqlmodel import Session, col, select

from models.broken import Broken
from models.database import table_of
from models.next_stop import NotAwaited, next_stop
from models.record import Decision, ItemState, Request, RouteStep, Status, StepChange, Visit, WorkItem
from models.route import Event, Outcome, Part, Said, Step, Stop

AT_A_TIME = 500  # requests read and replayed together


@dataclass
class Course:
    """What is on record of one request's way; editions of the route count from 1."""

    request: Any  # its row
    steps: dict[int, list[Step]] = field(default_factory=dict)  # by edition
    events: dict[int, list[tuple[int, Event]]] = field(default_factory=dict)  # by edition, with the journal's seq
    began: dict[int, tuple[int, int]] = field(default_factory=dict)  # first round and position, by edition
    editions: dict[tuple[int, int], int] = field(default_factory=dict)  # of visits, by round and position
    open_visits: list[tuple[int, int]] = field(default_factory=list)  # round and position
    open_items: list[tuple[int, int, Part, str]] = field(default_factory=list)  # with part and person


_request, _step, _visit = table_of(Request), table_of(RouteStep), table_of(Visit)
_item, _decision = table_of(WorkItem), table_of(Decision)


def courses_broken(session: Session) -> Iterator[Broken]:
    ids = session.exec(select(Request.id).order_by(col(Request.number))).all()
    for start in range(0, len(ids), AT_A_TIME):
        for course in _courses(session, ids[start : start + AT_A_TIME]):
            if told := fault(course):
                yield Broken("I9", course.request.number, told)


def fault(course: Course) -> str | None:
    """What is wrong with the way a request went, if anything."""
    request, stands = course.request, None
    if sorted(course.steps) != [*range(1, request.edition + 1)]:
        return f"现行流程是第 {request.edition} 版，在案的有 {len(course.steps)} 版"
    for edition, steps in sorted(course.steps.items()):
        events = [event for _, event in sorted(course.events.get(edition, []), key=itemgetter(0))]
        try:
            stands = next_stop(steps, events, request.initiator, *course.began.get(edition, (1, 1)))
        except NotAwaited:
            return f"在案的意见不合流程（第 {edition} 版）：有人在没有轮到时表了态"
    return _standing_fault(course, stands)


def _standing_fault(course: Course, stands: Stop | Outcome | None) -> str | None:
    """Whether the request stands where the rule says."""
    request = course.request
    if isinstance(stands, Stop) and request.status is Status.open:
        place = stands.round, stands.position
        if place != (request.round, request.position) or course.open_visits != [place]:
            return f"按流程应在第 {place[0]} 轮第 {place[1]} 步，在案的是第 {request.round} 轮第 {request.position} 步"
        awaited = sorted((*place, part, person) for part, person in stands.awaited)
        return None if sorted(course.open_items) == awaited else f"待办与流程不符：应等{_people(awaited)}"
    allowed = {Outcome.approved: [Status.approved, Status.revoked], Outcome.refused: [Status.refused]}
    if request.status not in (allowed.get(stands, []) if isinstance(stands, Outcome) else [Status.withdrawn]):
        return f"状态是 {request.status}，与流程的走向不符"
    return "已有结果，却还有待办" if course.open_visits or course.open_items else None


def _people(items: Sequence[tuple[int, int, Part, str]]) -> str:
    return "、".join(person for *_, person in items)


def _courses(session: Session, ids: Sequence[UUID]) -> list[Course]:
    """Plain rows, past the unit of work: there are many."""
    courses = {row.id: Course(row) for row in session.execute(_request.select().where(_request.c.id.in_(ids)))}
    steps = _step.select().where(_step.c.request_id.in_(ids)).order_by(_step.c.position)
    for row in session.execute(steps):
        courses[row.request_id].steps.setdefault(row.edition, []).append(_as_step(row))
    for row in session.execute(_visit.select().where(_visit.c.request_id.in_(ids))):
        _add_visit(courses[row.request_id], row)
    items = _item.select().where(_item.c.request_id.in_(ids), _item.c.state == ItemState.open)
    for row in session.execute(items):
        courses[row.request_id].open_items.append((row.round, row.position, row.part, row.seat))
    _add_said(session, courses)
    _add_changes(session, courses)
    return list(courses.values())


def _add_visit(course: Course, row: Any) -> None:
    course.editions[row.round, row.position] = row.edition
    here = row.round, row.position
    course.began[row.edition] = min(here, course.began.get(row.edition, here))
    if row.closed_at is None:
        course.open_visits.append((row.round, row.position))


def _add_said(session: Session, courses: Mapping[UUID, Course]) -> None:
    decided = join(_decision, _item, _decision.c.work_item_id == _item.c.id)
    place = _item.c.round, _item.c.position, _item.c.part, _item.c.seat
    decisions = _decision.select().add_columns(*place).select_from(decided).order_by(_decision.c.seq)
    for row in session.execute(decisions.where(_decision.c.request_id.in_(courses))):
        course = courses[row.request_id]
        names = {key: tuple(people) for key, people in row.names.items()}
        said = Said(row.round, row.position, row.part, row.seat, row.verdict, row.to, names, row.straight, row.host)
        _add_event(course, row.seq, said)


def _add_changes(session: Session, courses: Mapping[UUID, Course]) -> None:
    for change in session.exec(select(StepChange).where(col(StepChange.request_id).in_(courses))):
        _add_event(courses[change.request_id], change.seq, change.event)


def _add_event(course: Course, seq: int, event: Event) -> None:
    edition = course.editions.get((event.round, event.position), 1)
    course.events.setdefault(edition, []).append((seq, event))


def _as_step(row: Any) -> Step:
    """As much of a step as the rule looks at."""
    people = tuple(row.handlers), row.handlers_by, tuple(row.countersigners)
    return Step(
        row.key,
        row.title,
        row.host,
        *people,
        row.rule,
        fields=row.fields,
        may_finish=row.may_finish,
        percent=row.percent,
        early=row.early,
        refusal_ends=row.refusal_ends,
        lapses=row.lapses,
        choice=tuple(row.choice),
        asks_opinion=row.asks_opinion,
    )
