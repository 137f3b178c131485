"""Moving a request: the rule says where it goes, and everything that follows is written here, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from flows.engine.desk import Desk, steps_of
from flows.engine.items import Item, items_and_events, unfinished
from flows.engine.kind import kinds
from flows.engine.rules import rules_of
from models.messages import Topic
from models.next_stop import NotAwaited, next_stop
from models.record import ItemState, Request, Status
from models.route import INITIATOR, OUTCOME_TITLES, Event, Outcome, Part, Removed, Said, Seat, Step, Stop, Verdict

CONCLUDES = frozenset({Verdict.agree, Verdict.finish, Verdict.carry, Verdict.advise, Verdict.lapse})


@dataclass
class Way:
    """A request on its way, its row locked: its route, work items, what happened so far, and the desk to write at."""

    desk: Desk
    steps: Sequence[Step]
    items: Sequence[Item]
    events: list[Event]

    @property
    def request(self) -> Request:
        return self.desk.request

    def item(self, seat: Seat) -> Item | None:
        """The unfinished item of a seat in the open visit."""
        return next((each for each in unfinished(self.items) if each.seat == seat), None)

    def stands(self, *more: Event) -> Stop | Outcome:
        """Where it stands, or would stand if this happened. Raises NotAwaited if it cannot."""
        request = self.request
        events = [*self.events, *more]
        return next_stop(self.steps, events, request.initiator, request.edition_round, request.edition_start)

    def allows(self, event: Event) -> bool:
        """Whether it can happen now."""
        try:
            self.stands(event)
        except NotAwaited:
            return False
        return True


def way_of(session: Session, request: Request, now: datetime) -> Way:
    """The way of a request whose row is locked."""
    kind = kinds()[request.kind]
    items, events = items_and_events(session, request)
    desk = Desk(session, request, kind, rules_of(session, kind, request.rule_version), now)
    return Way(desk, steps_of(session, request), items, events)


def note_decision(
    desk: Desk, said: Said, item: Item | None, opinion: str, fields: dict[str, Any], title: str, planned: str = ""
) -> None:
    """A decision in the journal: whose seat, who decided for it. By rule (no item): nobody did.

    Args:
        planned: who hosted the next step before it named one; so again when it is taken back.
    """
    actor = None if item is None or said.verdict is Verdict.lapse else item.person
    more: dict[str, Any] = {"straight": True} if said.straight else {}
    more |= {"next": said.host, "instead_of": planned} if said.host else {}
    more |= {"acting_for": item.acting_for} if item and item.acting_for else {}
    desk.note(
        "decided",
        actor,
        step=title,
        position=said.position,
        round=said.round,
        part=said.part,
        person=item.person if item else said.person,
        verdict=said.verdict,
        opinion=opinion,
        fields=fields,
        to=said.to,
        **more,
    )


def go_on(way: Way, event: Event, done: Item | None = None) -> None:
    """Write what follows from an event: items closed and opened, the next visit or the outcome, the wake.

    Args:
        done: the item that the event has decided, if it is a decision.
    """
    before = way.stands()
    assert isinstance(before, Stop)  # noqa: S101 - something happened to it, so it was open
    way.events.append(event)
    others = [each for each in unfinished(way.items) if done is None or each.id != done.id]
    over = ItemState.not_needed if _concludes(event) else ItemState.superseded
    go(way, before, way.stands(), others, over)


def go(way: Way, before: Stop, after: Stop | Outcome, others: Sequence[Item], over: ItemState) -> None:
    """From one stop to the next, or to the outcome.

    Args:
        others: items unfinished so far.
        over: what becomes of those when their step is left.
    """
    desk = way.desk
    if isinstance(after, Outcome):
        desk.drop([each.id for each in others], ItemState.superseded)
        return end(way, after)
    moved = (before.position, before.round) != (after.position, after.round)
    if moved:
        desk.drop([each.id for each in others], over)
        others = []
        desk.leave_step()
        if after.position == INITIATOR:  # back with them nothing is kept reserved for the request
            desk.kind.release(desk.session, way.request)
        after = _passing_through(way, after)
        if isinstance(after, Outcome):
            return end(way, after)
        desk.enter(after)
    opened = _seat(way, after, others)
    if moved or opened:
        desk.wake()  # a countersigner's word that concludes nothing needs no run yet
    desk.close()
    return None


def end(way: Way, outcome: Outcome) -> None:
    """The outcome: everyone concerned is told, the run is woken to settle, print and file."""
    desk, request = way.desk, way.request
    desk.leave_step()
    request.status, request.finished_at, request.position = Status(outcome), desk.now, None
    if outcome is not Outcome.approved:
        desk.kind.release(desk.session, request)
    desk.note("finished", None, outcome=outcome)
    if outcome is not Outcome.withdrawn:
        desk.tell(request.initiator, Topic.outcome, f"{desk.kind.title} {request.number} {OUTCOME_TITLES[outcome]}")
    if outcome is Outcome.approved:
        desk.kind.approved(desk, desk.kind.read(request.form))
        for reader in dict.fromkeys(request.readers):
            desk.tell(reader, Topic.reading, f"送阅：{desk.kind.title} {request.number} 已办结")
    desk.wake()
    desk.close()


def _concludes(event: Event) -> bool:
    return isinstance(event, Removed) or (isinstance(event, Said) and event.verdict in CONCLUDES)


def _passing_through(way: Way, after: Stop | Outcome) -> Stop | Outcome:
    """Steps whose host has just agreed as host of the one before: passed at once, on record as such."""
    while isinstance(after, Stop) and after.carries:
        ((part, host),) = after.awaited
        said = Said(after.round, after.position, Part(part), host, Verdict.carry)
        note_decision(way.desk, said, None, "", {}, way.steps[after.position - 1].title)
        way.desk.pass_through(after, said)
        way.events.append(said)
        after = way.stands()
    return after


def _seat(way: Way, after: Stop, others: Sequence[Item]) -> bool:
    """Items of the visit: closed, held, opened again, opened. Whether anybody is asked anew."""
    desk, there = way.desk, {each.seat: each for each in others}
    gone = [item.id for seat, item in there.items() if seat not in after.awaited | after.pending]
    held = [item for seat, item in there.items() if seat in after.pending and item.state is ItemState.open]
    again = [item for seat, item in there.items() if seat in after.awaited and item.state is ItemState.held]
    if gone:
        desk.drop(gone, ItemState.not_needed)
    desk.hold([item.id for item in held])
    if again:
        desk.reopen(again, way.steps[after.position - 1])
    fresh = after.awaited - there.keys()
    desk.open(after, way.steps, fresh)
    return bool(again or fresh)
