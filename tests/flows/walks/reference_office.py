"""Who holds which item of a request: the desks around the folder of papers (tests/models/reference.py), told plainly.

Shares no code with the engine. Whoever is asked gets a slip; slips are handed on, held up and thrown away.
"""

from dataclasses import dataclass, field

from models.route import INITIATOR, Event, Part, Said, Seat, Verdict
from tests.flows.walks.errand import Errand, steps_of
from tests.models.at_random import FENG
from tests.models.reference import Paper

Key = tuple[int, int, Part, str]  # round, position, and whose seat


@dataclass
class Slip:
    """What one person was asked, and where it has been."""

    person: str
    acting_for: str | None = None
    state: str = "open"
    said_at: int = -1  # how long the log was when it was answered
    held_before: list[str] = field(default_factory=list)  # since somebody began to act for somebody


class Office:
    """One request, everybody's slips, and the log of who was asked and who has looked or acted."""

    def __init__(self, form: Errand) -> None:
        self.form, self.paper = form, Paper(steps_of(form), FENG)
        self.slips: dict[Key, Slip] = {}
        self.log: list[tuple[str, str]] = []
        self.unseen: set[tuple[str, Key]] = set()
        self.acting: tuple[str, str] | None = None  # principal and delegate
        self.due = self.unheard = True  # the run has something to carry out; it was told so just now
        self._ask_those_awaited()

    # --- how it stands ----------------------------------------------------------------------------------------------

    @property
    def place(self) -> tuple[int, int]:
        return self.paper.round, self.paper.position

    def unfinished(self) -> dict[Key, Slip]:
        return {key: slip for key, slip in self.slips.items() if slip.state in ("open", "held")}

    def holds(self, person: str, key: Key, *states: str) -> bool:
        slip = self.slips.get(key)
        return slip is not None and slip.person == person and slip.state in states

    def busy(self, person: str, besides: Key | None = None) -> bool:
        """With a slip in this step, or away from theirs."""
        others = [(key[3], slip.person) for key, slip in self.unfinished().items() if key != besides]
        return any(person in pair for pair in others)

    def may_be_given(self, person: str, key: Key) -> bool:
        return person != FENG and person != self.slips[key].person and not self.busy(person, besides=key)

    def was_looked_at(self, key: Key) -> bool:
        """Since this slip was answered, by someone who has been asked something since."""
        since, person = self.log[self.slips[key].said_at :], self.slips[key].person
        asked = {who for what, who in since if what == "asked"} - {person}
        return any(what == "acted" and who in asked for what, who in since)

    # --- what happens -----------------------------------------------------------------------------------------------

    def happens(self, event: Event, key: Key | None = None, by: str | None = None) -> None:
        """An event that the paper accepts. `key`: the slip it answers; `by`: who acts."""
        before, step_before = self.place, self.unfinished()
        if isinstance(event, Said) and key:
            self.slips[key].state, self.slips[key].said_at = "decided", len(self.log)
            self.unseen -= {pair for pair in self.unseen if pair[1] == key}
        if by:
            self.log.append(("acted", by))
        self.paper.happens(event)
        self._after(before, step_before)

    def starts_anew(self, form: Errand, key: Key) -> None:
        """The initiator has amended the form, which gives another route."""
        self.slips[key].state = "decided"
        self.unseen -= {pair for pair in self.unseen if pair[1] == key}
        self.form, self.paper = form, Paper(steps_of(form), FENG, self.paper.round)
        self.asks_for_a_wake()
        self._ask_those_awaited()

    def hands_on(self, key: Key, to: str, acting_for: str | None = None) -> None:
        slip = self.slips[key]
        slip.held_before.append(slip.person)
        slip.person, slip.acting_for = to, acting_for
        self.asks_for_a_wake()
        if slip.state == "open":
            self._asks(key)

    def looks(self, person: str) -> None:
        """Whoever has been told something new opens it."""
        if any(who == person for who, _ in self.unseen):
            self.unseen -= {pair for pair in self.unseen if pair[0] == person}
            self.log.append(("acted", person))

    def begins_to_act(self, principal: str, delegate: str) -> None:
        self.acting = principal, delegate
        for slip in self.slips.values():
            slip.held_before.clear()

    def ceases_to_act(self) -> None:
        """What the delegate holds for the other comes home."""
        for key, slip in self.unfinished().items():
            if self.acting == (slip.acting_for, slip.person):
                self.hands_on(key, str(slip.acting_for))
        self.acting = None

    def goes_out(self) -> list[Key]:
        """Slips that go to whoever acts for their holder now, and have not been there."""
        if self.acting is None:
            return []
        principal, delegate = self.acting
        mine = [key for key, slip in self.unfinished().items() if slip.person == principal and slip.state == "open"]
        fresh = [key for key in mine if delegate not in self.slips[key].held_before and key[2] != Part.initiator]
        out = [key for key in fresh if self.slips[key].acting_for is None]
        return [key for key in out if self.may_be_given(delegate, key)]

    def asks_for_a_wake(self) -> None:
        self.due = self.unheard = True

    def _after(self, before: tuple[int, int], those_before: dict[Key, Slip]) -> None:
        if self.paper.outcome or self.place != before:
            for slip in those_before.values():
                slip.state = "closed" if slip.state in ("open", "held") else slip.state
            self.asks_for_a_wake()
        if self.paper.outcome is None:
            self._carry_over()
        if self.paper.outcome is None:
            self._seat_again()
            self._ask_those_awaited()

    def _carry_over(self) -> None:
        """Steps whose host has just agreed pass at once."""
        while self.paper.outcome is None and self.paper.folder.carries:
            ((part, person),) = self.paper.awaited
            self.slips[*self.place, part, person] = Slip(person, state="carried")
            self.paper.happens(Said(*self.place, part, person, Verdict.carry))

    def _seat_again(self) -> None:
        """Those of the step whose turn is over, not yet, or come again."""
        for key, slip in self.unfinished().items():
            seat = key[2:]
            if seat in self.paper.pending:
                slip.state = "held"
            elif seat not in self.paper.awaited:
                slip.state = "closed"
            elif slip.state == "held":
                slip.state = "open"
                self.asks_for_a_wake()
                self._asks(key)

    def _ask_those_awaited(self) -> None:
        for seat in sorted(self.paper.awaited):
            if (*self.place, *seat) not in self.slips:
                self._new(seat)

    def _new(self, seat: Seat) -> None:
        part, person = seat
        key = (*self.place, part, person)
        principal, delegate = self.acting or (None, FENG)
        acts = person == principal and delegate != FENG and self.paper.position != INITIATOR
        self.slips[key] = Slip(delegate, acting_for=person) if acts else Slip(person)
        self.asks_for_a_wake()
        self._asks(key)

    def _asks(self, key: Key) -> None:
        self.log.append(("asked", self.slips[key].person))
        self.unseen.add((self.slips[key].person, key))
