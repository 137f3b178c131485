"""A request as people read it on its page: the words of the sheet, with links, effects and the journal."""

from collections.abc import Mapping
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlmodel import Session, col, select

from flows.engine.kind import kinds
from flows.engine.shown import shown_fields, shown_form
from gateway.acting import Typed, acting, typed_in_words
from gateway.identity import Me
from gateway.lists import state_in_words
from gateway.views import request_shown
from models.organisation import Person
from models.record import ItemState, JournalEntry, Request, Status
from models.refusals import Refusal
from models.route import OUTCOME_TITLES, PART_TITLES, Outcome
from printouts.case import Case, load
from printouts.course import earlier_rounds, standing_steps
from printouts.effects import effects, readers
from printouts.sheet import SheetOpinion, SheetPerson
from printouts.verdicts import act_in_words

ACTS = {
    "submitted": "提交申请",
    "opened": "送到「{step}」",
    "decided": "「{step}」{said}",
    "amended": "修改表单，重新确定流程",
    "withdrawn": "撤回申请",
    "finished": "结束：{result}",
    "confirmed": "{seen}",
    "reminded": "系统催办",
}


def request_page(
    session: Session,
    request: Request,
    me: Me,
    now: datetime,
    refusal: Refusal | None = None,
    typed: Typed | None = None,
    reason: str = "",
) -> dict[str, Any]:
    """The values of the template `request`.

    Args:
        refusal: what was wrong with what was just posted; `typed` and `reason` (of a withdrawal) are what was typed.
    """
    kind = kinds()[request.kind]
    shown = request_shown(session, request)

    def fields(model: str, values: dict[str, Any]) -> list[tuple[str, str]]:
        return shown_fields(session, kind.fields[model], values)

    case = load(session, request.id, fields)
    return {
        "me": me,
        "now": now,
        "refusal": refusal,
        "unsaved": typed_in_words(typed.values) if typed else {},
        "reason": reason,
        "request": shown,
        "state": state_in_words(request),
        "form": [each for each in shown_form(session, kind, request).values() if each.text],
        "warnings": shown["warnings"] if request.status is Status.open else [],
        "acting": acting(session, request, me.account, typed),
        "steps": standing_steps(case),
        "position": request.position,
        "awaited": _awaited(case),
        "returned": _returned(case),
        "earlier": earlier_rounds(case),
        "effects": [*effects(case), *readers(case)],
        "journal": _journal(session, request),
        "may_withdraw": request.initiator == me.account and request.status is Status.open,
    }


def _awaited(case: Case) -> set[tuple[str, SheetPerson]]:
    """Whose turn it is, and in which part."""
    waiting = (item for item in case.items.values() if item.state is ItemState.open)
    return {(PART_TITLES[item.part], case.people[item.person]) for item in waiting}


def _returned(case: Case) -> SheetOpinion | None:
    """The last return, while the request is open: why it came back."""
    said = [opinion for step in earlier_rounds(case) for opinion in step.opinions if opinion.verdict.startswith("退回")]
    return max(said, key=attrgetter("at")) if said and case.request.status is Status.open else None


def _journal(session: Session, request: Request) -> list[tuple[datetime, str, str]]:
    """When, who (empty: the system), what."""
    rows = session.exec(
        select(JournalEntry, Person.name)
        .outerjoin(Person, col(Person.account) == JournalEntry.actor)
        .where(JournalEntry.request_id == request.id)
        .order_by(col(JournalEntry.seq))
    )
    return [(entry.at, name or "系统", _told(entry.act, entry.detail)) for entry, name in rows]


def _told(act: str, detail: Mapping[str, Any]) -> str:
    outcome = detail.get("outcome")
    words = ACTS.get(act, act).format(
        step=detail.get("step", ""),
        said=act_in_words(detail.get("verdict")),
        result=OUTCOME_TITLES[Outcome(outcome)] if outcome else "",
        seen=act_in_words(detail.get("by")),
    )
    why = detail.get("opinion") or detail.get("reason")
    return f"{words}：{why}" if why else words
