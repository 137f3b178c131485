"""Deciding and withdrawing: one transaction writes the decision and everything that follows from it by rule."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select, update

from flows.engine.amend import send_again
from flows.engine.desk import Desk, steps_of
from flows.engine.forms import labelled, read_form
from flows.engine.items import Item, items_of, still_open
from flows.engine.kind import Kind, Named, kinds
from flows.engine.moving import end, record
from flows.engine.rules import rules_of
from flows.engine.statements import REQUEST_OF_ITEM
from flows.engine.submit import conflicts_told
from flows.engine.told import ACTS, already
from models.messages import Topic
from models.next_stop import permitted
from models.record import ItemState, Request, RouteStep, Status, WorkItem
from models.refusals import Invalid, NotYours, TooLate
from models.route import INITIATOR, Outcome, Part, Said, Step, Verdict

OPINION_NEEDED = frozenset({Verdict.refuse, Verdict.give_back})
LABELS = {"verdict": "处理意见", "opinion": "意见", "to": "退回到", "form": "修改后的表单", "fields": "填写栏目"}


@dataclass(frozen=True)
class Choice:
    """What a person decides. `to`: of a return, "initiator", "previous" or an earlier step's key."""

    verdict: Verdict
    opinion: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    to: str | None = None
    form: dict[str, Any] | None = None  # of the initiator, after a return: the amended form
    round: int | None = None  # the round the person saw; another by now: the form is stale


def decide(session: Session, account: str, item_id: UUID, choice: Choice, now: datetime) -> Request:
    """Record a person's decision on their work item, and move the request.

    Raises:
        NotYours: no such item, or someone else's; TooLate: closed already, says by whom and when;
        Invalid: verdict, opinion, target or fields at fault; Conflict: a car booked meanwhile.
    """
    request = _locked(session.scalars(REQUEST_OF_ITEM, {"item": item_id, "person": account}).first())
    items = items_of(session, request)
    item = next(each for each in items if each.id == item_id)
    if item.state is not ItemState.open:
        raise already(session, request, item)
    if choice.round not in (None, item.round):
        raise TooLate(f"表单已过期：{request.number} 已进入第 {item.round} 轮，请刷新后再办理。", round=item.round)
    steps, kind = steps_of(session, request), kinds()[request.kind]
    step = steps[item.position - 1] if item.position != INITIATOR else None
    _check_verdict(steps, item, choice)
    desk = Desk(session, request, kind, rules_of(session, kind, request.rule_version), now)
    if step is None:
        send_again(desk, steps, items, item, choice.opinion, choice.form)
        return request
    fields = _fields(kind, step, item, choice)
    names = _name_handlers(session, request, kind, step, fields) if fields else {}
    to = _target(steps, item, step, choice) if choice.verdict is Verdict.give_back else None
    said = Said(item.round, item.position, item.part, account, choice.verdict, to, names)
    record(desk, steps, items, item, said, choice.opinion, fields, step.title)
    return request


def lapse(session: Session, item_id: UUID, now: datetime) -> None:
    """逾期未反馈: the clock closes an advisory countersigner's item that is still open."""
    person = session.exec(select(WorkItem.person).where(WorkItem.id == item_id)).first()
    request = _locked(session.scalars(REQUEST_OF_ITEM, {"item": item_id, "person": person}).first())
    items = items_of(session, request)
    item = next(each for each in items if each.id == item_id)
    if item.state is not ItemState.open:
        return
    kind, steps = kinds()[request.kind], steps_of(session, request)
    desk = Desk(session, request, kind, rules_of(session, kind, request.rule_version), now)
    said = Said(item.round, item.position, item.part, item.person, Verdict.lapse)
    record(desk, steps, items, item, said, "", {}, steps[item.position - 1].title)


def withdraw(session: Session, account: str, number: str, reason: str, now: datetime) -> Request:
    """撤回 by the initiator, before the outcome; people with open items are told.

    Raises:
        NotYours: not their request; TooLate: finished already.
    """
    mine = select(Request).where(Request.number == number, Request.initiator == account).with_for_update()
    request = _locked(session.exec(mine.execution_options(populate_existing=True)).first())
    if request.status is not Status.open:
        raise already(session, request, None)
    kind = kinds()[request.kind]
    desk = Desk(session, request, kind, rules_of(session, kind, request.rule_version), now)
    items = items_of(session, request)
    desk.note("withdrawn", account, reason=reason)
    for person in sorted({item.person for item in still_open(items)} - {account}):
        desk.tell(person, Topic.told, f"{kind.title} {request.number} 已由发起人撤回，无需再办理")
    desk.drop([item.id for item in still_open(items)], ItemState.superseded)
    end(desk, Outcome.withdrawn)
    return request


def _locked(request: Request | None) -> Request:
    """The request's row, locked: whoever comes second waits for it and then finds what the first did."""
    if request is None:
        raise NotYours
    return request


def _check_verdict(steps: Sequence[Step], item: Item, choice: Choice) -> None:
    allowed = permitted(steps, item.position, item.part) - {Verdict.lapse}
    faults = {}
    if choice.verdict not in allowed:
        faults["verdict"] = f"此处可选 {'、'.join(f'{each}({ACTS[each]})' for each in sorted(allowed))}"
    if choice.to is not None and choice.verdict is not Verdict.give_back:
        faults["to"] = "只在退回时填写，请删除"
    if choice.verdict in OPINION_NEEDED and not choice.opinion:
        faults["opinion"] = "不同意或退回须填写意见"
    if choice.form is not None and item.part is not Part.initiator:
        faults["form"] = "只有发起人在退回修改时可以改表单"
    if choice.fields and item.part is Part.initiator:
        faults["fields"] = "发起人重新提交时没有需要填写的栏目，请删除"
    if faults:
        raise Invalid("；".join(f"{LABELS[name]}：{told}" for name, told in faults.items()), fields=faults)


def _fields(kind: Kind, step: Step, item: Item, choice: Choice) -> dict[str, Any]:
    """The step's own fields, read strictly, where this part fills them in and the verdict carries on."""
    asked = fields_asked(step, item.part)
    if asked is None or choice.verdict not in (Verdict.agree, Verdict.finish):
        if choice.fields:
            told = "此处没有需要填写的栏目，请删除"
            raise Invalid(f"{LABELS['fields']}：{told}", fields=dict.fromkeys(choice.fields, told))
        return {}
    return read_form(kind.fields[asked], choice.fields).model_dump(mode="json")


def fields_asked(step: Step, part: Part) -> str | None:
    """Which field model this part fills in: handlers where there are any, else the host."""
    filler = Part.handler if step.handlers or step.handlers_by else Part.host
    return step.fields if part is filler else None


def _name_handlers(session: Session, request: Request, kind: Kind, step: Step, fields: dict[str, Any]) -> Named:
    """Let the kind act on the fields (book, check) and name handlers of later steps by them."""
    assert step.fields  # noqa: S101 - only a step with fields brings fields
    with conflicts_told(), labelled(kind.fields[step.fields]):
        named = kind.granted(
            session,
            request,
            kind.read(request.form),
            step.key,
            kind.fields[step.fields].model_validate(fields),
        )
        session.flush()
    for key, handlers in named.items():
        session.execute(
            update(RouteStep)
            .where(
                col(RouteStep.request_id) == request.id,
                col(RouteStep.edition) == request.edition,
                col(RouteStep.key) == key,
            )
            .values(handlers=list(handlers))
        )
    return named


def _target(steps: Sequence[Step], item: Item, step: Step, choice: Choice) -> int:
    earlier: dict[str | None, int] = {each.key: position for position, each in enumerate(steps[: item.position - 1], 1)}
    places: dict[str | None, int] = {None: INITIATOR, "initiator": INITIATOR, "previous": item.position - 1, **earlier}
    advises = item.part is Part.countersigner and step.rule == "advisory"
    if choice.to not in places or (advises and places[choice.to] != INITIATOR):
        allowed = "initiator" if advises else "、".join(str(place) for place in places if place)
        raise Invalid(f"退回到：可选 {allowed}", fields={"to": f"可选 {allowed}"})
    return places[choice.to]
