"""Moving a request: the rule says where it goes, and everything that follows is written here, in one transaction."""

from collections.abc import Sequence
from typing import Any

from flows.engine.desk import Desk
from models.database import add_rows
from models.messages import Topic
from models.next_stop import next_stop
from models.queries import said_so_far
from models.record import Decision, ItemState, Status, WorkItem
from models.route import INITIATOR, OUTCOME_TITLES, Outcome, Said, Step, Stop, Verdict


def record(
    desk: Desk,
    steps: Sequence[Step],
    items: Sequence[WorkItem],
    item: WorkItem,
    said: Said,
    opinion: str,
    fields: dict[str, Any],
    title: str,
) -> None:
    """Write the decision and what follows: items closed and opened, the next visit or the outcome, the wake."""
    request = desk.request
    past = said_so_far(desk.session, request, items)
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
    write_decision(desk, item, said, opinion, fields)
    move(desk, steps, items, item, before, after)


def write_decision(desk: Desk, item: WorkItem, said: Said, opinion: str, fields: dict[str, Any]) -> None:
    """The decision itself, under the journal entry just made; its item is done."""
    about = {"work_item_id": item.id, "request_id": desk.request.id, "seq": desk.request.seq, "person": said.person}
    words = {"verdict": said.verdict, "opinion": opinion, "fields": fields, "to": said.to, "decided_at": desk.now}
    names = {key: list(people) for key, people in said.names.items()}
    add_rows(desk.session, Decision, [about | words | {"names": names}])
    desk.close_items([item.id], ItemState.decided, said.verdict)


def move(
    desk: Desk,
    steps: Sequence[Step],
    items: Sequence[WorkItem],
    item: WorkItem,
    before: Stop | Outcome,
    after: Stop | Outcome,
) -> None:
    others = [each for each in still_open(items) if each.id != item.id]
    if isinstance(after, Outcome):
        desk.close_items([each.id for each in others], ItemState.superseded, "outcome")
        return end(desk, after)
    assert isinstance(before, Stop)  # noqa: S101 - an item was open, so the request waited
    moved = (before.position, before.round) != (after.position, after.round)
    gone = others if moved else [each for each in others if (each.part, each.person) not in after.awaited]
    desk.close_items([each.id for each in gone], ItemState.superseded if moved else ItemState.not_needed, "moved")
    if moved:
        desk.close_visit()
        if after.position == INITIATOR:
            desk.kind.release(desk.session, desk.request)
    desk.open(after, steps, before)
    if moved or after.awaited - before.awaited:
        desk.wake()  # a countersigner's word that concludes nothing needs no run yet
    desk.close()
    return None


def end(desk: Desk, outcome: Outcome) -> None:
    request = desk.request
    desk.close_visit()
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


def still_open(items: Sequence[WorkItem]) -> list[WorkItem]:
    return [item for item in items if item.state is ItemState.open]
