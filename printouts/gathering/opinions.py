"""One person's part in a step as printed: whose it is, who does it for them, and the verdict in words."""

from models.record import Change, Decision, RouteStep, Status, StepChange, WorkItem, where_added
from models.route import PART_TITLES, CountersignRule, Part, Seat
from printouts.gathering.case import Case
from printouts.gathering.sheet import SheetOpinion, Shown
from printouts.gathering.verdicts import ADDED, REMOVED, step_title, verdict_in_words


def given(case: Case, item: WorkItem, step: RouteStep | None) -> SheetOpinion:
    """What was said on a work item. `step`: none of the initiator's."""
    decision = case.decisions[item.id]
    fields = case.fields(step.fields, decision.fields) if step and step.fields and decision.fields else ()
    return SheetOpinion(
        PART_TITLES[item.part],
        case.people[item.person],
        _verdict(case, item, decision, step),
        decision.opinion,
        case.local(decision.decided_at),
        fields,
        _added(case, (item.part, item.seat), item.position, item.round),
        case.name(item.acting_for) if item.acting_for else "",
        _meant_for(case, item),
        taken_back=any(_takes_back(change, item) for change in case.changes),
    )


def unspoken(
    case: Case, step: RouteStep, seat: Seat, round_: int, item: WorkItem | None, *, needed: bool, awaited: bool
) -> SheetOpinion:
    """A seat without a word. `item`: its own in this round, if its turn has come; needed: the step waits for it."""
    part, person = seat
    waiting = "待办理" if case.request.status is Status.open else "未办理"
    return SheetOpinion(
        PART_TITLES[part],
        case.people[item.person if item else person],
        waiting if needed else "无需办理",
        fields=_to_fill_in(case, part, step),
        added=_added(case, seat, step.position, round_),
        acting_for=case.name(item.acting_for) if item and item.acting_for else "",
        meant_for=_meant_for(case, item) if item else "",
        awaited=awaited,
    )


def removed(case: Case, change: StepChange) -> SheetOpinion:
    """减签: who was added, and taken out again before a word."""
    seat = change.part, change.seat
    item = case.item(change.round, change.position, seat)
    who = case.people[item.person if item else change.seat]
    return SheetOpinion(PART_TITLES[change.part], who, REMOVED, added=_added(case, seat, change.position, change.round))


def _verdict(case: Case, item: WorkItem, decision: Decision, step: RouteStep | None) -> str:
    titles = case.titles(step.edition) if step else {}
    target = "" if decision.to is None else step_title(titles, decision.to, item.position)
    return verdict_in_words(
        item.part,
        decision.verdict,
        rule=step.rule if step else CountersignRule.all,
        last=step is not None and step.position == max(titles),
        target=f"{target}（办完直接送回）" if decision.straight else target,
    )


def _meant_for(case: Case, item: WorkItem) -> str:
    """The name of who had it before it was handed on, or should have had it and was not there."""
    return "" if item.seat in (item.person, item.acting_for) else case.name(item.seat)


def _added(case: Case, seat: Seat, position: int, round_: int) -> str:
    """前加签, 并加签, 后加签 of a countersigner; an adviser is always asked before."""
    where = where_added(case.changes, seat, position, round_) if seat[0] is Part.countersigner else None
    return ADDED[where] if where else ""


def _takes_back(change: StepChange, item: WorkItem) -> bool:
    place = change.round, change.position, change.part, change.seat
    return change.what is Change.taken_back and place == (item.round, item.position, item.part, item.seat)


def _to_fill_in(case: Case, part: Part, step: RouteStep) -> tuple[Shown, ...]:
    """The empty lines of a step still to come, on a copy printed under way."""
    if not step.fields or case.request.status is not Status.open:
        return ()
    fills_in = Part.handler if step.handlers or step.handlers_by else Part.host
    return case.fields(step.fields, {}) if part is fills_in else ()
