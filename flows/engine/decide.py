"""Deciding and withdrawing: one transaction writes the decision and everything that follows from it by rule."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select, update

from flows.engine.amend import send_again
from flows.engine.forms import labelled, read_form
from flows.engine.items import Item, unfinished
from flows.engine.kind import Kind, Named
from flows.engine.moving import Way, end, go_on, note_decision, way_of
from flows.engine.statements import REQUEST_OF_ITEM
from flows.engine.submit import conflicts_told
from flows.engine.told import ACTS, already, gone_on
from models.messages import Topic
from models.next_stop import permitted
from models.record import ItemState, Request, RouteStep, Status, WorkItem
from models.refusals import Invalid, NotYours, TooLate
from models.route import INITIATOR, CountersignRule, Outcome, Part, Said, Step, Verdict

OPINION_NEEDED = frozenset({Verdict.refuse, Verdict.give_back, Verdict.advise})
BEFORE = "before"
LABELS = {
    "verdict": "处理意见",
    "opinion": "意见",
    "to": "退回到",
    "straight": "办完直接回到我",
    "next": "下一步主办人",
    "form": "修改后的表单",
    "fields": "填写栏目",
}


@dataclass(frozen=True)
class Choice:
    """What a person decides. `to`: of a return, "initiator", "previous", an earlier step's key, or "before": who signed
    before me."""

    verdict: Verdict
    opinion: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    to: str | None = None
    form: dict[str, Any] | None = None  # of the initiator, after a return: the amended form
    round: int | None = None  # the round the person saw; another by now: the form is stale
    straight: bool = False  # of a return: afterwards straight back to me
    next: str | None = None  # 自选: who hosts the next step


def decide(session: Session, account: str, item_id: UUID, choice: Choice, now: datetime) -> Request:
    """Record a person's decision on their work item, and move the request.

    Raises:
        NotYours: no such item, or someone else's; TooLate: closed already, says by whom and when;
        Invalid: verdict, opinion, target or fields at fault; Conflict: a car booked meanwhile.
    """
    way, item = way_of_item(session, account, item_id, now)
    request = way.request
    if choice.round not in (None, item.round):
        raise TooLate(f"表单已过期：{request.number} 已进入第 {item.round} 轮，请刷新后再办理。", round=item.round)
    _check_verdict(way, item, choice)
    if item.position == INITIATOR:
        send_again(way, item, account, choice.opinion, choice.form)
        return request
    kind, step = way.desk.kind, way.steps[item.position - 1]
    fields = _fields(kind, step, item, choice)
    names = _name_handlers(session, request, kind, step, fields) if fields else {}
    to = _target(way, item, choice) if choice.verdict is Verdict.give_back else None
    host = _choose_host(session, way, item, choice)
    straight = choice.straight and to is not None
    said = Said(item.round, item.position, item.part, item.seat_of, choice.verdict, to, names, straight, host)
    planned = way.steps[item.position].host if host else ""
    note_decision(way.desk, said, item, choice.opinion, fields, step.title, planned)
    way.desk.decided(item.id, account, said, choice.opinion, fields)
    go_on(way, said, item)
    return request


def lapse(session: Session, item_id: UUID, now: datetime) -> None:
    """逾期未反馈: the clock closes a countersigner's item that is still open."""
    person = session.exec(select(WorkItem.person).where(WorkItem.id == item_id)).first()
    try:
        way, item = way_of_item(session, person or "", item_id, now)
    except TooLate:
        return
    said = Said(item.round, item.position, item.part, item.seat_of, Verdict.lapse)
    note_decision(way.desk, said, item, "", {}, way.steps[item.position - 1].title)
    way.desk.decided(item.id, item.person, said, "", {})
    go_on(way, said, item)


def way_of_item(
    session: Session, account: str, item_id: UUID, now: datetime, *, any_state: bool = False
) -> tuple[Way, Item]:
    """The way of the request whose item this person holds, its row locked; the item open, or in any state.

    Raises:
        NotYours: no such item, or never theirs; TooLate: it is closed, waits for someone else, or went to someone else.
    """
    request = _locked(session.scalars(REQUEST_OF_ITEM, {"item": item_id, "person": account}).first())
    way = way_of(session, request, now)
    item = next(each for each in way.items if each.id == item_id)
    if item.person != account:
        raise gone_on(session, request, item)
    if item.state is ItemState.held and not any_state:
        raise TooLate(f"{request.number} 正在等待加签或受委派的人先办理，随后会再次送到您的待办。")
    if item.state is not ItemState.open and not any_state:
        raise already(session, request, item)
    return way, item


def withdraw(session: Session, account: str, number: str, reason: str, now: datetime) -> Request:
    """撤回 by the initiator, before the outcome; people with open items are told.

    Raises:
        NotYours: not their request; TooLate: finished already.
    """
    mine = select(Request).where(Request.number == number, Request.initiator == account).with_for_update()
    request = _locked(session.exec(mine.execution_options(populate_existing=True)).first())
    if request.status is not Status.open:
        raise already(session, request, None)
    way = way_of(session, request, now)
    desk, left = way.desk, unfinished(way.items)
    desk.note("withdrawn", account, reason=reason)
    for person in sorted({item.person for item in left} - {account}):
        desk.tell(person, Topic.told, f"{desk.kind.title} {request.number} 已由发起人撤回，无需再办理")
    desk.drop([item.id for item in left], ItemState.superseded)
    end(way, Outcome.withdrawn)
    return request


def _locked(request: Request | None) -> Request:
    """The request's row, locked: whoever comes second waits for it and then finds what the first did."""
    if request is None:
        raise NotYours
    return request


def _check_verdict(way: Way, item: Item, choice: Choice) -> None:
    allowed = permitted(way.steps, item.position, item.part) - {Verdict.lapse}
    faults = {}
    if choice.verdict not in allowed:
        faults["verdict"] = f"此处可选 {'、'.join(f'{each}({ACTS[each]})' for each in sorted(allowed))}"
    if choice.to is not None and choice.verdict is not Verdict.give_back:
        faults["to"] = "只在退回时填写，请删除"
    if choice.straight and (choice.verdict is not Verdict.give_back or choice.to == BEFORE):
        faults["straight"] = "只在退回发起人或以前步骤时选择，请删除"
    if choice.next is not None and choice.next not in next_hosts(way.steps, item.position, item.part, choice.verdict):
        faults["next"] = "此处不能选择下一步主办人，或所选不在可选人员之内"
    if choice.verdict in OPINION_NEEDED and not choice.opinion:
        faults["opinion"] = "回复委派须填写意见" if choice.verdict is Verdict.advise else "不同意或退回须填写意见"
    if choice.form is not None and item.part is not Part.initiator:
        faults["form"] = "只有发起人在退回修改时可以改表单"
    if choice.fields and item.part is Part.initiator:
        faults["fields"] = "发起人重新提交时没有需要填写的栏目，请删除"
    if faults:
        raise Invalid("；".join(f"{LABELS[name]}：{told}" for name, told in faults.items()), fields=faults)


def next_hosts(steps: Sequence[Step], position: int, part: Part, verdict: Verdict = Verdict.agree) -> tuple[str, ...]:
    """自选: whom who hands over may name as host of the next step; nobody where the route does not let them choose."""
    hands_over = part is Part.host and verdict is Verdict.agree and INITIATOR < position < len(steps)
    return steps[position].choice if hands_over else ()


def _choose_host(session: Session, way: Way, item: Item, choice: Choice) -> str | None:
    """The next step's host, chosen or as it is; kept with the decision wherever there is a choice."""
    if not next_hosts(way.steps, item.position, item.part, choice.verdict):
        return None
    host = choice.next or way.steps[item.position].host
    on_route(session, way.request, way.steps[item.position].key, host=host)
    return host


def on_route(session: Session, request: Request, key: str, **values: Any) -> None:
    """Name someone in a step of the route in force."""
    step = update(RouteStep).where(col(RouteStep.request_id) == request.id, col(RouteStep.key) == key)
    session.execute(step.where(col(RouteStep.edition) == request.edition).values(values))


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
        on_route(session, request, key, handlers=list(handlers))
    return named


def _target(way: Way, item: Item, choice: Choice) -> int:
    """The position a return goes to."""
    places = targets(way.steps, item.position, item.part)
    if way.steps[item.position - 1].rule is CountersignRule.sequential and item.part is Part.countersigner:
        before = Said(item.round, item.position, item.part, item.seat_of, Verdict.give_back, item.position)
        places |= {BEFORE: item.position} if way.allows(before) else {}
    where = choice.to or "initiator"
    if where not in places:
        raise Invalid(f"退回到：可选 {'、'.join(places)}", fields={"to": f"可选 {'、'.join(places)}"})
    return places[where]


def targets(steps: Sequence[Step], position: int, part: Part) -> dict[str, int]:
    """Where a return may go, by name: the initiator, the previous step, or any earlier step by its key."""
    if part is Part.countersigner and steps[position - 1].rule is CountersignRule.advisory:
        return {"initiator": INITIATOR}
    earlier = {each.key: at for at, each in enumerate(steps[: position - 1], 1)}
    return {"initiator": INITIATOR, "previous": position - 1, **earlier}
