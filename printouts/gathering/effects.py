"""送达, 确认, 处理 as printed: one line per person and matter, over all channels and reminders (clauses G5–G7)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from models.messages import Notice, Topic
from models.route import PART_TITLES
from printouts.gathering.case import Case
from printouts.gathering.sheet import SheetEffects, SheetReminder
from printouts.gathering.verdicts import act_in_words, step_title


def effects(case: Case) -> tuple[SheetEffects, ...]:
    """What each person was told, but for 送阅, which has its own list."""
    return _lines(case, (notice for notice in case.notices if notice.topic is not Topic.reading))


def readers(case: Case) -> tuple[SheetEffects, ...]:
    return _lines(case, (notice for notice in case.notices if notice.topic is Topic.reading))


def reminders(case: Case) -> tuple[SheetReminder, ...]:
    """Each 催办 once, whatever the number of channels."""
    sent = {(notice.seq, notice.work_item_id): notice for notice in case.notices if notice.topic is Topic.reminder}
    return tuple(
        SheetReminder(case.people[each.person], _step(case, each), case.local(each.created_at), each.ding)
        for each in sent.values()
    )


def _lines(case: Case, notices: Iterable[Notice]) -> tuple[SheetEffects, ...]:
    matters: dict[Any, list[Notice]] = {}
    for notice in notices:
        matters.setdefault((notice.person, notice.work_item_id or notice.seq), []).append(notice)
    return tuple(_line(case, told) for told in matters.values())


def _line(case: Case, told: list[Notice]) -> SheetEffects:
    first = told[0]
    delivered_at, _ = _first(case, ((each.delivered_at, None) for each in told))
    confirmed_at, confirmed_by = _first(case, ((each.confirmed_at, each.confirmed_by) for each in told))
    processed_at, processed_by = _first(case, ((each.processed_at, each.processed_by) for each in told))
    return SheetEffects(
        case.people[first.person],
        _about(case, first),
        delivered_at,
        confirmed_at,
        confirmed_by,
        processed_at,
        processed_by,
    )


def _first(case: Case, effects: Iterable[tuple[datetime | None, str | None]]) -> tuple[datetime | None, str]:
    """The earliest moment and the act it came by, in words."""
    known = [(at, act) for at, act in effects if at]
    if not known:
        return None, ""
    at, act = min(known, key=lambda effect: effect[0])
    return case.local(at), act_in_words(act)


def _about(case: Case, notice: Notice) -> str:
    if notice.work_item_id and notice.topic is not Topic.told:
        return f"{_step(case, notice)}（{PART_TITLES[case.items[notice.work_item_id].part]}）"
    return {Topic.outcome: "办理结果", Topic.reading: "送阅"}.get(notice.topic, notice.title)


def _step(case: Case, notice: Notice) -> str:
    """The title of the step, in the edition of the route in which its item was opened."""
    item = case.items[notice.work_item_id] if notice.work_item_id else None
    if item is None:
        return ""
    visit = next(each for each in case.visits if (each.round, each.position) == (item.round, item.position))
    return step_title(case.titles(visit.edition), item.position)
