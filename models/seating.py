"""Whose turn it is within one step, by its countersign rule and the signers added to it. Pure.

Source: SEMANTICS.md, "A step", "Countersign rules" and 加签.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from models.route import Added, CountersignRule, Part, Said, Seat, Step, Verdict, Where

Order = dict[Seat, frozenset[Seat]]  # who must have spoken before whom
IN_TURN = frozenset({CountersignRule.all, CountersignRule.sequential})  # one refusal ends the waiting


@dataclass(frozen=True)
class Place:
    """A visit of a step: what was given in it, and where the request goes on when it is concluded."""

    position: int
    round: int
    given: Mapping[Seat, Said] = field(default_factory=dict)  # in the order it was given; some in earlier rounds
    added: tuple[Added, ...] = ()
    back: "Place | None" = None  # straight back there once this step is done
    carries: bool = False  # the host's agreement to the step before is carried over

    def with_word(self, said: Said) -> "Place":
        return replace(self, given={**self.given, said.seat: said}, carries=False)

    def without_word(self, seat: Seat) -> "Place":
        return replace(self, given={each: said for each, said in self.given.items() if each != seat}, carries=False)

    def with_only(self, words: Collection[Said]) -> "Place":
        """As it was, but for words that have been taken back since, there and where it goes straight back to."""
        given = {seat: said for seat, said in self.given.items() if said in words}
        return replace(self, given=given, back=self.back and self.back.with_only(words), carries=False)


@dataclass(frozen=True)
class Seating:
    """The seats of one step as they stand at a place."""

    step: Step
    place: Place

    @property
    def host(self) -> Seat:
        return Part.host, self.step.host

    @property
    def order(self) -> Order:
        """Each seat with those who must have spoken before it; what the rule asks of the host is not among them."""
        signers = [(Part.countersigner, person) for person in self.step.countersigners]
        in_turn = self.step.rule is CountersignRule.sequential
        order: Order = {(Part.handler, person): frozenset() for person in self.step.handlers}
        order |= {seat: frozenset(signers[:turn] if in_turn else ()) for turn, seat in enumerate(signers)}
        order[self.host] = frozenset()
        for each in self._added:
            if each.by in order:  # else who asked for this advice handles the step no more
                _insert(order, each)
        return order

    @property
    def _added(self) -> list[Added]:
        """With those whom a host added before another was named in their place: they stay, with the new one."""
        return [replace(each, by=self.host) if each.by[0] is Part.host else each for each in self.place.added]

    @property
    def trailing(self) -> frozenset[Seat]:
        """Added beside or after the host, or by one of those: the step waits for them, the host does not."""
        found: set[Seat] = set()
        for each in self._added:
            if each.by in found or (each.by == self.host and each.where is not Where.before):
                found.add(each.seat)
        return frozenset(found)

    @property
    def governed(self) -> frozenset[Seat]:
        """Countersigners whom the rule counts: the route's, and those added by one of them."""
        found = {(Part.countersigner, person) for person in self.step.countersigners}
        for each in self._added:
            if each.by in found and each.part is Part.countersigner:
                found.add(each.seat)
        return frozenset(found)

    @property
    def refused(self) -> bool:
        """Whether the countersigners have refused, as their rule counts."""
        words = self._words()
        match self.step.rule:
            case CountersignRule.percent:
                return not self._still_reachable(words)
            case CountersignRule.any:
                return words[:1] == [Verdict.refuse]
            case CountersignRule.advisory:
                return False
        return Verdict.refuse in words

    @property
    def countersigned(self) -> bool:
        """Whether the rule waits for no more countersigners."""
        words, most = self._words(), len(self.governed)
        match self.step.rule:
            case CountersignRule.percent:
                reached = words.count(Verdict.agree) * 100 >= (self.step.percent or 100) * most
                return reached or not self._still_reachable(words)
            case CountersignRule.any:
                return bool(words) or not most
        return len(words) == most or (self.step.rule in IN_TURN and self.refused)

    @property
    def consulted(self) -> bool:
        """Whether countersigners and handlers are done, so that the host may conclude."""
        handlers = {(Part.handler, person) for person in self.step.handlers}
        return self.countersigned and handlers <= self.place.given.keys()

    @property
    def concluded(self) -> bool:
        """The host has agreed, and those added beside or after them have spoken."""
        return self.host in self.place.given and self.trailing <= self.place.given.keys()

    @property
    def needed(self) -> frozenset[Seat]:
        """Seats that the step still waits for, now or later."""
        given, order = self.place.given, self.order
        if self.host in given:
            asked = set(self.trailing)
        else:
            asked = {self.host, *self.trailing, *(seat for seat in order if seat[0] is Part.handler)}
            asked |= set() if self.countersigned else self.governed
        waiting = [seat for seat in asked if seat not in given]
        found: set[Seat] = set()
        while waiting:
            seat = waiting.pop()
            found.add(seat)
            waiting += [before for before in order[seat] if before not in given and before not in found]
        return frozenset(found)

    @property
    def awaited(self) -> frozenset[Seat]:
        """Whose turn it is."""
        order, given = self.order, self.place.given
        ready = {seat for seat in self.needed if order[seat] <= given.keys()}
        return frozenset(ready if self.step.early or self.consulted else ready - {self.host})

    def after(self, seat: Seat) -> frozenset[Seat]:
        """Seats whose turn comes after this one's word; every other one may speak whether it has or not."""
        order, found = self.order, {seat} if seat in self.trailing else {seat, self.host}
        while more := {other for other, before in order.items() if before & found} - found:
            found |= more
        return frozenset(found - {seat})

    def _words(self) -> list[Verdict]:
        """What the countersigners said, in order."""
        governed = self.governed
        return [said.verdict for seat, said in self.place.given.items() if seat in governed]

    def _still_reachable(self, words: list[Verdict]) -> bool:
        most = len(self.governed)
        possible = most - sum(word is not Verdict.agree for word in words)
        return possible * 100 >= (self.step.percent or 100) * most


def _insert(order: Order, each: Added) -> None:
    """Seat an added signer beside the others."""
    later = [seat for seat, before in order.items() if each.by in before]
    if each.where is Where.after:
        order[each.seat] = frozenset({each.by})
    else:
        order[each.seat] = order[each.by]
    if each.where is Where.before:
        later = [each.by]
    _wait_for(order, later, each.seat)


def _wait_for(order: Order, seats: Iterable[Seat], before: Seat) -> None:
    for seat in seats:
        order[seat] |= {before}
