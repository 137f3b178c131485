"""One visit of one step as slips of paper on desks: a second, plainly imperative telling of SEMANTICS.md.

Shares none of the code of `models.seating`. Whoever is added gets a slip then and there; who waits for whom is written
on the slips.
"""

from copy import copy
from dataclasses import dataclass, field, replace

from models.route import Added, Part, Said, Seat, Step, Verdict, Where


@dataclass
class Slip:
    """The paper on one desk."""

    seat: Seat
    by: Seat | None = None  # who added it
    counted: bool = False  # by the countersign rule
    trailing: bool = False  # the host does not wait for it
    away: bool = False  # it went to somebody else: another host or handler was named
    waits_for: set[Seat] = field(default_factory=set)


class Desk:
    """The slips of one visit of a step, and what was written on them, in order."""

    def __init__(self, step: Step, host: str, handlers: tuple[str, ...]) -> None:
        self.step, self.host = step, (Part.host, host)
        self.given: list[Said] = []
        self.slips = {self.host: Slip(self.host)}
        for person in handlers:
            self.slips[Part.handler, person] = Slip((Part.handler, person))
        one_before: set[Seat] = set()
        for person in step.countersigners:
            seat = (Part.countersigner, person)
            self.slips[seat] = Slip(seat, counted=True, waits_for=set(one_before))
            if step.rule == "sequential":
                one_before = {seat}

    def photocopy(self) -> "Desk":
        other = copy(self)
        other.given = list(self.given)
        other.slips = {seat: replace(slip, waits_for=set(slip.waits_for)) for seat, slip in self.slips.items()}
        return other

    # --- what is written --------------------------------------------------------------------------------------------

    def word(self, seat: Seat) -> Verdict | None:
        for said in self.given:
            if said.seat == seat:
                return said.verdict
        return None

    def counted_words(self) -> list[Verdict | None]:
        return [self.word(seat) for seat, slip in self.slips.items() if slip.counted]

    def percent_reached(self) -> bool:
        words = self.counted_words()
        return words.count(Verdict.agree) * 100 >= (self.step.percent or 100) * len(words)

    def percent_lost(self) -> bool:
        words = self.counted_words()
        hoped = words.count(Verdict.agree) + words.count(None)
        return hoped * 100 < (self.step.percent or 100) * len(words)

    def countersigners_refuse(self) -> bool:
        """As their rule counts."""
        if self.step.rule in ("all", "sequential"):
            return Verdict.refuse in self.counted_words()
        if self.step.rule == "percent":
            return self.percent_lost()
        if self.step.rule == "any":
            first = [said.verdict for said in self.given if self.slips[said.seat].counted][:1]
            return first == [Verdict.refuse]
        return False

    def countersigners_done(self) -> bool:
        words = self.counted_words()
        if None not in words or self.countersigners_refuse():
            return True
        if self.step.rule == "percent":
            return self.percent_reached()
        return self.step.rule == "any" and any(words)

    def trailing_refusal(self) -> bool:
        """After the host's word."""
        after = False
        for said in self.given:
            if after and self.slips[said.seat].trailing and said.verdict == "refuse":
                return True
            after = after or said.seat == self.host
        return False

    # --- who has a turn ---------------------------------------------------------------------------------------------

    def needed(self, seat: Seat) -> bool:
        slip = self.slips[seat]
        if self.word(seat) or slip.away:
            return False
        if seat[0] == "adviser" and slip.by is not None:
            return self.needed(slip.by)
        if slip.trailing:
            return True
        if self.word(self.host):
            return False
        return not (slip.counted and self.countersigners_done())

    def awaited(self) -> set[Seat]:
        return {seat for seat in self.slips if self.needed(seat) and not self._held_up(seat)}

    def pending(self) -> set[Seat]:
        return {seat for seat in self.slips if self.needed(seat)} - self.awaited()

    def _held_up(self, seat: Seat) -> bool:
        if any(self.needed(other) for other in self.slips[seat].waits_for):
            return True
        return seat == self.host and not self.step.early and not self.consulted()

    def consulted(self) -> bool:
        handlers = [seat for seat in self.slips if seat[0] == "handler"]
        return self.countersigners_done() and not any(self.needed(seat) for seat in handlers)

    def has_seat(self, person: str) -> bool:
        return any(seat[1] == person and not slip.away for seat, slip in self.slips.items())

    # --- slips come and go ------------------------------------------------------------------------------------------

    def add(self, added: Added) -> None:
        adder = self.slips[added.by]
        slip = self.slips[added.seat] = Slip(added.seat, by=added.by, waits_for=set(adder.waits_for))
        slip.trailing = adder.trailing or (added.by == self.host and added.where != Where.before)
        slip.counted = adder.counted and added.part == "countersigner"
        if added.where == Where.before:
            adder.waits_for.add(added.seat)
            return
        for other in self.slips.values():
            if added.by in other.waits_for:
                other.waits_for.add(added.seat)
        if added.where == Where.after:
            slip.waits_for.add(added.by)

    def may_remove(self, seat: Seat) -> bool:
        slip = self.slips.get(seat)
        if slip is None or slip.by is None or self.word(seat):
            return False
        return all(other.by != seat for other in self.slips.values())

    def remove(self, seat: Seat) -> None:
        del self.slips[seat]
        for other in self.slips.values():
            other.waits_for.discard(seat)

    def name(self, host: str, handlers: tuple[str, ...]) -> None:
        """Others may have been named host and handlers while the papers were away: the slips go to them."""
        for seat, slip in self.slips.items():
            slip.away = seat[0] == "host" or (seat[0] == "handler" and seat[1] not in handlers)
        for person in handlers:
            self.slips.setdefault((Part.handler, person), Slip((Part.handler, person)))
        old, self.host = self.host, (Part.host, host)
        self.slips[self.host] = Slip(self.host, waits_for=self.slips[old].waits_for)
        for slip in self.slips.values():
            slip.by = self.host if slip.by == old else slip.by
            slip.waits_for = {self.host if seat == old else seat for seat in slip.waits_for}

    # --- before and after -------------------------------------------------------------------------------------------

    def later(self, seat: Seat) -> set[Seat]:
        """Whose turn comes after theirs, directly or not."""
        found: set[Seat] = set()
        if seat != self.host and not self.slips[seat].trailing:
            found = {self.host} | self._waiting(self.host)
        return found | self._waiting(seat)

    def _waiting(self, seat: Seat) -> set[Seat]:
        found: set[Seat] = set()
        todo = [seat]
        while todo:
            done = todo.pop()
            more = {other for other, slip in self.slips.items() if done in slip.waits_for} - found
            found |= more
            todo += more
        return found

    def one_before(self, seat: Seat) -> Said | None:
        """Of a sequence: the word of who spoke last among those of it that come before this one."""
        said_before = [
            said for said in self.given if self.slips[said.seat].counted and seat in self._waiting(said.seat)
        ]
        return said_before[-1] if said_before else None
