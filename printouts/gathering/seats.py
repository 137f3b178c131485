"""The seats of each step as they stand, and in what order they are printed: the record replayed by the rule."""

from collections.abc import Iterator

from models.route import Part, Seat, Where
from models.seating import Place, Seating
from models.standing import standing
from printouts.gathering.case import Case


def seatings(case: Case) -> dict[int, Seating]:
    """Every step of the route in force by position, those not reached included."""
    places, edition = _places(case), case.request.edition
    return {
        position: Seating(case.route[edition, position].as_step, places.get(position, Place(position, 1)))
        for position in sorted(case.titles(edition))
    }


def in_print_order(seating: Seating) -> list[Seat]:
    """Countersigners, handlers, and the host, who concludes; those added next to who added them."""
    step = seating.step
    seats = [(Part.countersigner, person) for person in step.countersigners]
    seats += [*((Part.handler, person) for person in step.handlers), seating.host]
    found = [each for seat in seats for each in _with_added(seating.place, seat)]
    return list(dict.fromkeys([*found, *seating.place.given]))


def _places(case: Case) -> dict[int, Place]:
    """Of each edition of the route, the steps that the next has not begun anew."""
    found: dict[int, Place] = {}
    for edition in range(1, case.request.edition + 1):
        visits = [(each.round, each.position) for each in case.visits if each.edition == edition]
        if not visits:  # all went over to the next edition
            continue
        round_, start = min(visits)
        steps = [case.route[edition, position].as_step for position in sorted(case.titles(edition))]
        stands = standing(steps, case.events(edition), case.request.initiator, round_, start)
        found = {at: place for at, place in found.items() if at < start} | stands
    return found


def _with_added(place: Place, seat: Seat) -> Iterator[Seat]:
    """A seat among those added by its holder; by an earlier host, where another was named meanwhile."""
    mine = [each for each in place.added if each.by == seat or each.by[0] == seat[0] == Part.host]
    for each in mine:
        if each.where is Where.before:
            yield from _with_added(place, each.seat)
    yield seat
    for each in mine:
        if each.where is not Where.before:
            yield from _with_added(place, each.seat)
