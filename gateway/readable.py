"""A request as people read it on its page: the words of the sheet, with links, effects and the journal."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from flows.engine.kind import kinds
from gateway.acting import Typed, acting
from gateway.identity import Me
from gateway.lists import state_in_words
from gateway.views import request_shown
from gateway.words import facts_in_words, fields_in_words
from models.organisation import Person
from models.record import JournalEntry, Request, Status
from models.refusals import Refusal
from models.route import OUTCOME_TITLES, Outcome
from printouts.case import load
from printouts.course import earlier_rounds, standing_steps
from printouts.effects import effects, readers, reminders
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

    def shown_fields(model: str, values: dict[str, Any]) -> list[tuple[str, str]]:
        return fields_in_words(session, kind.fields[model], values)

    case = load(session, request.id, shown_fields)
    return {
        "me": me,
        "now": now,
        "refusal": refusal,
        "typed": typed,
        "reason": reason,
        "request": shown,
        "state": state_in_words(request),
        "form": fields_in_words(session, kind.form, request.form) + facts_in_words(request.facts),
        "warnings": shown["warnings"] if request.status is Status.open else [],
        "acting": acting(session, request, me.account, typed),
        "steps": standing_steps(case),
        "earlier": earlier_rounds(case),
        "effects": [*effects(case), *readers(case)],
        "reminders": reminders(case),
        "journal": _journal(session, request),
        "may_withdraw": request.initiator == me.account and request.status is Status.open,
    }


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
