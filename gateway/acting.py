"""The part of a request's page where its reader acts: decide on an open item, send it again, withdraw."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlmodel import Session, col, select

from flows.engine.decide import fields_asked
from flows.engine.desk import steps_of
from flows.engine.forms import label_of, told_of
from flows.engine.kind import Kind, kinds
from gateway.contract import DecisionBody
from gateway.inputs import Input, as_data, inputs
from gateway.views import fields_schema
from models.next_stop import permitted
from models.record import ItemState, Request, WorkItem
from models.refusals import NotYours
from models.route import INITIATOR, PART_TITLES, CountersignRule, Part, Step, Verdict
from printouts.verdicts import verdict_in_words

FIELDS, FORM = "field.", "form."  # before the names of a step's own fields, and of the request's form
CARRIES_ON = (Verdict.agree, Verdict.finish)


@dataclass(frozen=True)
class Typed:
    """What a person typed for one item, and what was wrong with it: shown again beside the fields."""

    item: UUID
    values: Mapping[str, str]
    faults: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Acting:
    """The decision form of one open item."""

    item: UUID
    part: str
    step: str
    round: int
    due_at: datetime | None
    amends: bool  # the initiator's, after a return
    verdicts: Sequence[tuple[str, str]]
    targets: Sequence[tuple[str, str]]
    inputs: Sequence[Input]
    values: Mapping[str, str]
    faults: Mapping[str, str]


def acting(session: Session, request: Request, account: str, typed: Typed | None) -> list[Acting]:
    """A decision form for each open item of this person in the request."""
    items = session.exec(
        select(WorkItem)
        .where(WorkItem.request_id == request.id, WorkItem.person == account, WorkItem.state == ItemState.open)
        .order_by(col(WorkItem.part))
    ).all()
    return [_acting(session, request, item, typed if typed and typed.item == item.id else None) for item in items]


def request_of(session: Session, account: str, item_id: UUID) -> tuple[WorkItem, Request]:
    """A person's item, open or not, and its request. Raises NotYours."""
    found = session.exec(
        select(WorkItem, Request)
        .join(Request, col(Request.id) == WorkItem.request_id)
        .where(WorkItem.id == item_id, WorkItem.person == account)
    ).first()
    if found is None:
        raise NotYours
    return found


def body_of(session: Session, item: WorkItem, request: Request, posted: Mapping[str, str]) -> DecisionBody:
    """What was typed, as a program would send it. Raises Invalid."""
    kind, step = kinds()[request.kind], _step(session, request, item)
    carries_on = posted.get("verdict") in CARRIES_ON
    asked = fields_asked(step, item.part) if step else None
    body = {
        "verdict": posted.get("verdict"),
        "opinion": posted.get("opinion", ""),
        "fields": as_data(kind.fields[asked].model_json_schema(), FIELDS, posted) if asked and carries_on else {},
        "to": posted.get("to") if posted.get("verdict") == Verdict.give_back else None,
        "form": _amended(kind, request, posted) if item.part is Part.initiator else None,
        "round": as_data(ROUND, "", posted).get("round"),
    }
    try:
        return DecisionBody.model_validate({name: value for name, value in body.items() if value is not None})
    except ValidationError as faults:
        raise told_of(DecisionBody, faults) from None


def typed_in_words(posted: Mapping[str, str]) -> dict[str, str]:
    """What a person typed on a page, by label: shown to them when it could not be kept."""
    models = [model for kind in kinds().values() for model in (kind.form, *kind.fields.values())]
    labels = {name: label_of(model, name) for model in models for name in model.model_fields}
    labels |= {"opinion": "意见", "reason": "原因"}
    names = {name: name.rpartition(".")[2] for name in posted}
    return {labels[bare]: posted[name] for name, bare in names.items() if bare in labels and posted[name]}


ROUND = {"properties": {"round": {"type": "integer"}}}


def _amended(kind: Kind, request: Request, posted: Mapping[str, str]) -> dict[str, Any]:
    """The form as typed; what the page does not ask for (attachments) as it was."""
    schema = kind.form.model_json_schema()
    kept = {name: value for name, value in request.form.items() if isinstance(value, list)}
    return kept | as_data(schema, FORM, posted)


def _acting(session: Session, request: Request, item: WorkItem, typed: Typed | None) -> Acting:
    kind, step = kinds()[request.kind], _step(session, request, item)
    values, faults = (typed.values, typed.faults) if typed else ({}, {})
    steps = steps_of(session, request)
    if step:
        schema, prefix, kept = fields_schema(session, request, kind, step, item), FIELDS, dict[str, Any]()
    else:
        schema, prefix, kept = kind.form.model_json_schema(), FORM, request.form
    shown = {name.removeprefix(prefix): text for name, text in values.items() if name.startswith(prefix)}
    if typed and schema:  # boxes left unticked are not posted
        shown = dict.fromkeys(schema["properties"], "") | shown
    return Acting(
        item=item.id,
        part=PART_TITLES[item.part],
        step=step.title if step else "退回修改",
        round=item.round,
        due_at=item.due_at,
        amends=step is None,
        verdicts=_verdicts(steps, item, step),
        targets=_targets(steps, item, step),
        inputs=inputs(schema, prefix, shown if typed else kept, faults) if schema else [],
        values=defaultdict(str, values),
        faults=defaultdict(str, faults),
    )


def _step(session: Session, request: Request, item: WorkItem) -> Step | None:
    """The item's step; None for the initiator's turn after a return, and for items of a route since replaced."""
    steps = steps_of(session, request)
    return steps[item.position - 1] if INITIATOR < item.position <= len(steps) else None


def _verdicts(steps: Sequence[Step], item: WorkItem, step: Step | None) -> list[tuple[str, str]]:
    """What can be said, in words. At the last step, agreeing finishes: one word for it is enough."""
    if step is None:
        return []
    allowed, last = permitted(steps, item.position, item.part) - {Verdict.lapse}, item.position == len(steps)
    if last and item.part is Part.host:
        allowed -= {Verdict.agree}
    return [
        (each, verdict_in_words(item.part, each, step.rule, last or each is Verdict.finish, ""))
        for each in Verdict
        if each in allowed
    ]


def _targets(steps: Sequence[Step], item: WorkItem, step: Step | None) -> list[tuple[str, str]]:
    """Where it can be returned to: the initiator, or an earlier step."""
    if step and item.part is Part.countersigner and step.rule is CountersignRule.advisory:
        steps = ()
    return [("initiator", "发起人"), *((each.key, each.title) for each in steps[: max(item.position - 1, 0)])]
