"""After a return to the initiator: the request is sent again, as it was or amended."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flows.engine.desk import keep_route
from flows.engine.items import Item
from flows.engine.moving import Way, go, go_on, note_decision
from flows.engine.submit import Plan, attach, conflicts_told, plan
from models.next_stop import next_stop
from models.record import ItemState
from models.route import INITIATOR, Part, Said, Step, Stop, Verdict


def send_again(way: Way, item: Item, person: str, opinion: str, form: dict[str, Any] | None) -> None:
    """Send it on its way again. With an amended form the route is worked out anew, under the rules it began with.

    If that gives another route it begins from its first step; else the request goes where the return said.

    Raises:
        Invalid: fields at fault; Conflict: overlaps something on record.
    """
    desk, request = way.desk, way.request
    planned = plan(
        desk.session, desk.kind, request.initiator, form or request.form, desk.now, request.rule_version, request.number
    )
    changed = planned.form.model_dump(mode="json") != request.form
    another = changed and _as_computed(planned.steps) != _as_computed(way.steps)
    said = Said(item.round, INITIATOR, Part.initiator, item.seat_of, Verdict.agree)
    if changed:
        _amend(way, planned, opinion, another=another)
    with conflicts_told():
        desk.kind.claim(desk.session, request, planned.form, planned.by)
        desk.session.flush()
    if not changed:
        note_decision(desk, said, item, opinion, {}, "发起人修改")
    desk.decided(item.id, person, said, opinion, {})
    if not another:
        return go_on(way, said, item)
    first = next_stop(planned.steps, [], request.initiator, item.round)
    way.steps, way.events = planned.steps, []
    return go(way, Stop(INITIATOR, item.round, frozenset()), first, [], ItemState.superseded)


def _as_computed(steps: Sequence[Step]) -> list[Step]:
    """A route without what was named or chosen on the way."""
    return [
        replace(step, handlers=() if step.handlers_by else step.handlers, host="" if step.choice else step.host)
        for step in steps
    ]


def _amend(way: Way, planned: Plan, opinion: str, *, another: bool) -> None:
    desk, request = way.desk, way.request
    request.form, request.facts = planned.form.model_dump(mode="json"), planned.facts
    request.readers = list(planned.kind.readers(planned.form, planned.by, planned.rules))
    attach(desk.session, request, planned.form)
    if another:
        request.edition, request.edition_round, request.edition_start = request.edition + 1, request.round, 1
        keep_route(desk.session, request, planned.steps)
    desk.note(
        "amended",
        request.initiator,
        opinion=opinion,
        form=request.form,
        facts=request.facts,
        edition=request.edition,
        route=[step.title for step in planned.steps],
    )
