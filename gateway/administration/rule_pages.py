"""The main administrator's pages for the rules of the kinds: read, save as a new version, see what that changes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from flows.engine.forms import Schema, schema_of
from flows.engine.kind import Kind, kinds
from flows.engine.rule_versions import versions
from gateway.administration.moving import Moved, move_each
from gateway.administration.rules import kind_at, older, save, table, tables
from gateway.answers import answered
from gateway.bodies import read_posted
from gateway.html import page
from gateway.login.caller import caller_of
from gateway.login.identity import Me
from gateway.rest.views import People
from gateway.workbench.acting import faults_of
from gateway.workbench.inputs import as_data, inputs
from gateway.workbench.lists import PAGE, open_items
from models.refusals import Invalid, Refusal, TooLate

router = APIRouter(include_in_schema=False, prefix="/admin/rules")
SEE_OTHER = 303
RULE = "rule."  # before the names of the rules
CHOSEN = "item."  # before the number of each request that was ticked
MOST_DIGITS = 10
NUMBER = Query(1, alias="page", ge=1, le=10_000)
DIFFERENCES = {
    "title": "名称",
    "host": "主办",
    "handlers": "经办",
    "countersigners": "会签",
    "rule": "会签规则",
    "deadline_hours": "时限",
    "fields": "填写栏目",
    "handlers_by": "经办的指定",
    "may_finish": "可否结束",
    "percent": "会签比例",
    "early": "可否提前结束会签",
    "refusal_ends": "会签否决",
    "lapses": "逾期不计",
    "choice": "自选范围",
    "asks_opinion": "是否须填意见",
}


@router.get("")
async def list_rules(request: Request) -> Response:
    def work(session: Session, me: Me, now: datetime) -> dict[str, Any]:
        people = People(session)
        found = [(kinds()[each.kind], each, each.made_by and people(each.made_by)) for each in tables(session, me, now)]
        return _around(session, me) | {"tables": found}

    return page("rules", **await answered(request, work))


@router.get("/{key}")
async def show_rules(request: Request, key: str) -> Response:
    kind = kind_at(key)
    return page("rule", **await answered(request, lambda session, me, now: _rules(session, me, kind, now)))


@router.post("/{key}")
async def save_rules(request: Request, key: str) -> Response:
    kind, posted = kind_at(key), await read_posted(request)
    seen = posted.get("version", "")

    def work(session: Session, me: Me, now: datetime) -> None:
        rules = as_data(_schema(kind), RULE, posted)
        save(session, me, kind, rules, _whole(seen), now, caller_of(request).address)

    def again(session: Session, me: Me, now: datetime) -> dict[str, Any]:
        return _rules(session, me, kind, now, posted, refusal)

    try:
        await answered(request, work)
    except (Invalid, TooLate) as caught:
        refusal: Refusal = caught
        return page("rule", caught.status, **await answered(request, again))
    return RedirectResponse(f"/admin/rules/{key}/older", SEE_OTHER)


@router.get("/{key}/older")
async def list_older(request: Request, key: str, number: int = NUMBER) -> Response:
    """What the version in force would change for each open request of an older one."""
    kind = kind_at(key)
    return page("older", **await answered(request, lambda session, me, now: _older(session, me, kind, now, number)))


@router.post("/{key}/older")
async def move_older(request: Request, key: str, number: int = NUMBER) -> Response:
    """换用 of those ticked; the page again, with which were moved and why the others were not."""
    kind, posted = kind_at(key), await read_posted(request)
    seen = [(name.removeprefix(CHOSEN), _whole(seq)) for name, seq in posted.items() if name.startswith(CHOSEN)]
    tried = await move_each(request, kind, _whole(posted.get("version", "")), seen)

    def again(session: Session, me: Me, now: datetime) -> dict[str, Any]:
        return _older(session, me, kind, now, number, tried)

    return page("older", **await answered(request, again))


def _older(
    session: Session, me: Me, kind: Kind, now: datetime, number: int, tried: Sequence[Moved] | None = None
) -> dict[str, Any]:
    """A page of the list. `tried`: what was to be moved just now, if anything was."""
    found = older(session, me, kind, now, (number - 1) * PAGE, PAGE + 1)
    rows = found[:PAGE]
    named = {account for each in rows for line in each.lines for step in (line.before, line.after) if step
             for account in (step.host, *step.handlers, *step.countersigners)}  # fmt: skip
    return _around(session, me) | {
        "kind": kind,
        "version": table(session, me, kind, now).version,
        "rows": rows,
        "more": len(found) > PAGE,
        "number": number,
        "people": People(session, named | {each.request.initiator for each in rows}),
        "differences": DIFFERENCES,
        "tried": tried,
    }


def _whole(text: str) -> int:
    """A whole number that the page put there; 0, which nothing is, of anything else."""
    return int(text) if text.isdecimal() and len(text) < MOST_DIGITS else 0


def _rules(
    session: Session,
    me: Me,
    kind: Kind,
    now: datetime,
    posted: dict[str, str] | None = None,
    refusal: Refusal | None = None,
) -> dict[str, Any]:
    """The rules in force; or what was typed, and what was wrong with it."""
    now_valid, schema = table(session, me, kind, now), _schema(kind)
    typed = {name.removeprefix(RULE): text for name, text in (posted or {}).items() if name.startswith(RULE)}
    values = dict.fromkeys(schema["properties"], "") | typed if posted else now_valid.rules
    found = versions(session, kind)
    people = People(session, [each.made_by for each in found if each.made_by])
    return _around(session, me) | {
        "kind": kind,
        "version": now_valid.version,
        "seen": posted.get("version", "") if posted else now_valid.version,  # not the newer one that refused this one
        "inputs": inputs(schema, RULE, values, faults_of(refusal) if refusal else {}),
        "versions": [(each, each.made_by and people(each.made_by)) for each in found],
        "refusal": refusal,
    }


def _schema(kind: Kind) -> Schema:
    return schema_of(type(kind.rules))


def _around(session: Session, me: Me) -> dict[str, Any]:
    return {"me": me, "here": "/admin", "open_items": open_items(session, me.account)}
