"""The course of a request as printed: the steps as they stand, and the rounds that a return has overtaken."""

from collections.abc import Iterable, Mapping

from models.record import ItemState, RouteStep, Status, Visit, WorkItem
from models.route import INITIATOR, PART_TITLES, CountersignRule, Part
from printouts.case import Case
from printouts.sheet import SheetOpinion, SheetStep, Shown
from printouts.verdicts import RULES, step_title, verdict_in_words

ORDER = (Part.countersigner, Part.handler, Part.host, Part.initiator)  # the host concludes, so comes last


def split(visits: Iterable[Visit]) -> tuple[dict[int, Visit], list[Visit]]:
    """The visits that stand, by position, and those overtaken, in order. `visits` by round, then position.

    Entering a step overtakes the earlier visits of it and of all steps after it; the initiator's turn overtakes all.
    """
    stand: dict[int, Visit] = {}
    overtaken: list[Visit] = []
    for visit in visits:
        for position in [each for each in stand if each >= visit.position]:
            overtaken.append(stand.pop(position))
        if visit.position == INITIATOR:
            overtaken.append(visit)
        else:
            stand[visit.position] = visit
    return stand, sorted(overtaken, key=lambda visit: (visit.round, visit.position))


def standing_steps(case: Case) -> tuple[SheetStep, ...]:
    """Every step of the route in force, those not reached included."""
    stand, _ = split(case.visits)
    edition = case.request.edition
    return tuple(
        _step(case, case.route[edition, position], stand.get(position)) for position in sorted(case.titles(edition))
    )


def earlier_rounds(case: Case) -> tuple[SheetStep, ...]:
    """What was said in visits that a return has overtaken."""
    _, overtaken = split(case.visits)
    told = []
    for visit in overtaken:
        step = case.route.get((visit.edition, visit.position))
        said = _in_order(_items(case, visit).values())
        opinions = tuple(_opinion(case, item.part, item.person, item, step) for item in said)
        told.append(SheetStep(step.title if step else "发起人修改", opinions, _rule(step), visit.round))
    return tuple(told)


def _step(case: Case, step: RouteStep, visit: Visit | None) -> SheetStep:
    items = _items(case, visit) if visit else {}
    asked = [(Part.countersigner, person) for person in step.countersigners]
    asked += [(Part.handler, person) for person in step.handlers] + [(Part.host, step.host)]
    opinions = [_opinion(case, part, person, items.get((part, person)), step) for part, person in asked]
    return SheetStep(step.title, tuple(opinions), _rule(step), visit.round if visit else case.request.round)


def _opinion(case: Case, part: Part, person: str, item: WorkItem | None, step: RouteStep | None) -> SheetOpinion:
    decision = case.decisions.get(item.id) if item else None
    who, title = case.people[person], PART_TITLES[part]
    if decision is None:
        return SheetOpinion(title, who, _undecided(case, item), fields=_to_fill_in(case, part, step))
    titles = case.titles(step.edition) if step else {}
    said = verdict_in_words(
        part,
        decision.verdict,
        rule=step.rule if step else CountersignRule.all,
        last=step is not None and step.position == max(titles),
        target="" if decision.to is None else step_title(titles, decision.to),
    )
    fields = case.fields(step.fields, decision.fields) if step and step.fields and decision.fields else ()
    return SheetOpinion(title, who, said, decision.opinion, case.local(decision.decided_at), fields)


def _undecided(case: Case, item: WorkItem | None) -> str:
    if item and item.state is ItemState.not_needed:
        return "无需办理"
    waiting = case.request.status is Status.open and (item is None or item.state is ItemState.open)
    return "待办理" if waiting else "未办理"


def _to_fill_in(case: Case, part: Part, step: RouteStep | None) -> tuple[Shown, ...]:
    """The empty lines of a step still to come, on a copy printed under way."""
    if step is None or not step.fields or case.request.status is not Status.open:
        return ()
    fills_in = Part.handler if step.handlers or step.handlers_by else Part.host
    return case.fields(step.fields, {}) if part is fills_in else ()


def _items(case: Case, visit: Visit) -> Mapping[tuple[Part, str], WorkItem]:
    mine = (item for item in case.items.values() if (item.round, item.position) == (visit.round, visit.position))
    return {(item.part, item.person): item for item in mine}


def _in_order(items: Iterable[WorkItem]) -> list[WorkItem]:
    return sorted(items, key=lambda item: (ORDER.index(item.part), item.person))


def _rule(step: RouteStep | None) -> str:
    return RULES[step.rule] if step and step.countersigners else ""
