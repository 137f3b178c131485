"""`standing`: which words of each step count now, whatever round they were given in. Pure.

A word counts no more once it is taken back, or once a return has led to its step or to one before; after a straight
return the steps between keep theirs (SEMANTICS.md, 退回 and 取回).
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from models.next_stop import replayed
from models.route import INITIATOR, Event, Part, Removed, Said, Step, TakenBack, Verdict
from models.seating import Place

Places = dict[int, Place]  # by position


def standing(
    steps: Sequence[Step], events: Iterable[Event], initiator: str, first_round: int = 1, start: int = 1
) -> Places:
    """Each step that has been reached, as it stands. Arguments and errors are those of `next_stop`."""
    stands: Places = {start: Place(start, first_round)}
    stood: dict[object, Places] = {}  # before each word
    for event, place, after in replayed(steps, events, initiator, first_round, start):
        word = event.round, event.position, event.seat
        if isinstance(event, TakenBack):
            stands = stands if _given_here(place, event) else stood[word]
        else:
            stood[word] = stands
            stands = stands | {place.position: _left(place, event)}
        if isinstance(after, Place):
            stands = _entered(stands, after)
    return {position: place for position, place in stands.items() if position != INITIATOR}


def _given_here(place: Place, event: TakenBack) -> bool:
    """Whether the request is still where that word was given."""
    said = place.given.get(event.seat)
    return said is not None and (said.round, said.position) == (event.round, event.position)


def _left(place: Place, event: Event) -> Place:
    """A place as an event leaves it; a return and the initiator's word belong to no step."""
    match event:
        case Removed():
            return replace(place, added=tuple(each for each in place.added if each.seat != event.seat))
        case Said() if event.part is not Part.initiator and event.verdict is not Verdict.give_back:
            return place.with_word(event)
    return place


def _entered(stands: Places, place: Place) -> Places:
    """Nothing stands after the place where the request is, but where it goes straight back."""
    return {at: each for at, each in stands.items() if at < place.position or place.back} | {place.position: place}
