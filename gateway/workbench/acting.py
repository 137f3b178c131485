"""The part of a request's page where its reader acts: decide on an open item, send it again, withdraw."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlmodel import Session, col, select

from flows.engine.acts.table import ACTS
from flows.engine.decide import BEFORE, fields_asked, next_hosts, targets
from flows.engine.desk import steps_of
from flows.engine.forms import label_of, schema_of, told_of
from flows.engine.kind import Kind, kinds
from flows.engine.statements import held_by
from gateway.deciding import CARRIES_ON, asks_password
from gateway.login.identity import Me
from gateway.login.proof import needs_password
from gateway.rest.contract import DecisionBody
from gateway.rest.views import fields_schema
from gateway.workbench.inputs import Input, as_data, inputs
from gateway.workbench.phrases import phrases_of
from models.next_stop import permitted
from models.organisation import Person
from models.papers import Attachment
from models.record import ItemState, Request, WorkItem
from models.refusals import NotYours, Refusal
from models.route import INITIATOR, PART_TITLES, CountersignRule, Part, Step, Verdict
from printouts.gathering.verdicts import verdict_in_words

FIELDS, FORM = "field.", "form."  # before the names of a step's own fields, and of the request's form


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
    acting_for: str  # the name of whom it is done for under a delegation (代), if it is
    step: str
    round: int
    due_at: datetime | None
    amends: bool  # the initiator's, after a return
    verdicts: Sequence[tuple[str, str]]
    targets: Sequence[tuple[str, str]]
    next_hosts: Sequence[tuple[str, str]]  # 自选: account and name, the usual one first
    inputs: Sequence[Input]
    asks_password: bool  # to agree
    phrases: Sequence[str]  # 常用意见
    values: Mapping[str, str]
    faults: Mapping[str, str]


def acting(session: Session, request: Request, me: Me, now: datetime, typed: Typed | None = None) -> list[Acting]:
    """A decision form for each open item of this person in the request."""
    items = session.exec(
        select(WorkItem)
        .where(WorkItem.request_id == request.id, WorkItem.person == me.account, WorkItem.state == ItemState.open)
        .order_by(col(WorkItem.part))
    ).all()
    late, steps = needs_password(me, now), steps_of(session, request) if items else []
    mine = [(item, typed if typed and typed.item == item.id else None) for item in items]
    return [_acting(session, request, steps, item, late, words) for item, words in mine]


def request_of(session: Session, account: str, item_id: UUID) -> tuple[WorkItem, Request]:
    """An item that a person holds or has held, open or not, and its request. Raises NotYours."""
    found = session.exec(
        select(WorkItem, Request)
        .join(Request, col(Request.id) == WorkItem.request_id)
        .where(WorkItem.id == item_id, held_by(account))
    ).first()
    if found is None:
        raise NotYours
    return found


def body_of(session: Session, item: WorkItem, request: Request, posted: Mapping[str, str]) -> DecisionBody:
    """What was typed, as a program would send it. Raises Invalid."""
    kind, step = kinds()[request.kind], _step(steps_of(session, request), item)
    carries_on, returns = posted.get("verdict") in CARRIES_ON, posted.get("verdict") == Verdict.give_back
    asked = fields_asked(step, item.part) if step else None
    body = {
        "verdict": posted.get("verdict"),
        "opinion": posted.get("opinion") or posted.get("phrase", ""),
        "fields": as_data(schema_of(kind.fields[asked]), FIELDS, posted) if asked and carries_on else {},
        "to": posted.get("to") if returns else None,
        "straight": True if returns and posted.get("straight") == "true" else None,
        "next": posted.get("next") or None if posted.get("verdict") == Verdict.agree else None,
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
    labels |= {name: label_of(act.body, name) for act in ACTS for name in act.body.model_fields}
    labels |= {"opinion": "意见"}
    names = {name: name.rpartition(".")[2] for name in posted}
    return {labels[bare]: posted[name] for name, bare in names.items() if bare in labels and posted[name]}


def faults_of(refusal: Refusal) -> dict[str, str]:
    """What was wrong, by field, where the refusal names one."""
    if field := refusal.detail.get("field"):
        return {field: refusal.message.partition("：")[2]}
    return dict(refusal.detail.get("fields", {}))


ROUND = {"properties": {"round": {"type": "integer"}}}


def _amended(kind: Kind, request: Request, posted: Mapping[str, str]) -> dict[str, Any]:
    """The form as typed; what was not asked for (attachments, in Prefect's UI) as it was."""
    schema = schema_of(kind.form)
    kept = {name: value for name, value in request.form.items() if isinstance(value, list)}
    return kept | as_data(schema, FORM, posted)


def _acting(
    session: Session, request: Request, steps: Sequence[Step], item: WorkItem, late: bool, typed: Typed | None
) -> Acting:
    kind, step = kinds()[request.kind], _step(steps, item)
    values, faults = (typed.values, typed.faults) if typed else ({}, {})
    if step:
        schema, prefix, kept = fields_schema(session, request, kind, step, item), FIELDS, dict[str, Any]()
    else:
        schema, prefix, kept = schema_of(kind.form), FORM, _with_files(session, request)
    shown = {name.removeprefix(prefix): text for name, text in values.items() if name.startswith(prefix)}
    if typed and schema:  # boxes left unticked are not posted
        shown = dict.fromkeys(schema["properties"], "") | shown
    return Acting(
        item=item.id,
        part=PART_TITLES[item.part],
        acting_for=session.get_one(Person, item.acting_for).name if item.acting_for else "",
        step=step.title if step else "退回修改",
        round=item.round,
        due_at=item.due_at,
        amends=step is None,
        verdicts=_verdicts(steps, item, step),
        targets=_targets(steps, item, step),
        next_hosts=_next_hosts(session, steps, item),
        inputs=inputs(schema, prefix, shown if typed else kept, faults) if schema else [],
        asks_password=late and asks_password(request.kind, item.part),
        phrases=[each.text for each in phrases_of(session, item.person)],
        values=defaultdict(str, values),
        faults=defaultdict(str, faults),
    )


def _with_files(session: Session, request: Request) -> dict[str, Any]:
    """The form as kept, with the name of each file in it."""
    names = dict(session.exec(select(Attachment.id, Attachment.name).where(Attachment.request_id == request.id)).all())
    lists = {field: keys for field, keys in request.form.items() if isinstance(keys, list)}
    return request.form | {f"{field}.{key}": names[UUID(key)] for field, keys in lists.items() for key in keys}


def _step(steps: Sequence[Step], item: WorkItem) -> Step | None:
    """The item's step; None for the initiator's turn after a return, and for items of a route since replaced."""
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
    """Where it can be returned to: the initiator, an earlier step, or who signed before."""
    if step is None:
        return []
    titles = {"initiator": "发起人"} | {each.key: each.title for each in steps}
    places = [(key, titles[key]) for key in targets(steps, item.position, item.part) if key in titles]
    in_turn = item.part is Part.countersigner and step.rule is CountersignRule.sequential
    return places + ([(BEFORE, "前一位会签人")] if in_turn and item.seat != step.countersigners[0] else [])


def _next_hosts(session: Session, steps: Sequence[Step], item: WorkItem) -> list[tuple[str, str]]:
    """自选: accounts and names, the usual one first."""
    chosen = next_hosts(steps, item.position, item.part)
    if not chosen:
        return []
    names = dict(session.exec(select(Person.account, Person.name).where(col(Person.account).in_(chosen))).all())
    usual = steps[item.position].host
    return [(each, names[each]) for each in sorted(chosen, key=lambda each: each != usual)]
