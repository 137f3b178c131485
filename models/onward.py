"""Where a request goes on when newer rules give it another route. Pure.

Source: docs/decisions/0012-moving-open-requests.md.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from models.next_stop import NotAwaited, replayed
from models.route import Event, Outcome, Step
from models.route_diff import Change
from models.seating import Place

ASK_NOTHING_ANEW = frozenset({"title", "deadline_hours", "choice"})  # what was said there holds though these differ
Begun = tuple[int, int]  # the round in which, and the position at which, an edition of the route began


@dataclass(frozen=True)
class Onward:
    """Where the new edition of a route begins.

    anew: in a new round, for which people are asked; else visits from there on go over to it, with what was said there.
    """

    round: int
    position: int
    anew: bool

    @property
    def begun(self) -> Begun:
        return self.round, self.position


def route_after(lines: Sequence[Change]) -> list[Step]:
    """The new route of a comparison."""
    return [line.after for line in lines if line.after]


def onward(
    lines: Sequence[Change],
    before: Sequence[Step],
    events: Sequence[Event],
    initiator: str,
    begun: Begun,
    visits: Sequence[Begun],
) -> Onward:
    """Everything goes on as it stands where the way gone holds under the new route too; else a new round begins.

    It begins at the first step that differs, or where the request is, whichever is earlier; where all steps of the new
    route are behind it, at the last one, whose host concludes: no request is approved without a word.

    Args:
        lines: the route in force laid beside the new one.
        before, events, begun: the route in force, what happened in it, and where it began.
        visits: of the edition in force, in order.
    """
    place, after = _place(before, events, initiator, begun), route_after(lines)
    assert isinstance(place, Place)  # noqa: S101 - it is open
    first = _first_change(lines)
    if place.position < first:
        for visit in visits:
            if _holds(_from(after, events, initiator, visit), place, first):
                return Onward(*visit, anew=False)
    return Onward(place.round + 1, min(first, place.position, len(after)), anew=True)


def _first_change(lines: Sequence[Change]) -> int:
    """The position of the first step for which what was said before does not hold."""
    same = takewhile(lambda line: line.before and line.after and ASK_NOTHING_ANEW.issuperset(line.differs), lines)
    return len(list(same)) + 1


def _holds(there: Place | Outcome | None, place: Place, first: int) -> bool:
    """Whether the request would stand where it does; straight back only to a step before the first that differs."""
    if not isinstance(there, Place) or any(each.position >= first for each in _backs(there)):
        return False
    return replace(there, back=None, carries=False) == replace(place, back=None, carries=False)


def _backs(place: Place) -> Iterator[Place]:
    while place.back:
        place = place.back
        yield place


def _from(steps: Sequence[Step], events: Sequence[Event], initiator: str, begun: Begun) -> Place | Outcome | None:
    """Where the request would be by this route had it begun with that visit; None: it could not be."""
    try:
        return _place(steps, [each for each in events if (each.round, each.position) >= begun], initiator, begun)
    except (NotAwaited, IndexError):  # said at a step that is not there
        return None


def _place(steps: Sequence[Step], events: Sequence[Event], initiator: str, begun: Begun) -> Place | Outcome:
    round_, start = begun
    happened = [*replayed(steps, events, initiator, round_, start)]
    return happened[-1][2] if happened else Place(start, round_)
