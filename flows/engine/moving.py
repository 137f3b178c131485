"""Moving a request: the rule says where it goes, and everything that follows is written here, in one transaction."""

from collections.abc import Sequence
from typing import Any

from flows.engine.desk import Desk
from flows.engine.items import Item, said_so_far, still_open
from models.messages import Topic
from models.next_stop import next_stop
from models.record import ItemState, Status
from models.route import INITIATOR, OUTCOME_TITLES, Outcome, Said, Step, Stop, Verdict


def record(
    desk: Desk,
    steps: Sequence[Step],
    items: Sequence[Item],
    item: Item,
    said: Said,
    opinion: str,
    fields: dict[str, Any],
    title: str,
) -> None:
    """Write the decision and what follows: items closed and opened, the next visit or the outcome, the wake."""
    request = desk.request
    past = said_so_far(request, items)
    before = next_stop(steps, past, request.initiator, request.edition_round)
    after = next_stop(steps, [*past, said], request.initiator, request.edition_round)
    actor = None if said.verdict is Verdict.lapse else said.person
    desk.note(
        "decided",
        actor,
        step=title,
        position=said.position,
        round=said.round,
        part=said.part,
        person=said.person,
        verdict=said.verdict,
        opinion=opinion,
        fields=fields,
        to=said.to,
    )
    desk.decided(item.id, said, opinion, fields)
    move(desk, steps, items, item, before, after)


def move(
    desk: Desk,
    steps: Sequence[Step],
    items: Sequence[Item],
    item: Item,
    before: Stop | Outcome,
    after: Stop | Outcome,
) -> None:
    others = [each for each in still_open(items) if each.id != item.id]
    if isinstance(after, Outcome):
        desk.drop([each.id for each in others], ItemState.superseded)
        return end(desk, after)
    assert isinstance(before, Stop)  # noqa: S101 - an item was open, so the request waited
    moved = (before.position, before.round) != (after.position, after.round)
    gone = others if moved else [each for each in others if (each.part, each.person) not in after.awaited]
    desk.drop([each.id for each in gone], ItemState.superseded if moved else ItemState.not_needed)
    if moved:
        desk.leave_step()
        if after.position == INITIATOR:
            desk.kind.release(desk.session, desk.request)
    desk.open(after, steps, before)
    if moved or after.awaited - before.awaited:
        desk.wake()  # a countersigner's word that concludes nothing needs no run yet
    desk.close()
    return None


def end(desk: Desk, outcome: Outcome) -> None:
    request = desk.request
    desk.leave_step()
    request.status, request.finished_at, request.position = Status(outcome), desk.now, None
    if outcome is not Outcome.approved:
        desk.kind.release(desk.session, request)
    desk.note("finished", None, outcome=outcome)
    if outcome is not Outcome.withdrawn:
        desk.tell(request.initiator, Topic.outcome, f"{desk.kind.title} {request.number} {OUTCOME_TITLES[outcome]}")
    if outcome is Outcome.approved:
        for reader in dict.fromkeys(request.readers):
            desk.tell(reader, Topic.reading, f"送阅：{desk.kind.title} {request.number} 已办结")
    desk.wake()
    desk.close()
