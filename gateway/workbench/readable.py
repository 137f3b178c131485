"""A request as people read it on its page: the words of the sheet, with links, effects and the journal."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlmodel import Session, col, select

from flows.engine.acts.table import TABLE
from flows.engine.kind import kinds
from flows.engine.shown import shown_fields, shown_form
from gateway.desk.choices import AS_SHIPPED, How, in_words, last_choices
from gateway.desk.who import prints
from gateway.login.identity import Me
from gateway.login.providers import proving
from gateway.rest.views import People, attachments_shown, sheets_shown, summary_shown
from gateway.workbench.act_forms import TypedAct, acts_of
from gateway.workbench.acting import Typed, acting, typed_in_words
from gateway.workbench.lists import next_open, open_items, state_in_words
from gateway.workbench.readers import readers_of
from models.archive import Layout
from models.record import ItemState, JournalEntry, Request, Status
from models.refusals import Refusal
from models.route import OUTCOME_TITLES, Outcome, Part, Where
from printouts.gathering.case import Case, load
from printouts.gathering.course import earlier_rounds, standing_steps
from printouts.gathering.effects import effects, readers
from printouts.gathering.sheet import SheetOpinion, SheetStep
from printouts.gathering.verdicts import ADDED, act_in_words
from printouts.printing.marks import LAYOUTS, REPRINT

ACTS = {act.entry: act.journal for act in TABLE} | {
    "submitted": "提交申请",
    "opened": "送到「{step}」",
    "amended": "修改表单，重新确定流程",
    "rules_changed": "换用新版规则：第 {from_version} 版 → 第 {to_version} 版",
    "finished": "结束：{result}",
    "confirmed": "{seen}",
    "came_home": "代理结束交还：{person} → {to}",
    "delegation_opened": "请假期间由 {person} 代理",
    "delegation_failed": "未能设置 {person} 为代理人",
    "printed": "打印{copy}{which}",
    "filed": "归档，档号 {code}",
    "signed": "补签{copy}",
    "reading_reminded": "提醒确认已阅知：{names}",
    "reading_overdue": "送阅已过期限，未确认已阅知：{names}",
}
TOLD_OF_IT = {"deputy": "，告知副职或代理人", "superior": "，告知上级", "office": "，报督办部门"}
NOBODY = "：无人可告知"

HANDED_ON = frozenset({"transferred", "handed_over", "delegated", "came_home"})  # from a person to another


def request_page(
    session: Session,
    request: Request,
    me: Me,
    now: datetime,
    refusal: Refusal | None = None,
    typed: Typed | None = None,
    tried: TypedAct | None = None,
) -> dict[str, Any]:
    """The values of the template `request`.

    Args:
        refusal: what was wrong with what was just posted.
        typed, tried: what was typed, for a decision or for an act.
    """
    kind, is_open = kinds()[request.kind], request.status is Status.open

    def fields(model: str, values: dict[str, Any]) -> list[tuple[str, str]]:
        return shown_fields(session, kind.fields[model], values)

    case, people = load(session, request.id, fields), People(session)
    journal, earlier = _journal(session, request, people), earlier_rounds(case)
    sheets = sheets_shown(session, request, kind)
    return {
        "me": me,
        "open_items": open_items(session, me.account),
        "next": next_open(session, me.account, request),
        "now": now,
        "refusal": refusal,
        "unsaved": typed_in_words(typed.values) if typed else {},
        "request": summary_shown(request, people, kind),
        "flow_run_id": request.flow_run_id,
        "attachments": attachments_shown(session, request, people),
        "sheets": sheets,
        "state": state_in_words(request.status),
        "form": [each for each in shown_form(session, kind, request).values() if each.text],
        "warnings": kind.warnings(session, request, kind.read(request.form)) if is_open else [],
        "acting": acting(session, request, me, now, typed),
        "proving": proving(),
        "steps": standing_steps(case),
        "position": request.position,
        "waiting_for": _awaited(case),
        "returned": _returned(request, earlier),
        "earlier": earlier,
        "effects": [*effects(case), *readers(case)],
        "journal": journal,
        "acts": acts_of(session, me, request, now, tried),
        "readers": readers_of(case),
        "printing": _printing(session, me, request) if sheets else None,
        "may_copy": request.initiator == me.account and kind.listed,
    }


def _printing(session: Session, me: Me, request: Request) -> dict[str, Any] | None:
    """The layouts and what was chosen last; None for whoever may not print it."""
    if not prints(session, me, request):
        return None
    return {"layouts": LAYOUTS, "last": last_choices(session, me.account).get(request.kind, AS_SHIPPED)}


def _awaited(case: Case) -> list[str]:
    """Whose turn it is, those first who have had it longest."""
    waiting = [item for item in case.items.values() if item.state is ItemState.open]
    waiting.sort(key=lambda item: (item.opened_at, item.person))
    return [case.name(item.person) for item in waiting]


def _returned(request: Request, earlier: Iterable[SheetStep]) -> SheetOpinion | None:
    """The last return, while the request is open: why it came back."""
    words = [opinion for step in earlier for opinion in step.opinions if not opinion.taken_back]
    said = [opinion for opinion in words if opinion.verdict.startswith("退回")]
    return max(said, key=attrgetter("at")) if said and request.status is Status.open else None


def _journal(session: Session, request: Request, people: People) -> list[tuple[datetime, str, str]]:
    """When, who (empty: the system), what."""
    mine = select(JournalEntry).where(JournalEntry.request_id == request.id).order_by(col(JournalEntry.seq))
    entries = session.exec(mine).all()
    people.meet({request.initiator}.union(*map(_named, entries)))

    def name(account: str | None) -> str:
        return people(account)["name"] if account else ""

    return [(each.at, name(each.actor) or "系统", _told(each.act, each.detail, name)) for each in entries]


def _named(entry: JournalEntry) -> set[str]:
    """Accounts in an entry; what a return is `to` is a position."""
    people = [entry.actor, entry.detail.get("person"), entry.detail.get("acting_for")]
    people += [entry.detail.get("to")] if entry.act in HANDED_ON else []
    return {account for account in people if account}


def _told(act: str, detail: Mapping[str, Any], name: Callable[[str | None], str]) -> str:
    outcome, acting_for = detail.get("outcome"), name(detail.get("acting_for"))
    words = ACTS.get(act, act).format(
        step=detail.get("step", ""),
        said=act_in_words(detail.get("verdict")),
        acting=f"（代{acting_for}）" if acting_for else "",
        result=OUTCOME_TITLES[Outcome(outcome)] if outcome else "",
        seen=act_in_words(detail.get("by")),
        copy=detail.get("copy", ""),
        which=_which(detail),
        code=detail.get("code", ""),
        names=detail.get("names", ""),
        from_version=detail.get("from_version", ""),
        to_version=detail.get("to_version", ""),
        text=detail.get("text", ""),
        by=detail.get("by", ""),
        person=name(detail.get("person")),
        to=name(detail.get("to")) if act in HANDED_ON else "",
        how=_added(detail),
        whom=_reminded(detail),
    )
    why = detail.get("opinion") or detail.get("reason")
    return f"{words}：{why}" if why else words


def _added(detail: Mapping[str, Any]) -> str:
    """加签 before, beside or after; 委派 of an adviser."""
    if detail.get("part") == Part.adviser:
        return "委派"
    return ADDED[Where(detail["where"])] if "where" in detail else ""


def _reminded(detail: Mapping[str, Any]) -> str:
    """Who but the holder was told; entries from before the ladder went further up do not say."""
    whom = TOLD_OF_IT.get(detail.get("whom", ""), "")
    return whom + NOBODY if whom and not detail.get("told") else whom


def _which(detail: Mapping[str, Any]) -> str:
    """Which copy was printed, and how; entries from before copies had numbers do not say."""
    if "copy_no" not in detail:
        return ""
    again = f"（{REPRINT}）" if detail["copy_no"] > 1 else ""
    return f"第 {detail['copy_no']} 份{again}，{in_words(How(Layout(detail['layout']), detail['bound']))}"
