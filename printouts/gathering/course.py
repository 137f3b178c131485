"""The course of a request as printed: the steps as they stand, and what was said that counts no more."""

from collections.abc import Iterator

from models.record import Change, RouteStep, Status, StepChange, Visit, WorkItem
from models.route import Seat
from models.seating import Seating
from printouts.gathering.case import Case
from printouts.gathering.opinions import given, removed, unspoken
from printouts.gathering.seats import in_print_order, seatings
from printouts.gathering.sheet import SheetOpinion, SheetStep
from printouts.gathering.verdicts import RULES


def standing_steps(case: Case) -> tuple[SheetStep, ...]:
    """Every step of the route in force, those not reached included, with the words that count now.

    Some were given in an earlier round of their step, and kept over a straight return or a word taken back.
    """
    edition = case.request.edition
    return tuple(_step(case, case.route[edition, at], seating) for at, seating in seatings(case).items())


def earlier_rounds(case: Case) -> tuple[SheetStep, ...]:
    """Visit by visit what counts no more: said before a return, or taken back; and who was taken out again."""
    words = [said for seating in seatings(case).values() for said in seating.place.given.values()]
    count = {(said.round, said.position, said.seat) for said in words}
    told = []
    for visit in case.visits:
        step = case.route.get((visit.edition, visit.position))
        if opinions := tuple(_overtaken(case, visit, step, count)):
            title = step.title if step else "发起人修改"
            told.append(SheetStep(title, opinions, _rule(step), visit.round, step.percent if step else None))
    return tuple(told)


def _step(case: Case, step: RouteStep, seating: Seating) -> SheetStep:
    opinions = tuple(_opinion(case, step, seating, seat) for seat in in_print_order(seating))
    return SheetStep(step.title, opinions, _rule(step), seating.place.round, step.percent)


def _opinion(case: Case, step: RouteStep, seating: Seating, seat: Seat) -> SheetOpinion:
    place = seating.place
    said = place.given.get(seat)
    item = case.item(said.round, said.position, seat) if said else case.item(place.round, place.position, seat)
    if said and item:
        return given(case, item, step)
    here = case.request.status is Status.open and case.request.position == place.position
    needed, awaited = seat in seating.needed, here and seat in seating.awaited
    return unspoken(case, step, seat, place.round, item, needed=needed, awaited=awaited)


def _overtaken(
    case: Case, visit: Visit, step: RouteStep | None, count: set[tuple[int, int, Seat]]
) -> Iterator[SheetOpinion]:
    for key in case.decisions:
        item = case.items[key]
        if _in(visit, item) and (item.round, item.position, (item.part, item.seat)) not in count:
            yield given(case, item, step)
    for change in case.changes:
        if _in(visit, change) and change.what is Change.removed:
            yield removed(case, change)


def _in(visit: Visit, what: StepChange | WorkItem) -> bool:
    return (what.round, what.position) == (visit.round, visit.position)


def _rule(step: RouteStep | None) -> str:
    return RULES[step.rule] if step and step.countersigners else ""
