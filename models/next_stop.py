"""`next_stop`: where a request waits, worked out from its route and everything that happened so far. Pure.

The record is replayed, event by event; what SEMANTICS.md calls the meaning of an act is one branch here, whose turn it
is within a step is `models/seating.py`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce

from models.route import (
    INITIATOR,
    Added,
    CountersignRule,
    Event,
    Outcome,
    Part,
    Removed,
    Said,
    Seat,
    Step,
    Stop,
    TakenBack,
    Verdict,
    Where,
)
from models.seating import Place, Seating

PERMITTED: dict[Part, frozenset[Verdict]] = {
    Part.host: frozenset({Verdict.agree, Verdict.finish, Verdict.refuse, Verdict.give_back}),
    Part.handler: frozenset({Verdict.agree, Verdict.give_back}),
    Part.countersigner: frozenset({Verdict.agree, Verdict.refuse, Verdict.give_back, Verdict.lapse}),
    Part.adviser: frozenset({Verdict.advise}),
    Part.initiator: frozenset({Verdict.agree}),
}
BY_RULE = frozenset({Verdict.lapse, Verdict.carry})  # nobody says these
ADDS = frozenset({Part.host, Part.countersigner})  # 加签
LENDS = ADDS | {Part.handler}  # 委派


class NotAwaited(ValueError):
    """An event that the request was not waiting for, or one that its part cannot bring about here."""


def next_stop(
    steps: Sequence[Step], events: Iterable[Event], initiator: str, first_round: int = 1, start: int = 1
) -> Stop | Outcome:
    """Replay `events` (in the order they happened) over `steps`.

    Args:
        steps: the route, in order; positions count from 1.
        events: of this edition of the route.
        initiator: whose request it is; they are awaited after a return to position 0.
        first_round, start: the round in which, and the position at which, this edition of the route began.

    Raises:
        NotAwaited: if something happened that could not, or was said by someone who was not awaited.
    """
    course = _Course(list(steps), Place(start, first_round), initiator)
    for _ in course.replay(events):
        pass
    if isinstance(course.place, Outcome):
        return course.place
    return course.stop(course.place)


def replayed(
    steps: Sequence[Step], events: Iterable[Event], initiator: str, first_round: int = 1, start: int = 1
) -> Iterator[tuple[Event, Place, Place | Outcome]]:
    """As `next_stop`, event by event: each with where the request was, and where it went."""
    return _Course(list(steps), Place(start, first_round), initiator).replay(events)


def permitted(steps: Sequence[Step], position: int, part: Part) -> frozenset[Verdict]:
    """The verdicts that `part` can give at `position`, as the route allows."""
    verdicts = PERMITTED[part]
    if position == INITIATOR:
        return verdicts
    step = steps[position - 1]
    if part is Part.host and position < len(steps) and not step.may_finish:
        verdicts -= {Verdict.finish}
    if part is Part.countersigner and not runs_out(step):
        verdicts -= {Verdict.lapse}
    return verdicts


def runs_out(step: Step) -> bool:
    """Whether countersigners' time runs out there: 逾期未反馈."""
    return step.rule is CountersignRule.advisory or (step.rule is CountersignRule.percent and step.lapses)


@dataclass
class _Course:
    """The way of a request while it is replayed."""

    route: list[Step]
    place: Place | Outcome
    initiator: str
    past: list[tuple[Said, Place]] = field(default_factory=list)  # what was said, and where the request was then
    steps: list[Step] = field(init=False)  # the route, with those who were named on the way

    def __post_init__(self) -> None:
        """Who handles a step whose handlers are named on the way, words say; the record's route has the last ones."""
        self.route = [replace(each, handlers=()) if each.handlers_by else each for each in self.route]
        self.steps = self.route

    def stop(self, place: Place) -> Stop:
        if place.position == INITIATOR:
            return Stop(place.position, place.round, frozenset({(Part.initiator, self.initiator)}))
        seating = self._seating(place)
        awaited = seating.awaited
        return Stop(place.position, place.round, awaited, seating.needed - awaited, place.carries)

    def replay(self, events: Iterable[Event]) -> Iterator[tuple[Event, Place, Place | Outcome]]:
        for each in events:
            place = self.place
            if isinstance(place, Outcome):
                raise NotAwaited(f"{each} after the outcome {place}")
            self.follow(place, each)
            yield each, place, self.place

    def follow(self, place: Place, event: Event) -> None:
        match event:
            case Said(verdict=Verdict.withdraw):  # wherever the request is
                self._check(event.seat == (Part.initiator, self.initiator), event)
                self.place = Outcome.withdrawn
            case TakenBack():
                self.place = self._take_back(place, event)
            case Said():
                self._check_awaited(place, event)
                self._check_named(event)
                self.past.append((event, place))
                self.steps = _named(self.steps, event)
                self.place = self._after(place, event)
            case Added():
                self._check(self._may_add(place, event), event)
                self.place = replace(place, added=(*place.added, event), carries=False)
            case Removed():
                self._check(self._may_remove(place, event), event)
                left = tuple(each for each in place.added if each.seat != event.seat)
                self.place = self._settled(replace(place, added=left))

    def _seating(self, place: Place) -> Seating:
        return Seating(self.steps[place.position - 1], place)

    def _check(self, holds: bool, event: Event) -> None:
        if not holds:
            raise NotAwaited(f"{event} while waiting at {self.place}")

    def _here(self, place: Place, event: Event) -> bool:
        return (event.round, event.position) == (place.round, place.position)

    def _check_awaited(self, place: Place, said: Said) -> None:
        holds = self._here(place, said) and said.seat in self.stop(place).awaited
        may = permitted(self.steps, place.position, said.part)
        holds = holds and (place.carries if said.verdict is Verdict.carry else said.verdict in may)
        self._check(holds and (not said.straight or said.verdict is Verdict.give_back), said)

    def _check_named(self, said: Said) -> None:
        if said.host is not None:
            follows = said.position < len(self.steps) and said.part is Part.host and said.verdict is Verdict.agree
            self._check(follows and said.host in self.steps[said.position].choice, said)

    def _after(self, place: Place, said: Said) -> Place | Outcome:
        match said.part, said.verdict:
            case _, Verdict.give_back:
                return self._returned(place, said)
            case Part.initiator, _:
                return replace(place.back, round=place.round) if place.back else Place(1, place.round)
            case Part.host, Verdict.refuse:
                return Outcome.refused
        if said.verdict is Verdict.refuse and self._seating(place).host in place.given:
            return Outcome.refused  # who speaks after the host has the last word
        return self._settled(place.with_word(said))

    def _settled(self, place: Place) -> Place | Outcome:
        """What a word, or one signer less, brings the step to."""
        seating = self._seating(place)
        if seating.step.refusal_ends and seating.refused and seating.host not in place.given:
            return Outcome.refused
        if not seating.concluded:
            return place
        if place.given[seating.host].verdict is Verdict.finish:
            return Outcome.approved
        if place.back:
            return replace(place.back, round=place.round)
        if place.position == len(self.steps):
            return Outcome.approved
        return Place(place.position + 1, place.round, carries=self._carries(place.position))

    def _carries(self, position: int) -> bool:
        """Whether the agreement of a step's host stands for the next step too: the same person, asked nothing more."""
        here, following, *later = self.steps[position - 1 :]
        chooses = bool(later and later[0].choice)
        asked = following.handlers or following.handlers_by or following.countersigners
        asks = following.fields is not None or following.asks_opinion
        return here.host == following.host and not asked and not asks and not chooses

    def _returned(self, place: Place, said: Said) -> Place:
        one_before = self._one_before(place, said)
        if one_before and said.to == place.position:
            self._check(not said.straight, said)
            return replace(place.without_word(one_before), round=place.round + 1)
        if said.to is None or not INITIATOR <= said.to < place.position:
            raise NotAwaited(f"a return goes back: {said.to} from {place.position}")
        advises = said.part is Part.countersigner and self._seating(place).step.rule is CountersignRule.advisory
        if advises and said.to != INITIATOR:
            raise NotAwaited("an advisory countersigner returns to the initiator only")
        return Place(said.to, place.round + 1, back=replace(place, carries=False) if said.straight else None)

    def _one_before(self, place: Place, said: Said) -> Seat | None:
        """Of countersigners one after the other: who spoke before this one."""
        seating = self._seating(place)
        if seating.step.rule is not CountersignRule.sequential or said.seat not in seating.governed:
            return None
        given = [seat for seat in place.given if seat in seating.order[said.seat] & seating.governed]
        return given[-1] if given else None

    def _may_add(self, place: Place, added: Added) -> bool:
        if place.position == INITIATOR or not self._here(place, added):
            return False
        seating = self._seating(place)
        adds = LENDS if added.part is Part.adviser else ADDS
        fits = added.part is Part.countersigner or (added.part is Part.adviser and added.where is Where.before)
        fresh = added.person not in {self.initiator, *(person for _, person in seating.order)}
        return fits and fresh and added.by in seating.awaited and added.by[0] in adds

    def _may_remove(self, place: Place, removed: Removed) -> bool:
        if not self._here(place, removed) or removed.seat in place.given:
            return False
        adders: Mapping[Seat, Seat] = {each.seat: each.by for each in place.added}
        return removed.seat in adders and removed.seat not in adders.values()

    def _take_back(self, place: Place, event: TakenBack) -> Place | Outcome:
        self._check(event.part is not Part.initiator, event)
        turn = max((at for at, (said, _) in enumerate(self.past) if _is_of(said, event)), default=None)
        if turn is None:
            raise NotAwaited(f"{event}: nothing said there")
        said, before = self.past[turn]
        if place.given.get(event.seat) == said:
            after = self._seating(place).after(event.seat)
            self._check(not after & place.given.keys(), event)
            del self.past[turn]
            self._name_anew()
            return self._settled(replace(place.without_word(event.seat), round=place.round + 1))
        self._check(all(later.verdict is Verdict.carry for later, _ in self.past[turn + 1 :]), event)
        del self.past[turn:]
        self._name_anew()
        return replace(before.with_only([said for said, _ in self.past]), round=place.round + 1)

    def _name_anew(self) -> None:
        """Whom a word named that was taken back, it names no more."""
        self.steps = reduce(_named, [said for said, _ in self.past], self.route)


def _named(steps: list[Step], said: Said) -> list[Step]:
    """Handlers and hosts of later steps, named by what was said."""
    names = said.names
    named = [replace(each, handlers=names[each.key]) if each.key in names else each for each in steps]
    if said.host is not None:
        named[said.position] = replace(named[said.position], host=said.host)
    return named


def _is_of(said: Said, event: TakenBack) -> bool:
    here = (said.round, said.position) == (event.round, event.position)
    return here and said.seat == event.seat and said.verdict not in BY_RULE
