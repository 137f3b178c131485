"""After a return to the initiator: the request is sent again, as it was or amended."""

from collections.abc import Sequence
from typing import Any

from flows.engine.desk import Desk, keep_route
from flows.engine.items import Item
from flows.engine.moving import move, record
from flows.engine.submit import Plan, attach, conflicts_told, plan
from models.next_stop import next_stop
from models.route import INITIATOR, Part, Said, Step, Stop, Verdict


def send_again(
    desk: Desk,
    steps: Sequence[Step],
    items: Sequence[Item],
    item: Item,
    opinion: str,
    form: dict[str, Any] | None,
) -> None:
    """Send it on its way again; with an amended form the route is worked out anew, under the rules it began with.

    Raises:
        Invalid: fields at fault; Conflict: overlaps something on record.
    """
    request = desk.request
    planned = plan(desk.session, desk.kind, request.initiator, form or request.form, desk.now, request.rule_version)
    changed = planned.form.model_dump(mode="json") != request.form
    if changed:
        _amend(desk, planned, opinion)
    with conflicts_told():
        desk.kind.claim(desk.session, request, planned.form, planned.by)
        desk.session.flush()
    said = Said(item.round, INITIATOR, Part.initiator, item.person, Verdict.agree)
    if not changed:
        return record(desk, steps, items, item, said, opinion, {}, "发起人修改")
    desk.decided(item.id, said, opinion, {})
    first = next_stop(planned.steps, [], request.initiator, item.round)
    return move(desk, planned.steps, items, item, Stop(INITIATOR, item.round, frozenset()), first)


def _amend(desk: Desk, planned: Plan, opinion: str) -> None:
    request = desk.request
    request.form, request.facts = planned.form.model_dump(mode="json"), planned.facts
    request.readers = list(planned.kind.readers(planned.form, planned.by, planned.rules))
    request.edition, request.edition_round = request.edition + 1, request.round
    attach(desk.session, request, planned.form)
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
