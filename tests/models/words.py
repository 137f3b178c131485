"""Short words for the tests of the rule: who says what where, and what the request then waits for."""

from collections.abc import Mapping

from models.next_stop import NotAwaited, next_stop
from models.route import Added, Event, Outcome, Part, Removed, Said, Seat, Step, Stop, TakenBack, Verdict, Where

FENG = "feng"  # the initiator
HEAD = Step("head", "部门负责人审批", "head")
VICE = Step("vice", "分管校领导审批", "vice")

host, handler, countersigner, initiator, adviser = (
    Part.host,
    Part.handler,
    Part.countersigner,
    Part.initiator,
    Part.adviser,
)
agree, finish, refuse, give_back, lapse, carry, advise = (
    Verdict.agree,
    Verdict.finish,
    Verdict.refuse,
    Verdict.give_back,
    Verdict.lapse,
    Verdict.carry,
    Verdict.advise,
)
before, beside, behind = Where.before, Where.beside, Where.after


def says(
    part: Part,
    person: str,
    verdict: Verdict = agree,
    at: int = 1,
    round: int = 1,
    to: int | None = None,
    names: Mapping[str, tuple[str, ...]] | None = None,
    straight: bool = False,
    host: str | None = None,
) -> Said:
    return Said(round, at, part, person, verdict, to, names or {}, straight, host)


def signs(person: str, verdict: Verdict = agree, at: int = 1, round: int = 1) -> Said:
    """A countersigner does."""
    return says(countersigner, person, verdict, at, round)


def adds(by: Seat, person: str, where: Where, at: int = 1, part: Part = countersigner) -> Added:
    return Added(1, at, part, person, by, where)


def removes(part: Part, person: str) -> Removed:
    return Removed(1, 1, part, person)


def takes_back(said: Said) -> TakenBack:
    return TakenBack(said.round, said.position, said.part, said.person)


def waits(at: int, *awaited: Seat, round: int = 1) -> Stop:
    return Stop(at, round, frozenset(awaited))


def after(steps: list[Step], *events: Event) -> Stop | Outcome:
    return next_stop(steps, events, FENG)


def turns(steps: list[Step], *events: Event) -> tuple[set[str], set[str]]:
    """The people who are awaited, and those whose turn comes later in the step."""
    stop = after(steps, *events)
    assert isinstance(stop, Stop)
    return {person for _, person in stop.awaited}, {person for _, person in stop.pending}


def is_awaited(steps: list[Step], *events: Event) -> bool:
    """Whether the last of the events may happen after the others; they may."""
    after(steps, *events[:-1])
    try:
        after(steps, *events)
    except NotAwaited:
        return False
    return True
