"""`next_stop`: where a request waits, worked out from its route and everything said so far. Pure.

The record is replayed, decision by decision; what SEMANTICS.md calls the meaning of an act is one branch here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from models.route import INITIATOR, CountersignRule, Outcome, Part, Said, Step, Stop, Verdict

PERMITTED: dict[Part, frozenset[Verdict]] = {
    Part.host: frozenset({Verdict.agree, Verdict.finish, Verdict.refuse, Verdict.give_back}),
    Part.handler: frozenset({Verdict.agree, Verdict.give_back}),
    Part.countersigner: frozenset({Verdict.agree, Verdict.refuse, Verdict.give_back, Verdict.lapse}),
    Part.initiator: frozenset({Verdict.agree}),
}


class NotAwaited(ValueError):
    """A decision that the request was not waiting for, or a verdict that this part cannot give here."""


def next_stop(steps: Sequence[Step], said: Iterable[Said], initiator: str, first_round: int = 1) -> Stop | Outcome:
    """Replay `said` (in the order it was decided) over `steps`.

    Args:
        steps: the route, in order; positions count from 1.
        said: decisions of this edition of the route.
        initiator: whose request it is; they are awaited after a return to position 0.
        first_round: the round in which this edition of the route began.

    Raises:
        NotAwaited: if something was said by someone, or somewhere, that was not awaited.
    """
    place: _Place | Outcome = _Place(1, first_round)
    for each in said:
        if isinstance(place, Outcome):
            raise NotAwaited(f"{each} after the outcome {place}")
        _check_awaited(steps, place, each, initiator)
        steps = [replace(step, handlers=each.names.get(step.key, step.handlers)) for step in steps]
        place = _after(steps, place, each)
    if isinstance(place, Outcome):
        return place
    return Stop(place.position, place.round, _awaited(steps, place, initiator))


def permitted(steps: Sequence[Step], position: int, part: Part) -> frozenset[Verdict]:
    """The verdicts that `part` can give at `position`, as the route allows."""
    verdicts = PERMITTED[part]
    if position == INITIATOR:
        return verdicts
    step = steps[position - 1]
    if part is Part.host and position < len(steps) and not step.may_finish:
        verdicts -= {Verdict.finish}
    if part is Part.countersigner and step.rule is not CountersignRule.advisory:
        verdicts -= {Verdict.lapse}
    return verdicts


@dataclass(frozen=True)
class _Place:
    position: int
    round: int
    given: dict[tuple[Part, str], Verdict] = field(default_factory=dict)


def _check_awaited(steps: Sequence[Step], place: _Place, said: Said, initiator: str) -> None:
    if said.verdict is Verdict.withdraw:
        awaited = (said.part, said.person) == (Part.initiator, initiator)  # wherever the request is
    else:
        here = (said.position, said.round) == (place.position, place.round)
        awaited = here and (said.part, said.person) in _awaited(steps, place, initiator)
        awaited = awaited and said.verdict in permitted(steps, place.position, said.part)
    if not awaited:
        raise NotAwaited(f"{said} while waiting at {place}")


def _after(steps: Sequence[Step], place: _Place, said: Said) -> _Place | Outcome:
    match said.part, said.verdict:
        case _, Verdict.withdraw:
            return Outcome.withdrawn
        case _, Verdict.give_back:
            return _Place(_target(steps, place, said), place.round + 1)
        case Part.initiator, _:
            return _Place(1, place.round)
        case Part.host, Verdict.refuse:
            return Outcome.refused
        case Part.host, Verdict.finish:
            return Outcome.approved
        case Part.host, _:
            last = place.position == len(steps)
            return Outcome.approved if last else _Place(place.position + 1, place.round)
        case _:
            return _Place(place.position, place.round, {**place.given, (said.part, said.person): said.verdict})


def _target(steps: Sequence[Step], place: _Place, said: Said) -> int:
    advises = said.part is Part.countersigner and steps[place.position - 1].rule is CountersignRule.advisory
    if said.to is None or not INITIATOR <= said.to < place.position:
        raise NotAwaited(f"a return goes back: {said.to} from {place.position}")
    if advises and said.to != INITIATOR:
        raise NotAwaited("an advisory countersigner returns to the initiator only")
    return said.to


def _awaited(steps: Sequence[Step], place: _Place, initiator: str) -> frozenset[tuple[Part, str]]:
    if place.position == INITIATOR:
        return frozenset({(Part.initiator, initiator)})
    step = steps[place.position - 1]
    countersigners = {(Part.countersigner, person) for person in step.countersigners}
    if step.rule is CountersignRule.all and Verdict.refuse in place.given.values():
        countersigners = set()  # 全员: one refusal ends the waiting; the host decides with it before them
    handlers = {(Part.handler, person) for person in step.handlers}
    waiting = (countersigners | handlers) - place.given.keys()
    return frozenset(waiting or {(Part.host, step.host)})
