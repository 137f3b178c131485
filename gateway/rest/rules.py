"""REST for the rules of the kinds; everyone but the main administrator is told that they are not there."""

from collections.abc import Mapping
from datetime import datetime

from fastapi import APIRouter, Query, Request
from sqlmodel import Session

from flows.engine.forms import schema_of
from flows.engine.kind import kinds
from flows.engine.prospects import Prospect
from gateway.administration.moving import Moved, move_each
from gateway.administration.rules import kind_at, older, save, table, tables
from gateway.answers import answered
from gateway.bodies import read_body
from gateway.login.caller import caller_of
from gateway.login.identity import Me
from gateway.rest.contract import MoveBody, RulesBody, described
from gateway.rest.openapi import refusals
from gateway.rest.shapes import MovedShown, ProspectShown, RulesShown, StepChanged, StepShown, VersionShown
from gateway.rest.views import People, route_shown
from models.record import RuleTable
from models.route import Step
from models.route_diff import Change

router = APIRouter(prefix="/api/rules")
PAGE = 100  # requests compared in one answer


@router.get("", response_model=list[VersionShown], responses=refusals(401, 403, 404))
async def list_rules(request: Request) -> list[VersionShown]:
    """各审批类型现行的规则版本；仅主管理员。"""

    def work(session: Session, me: Me, now: datetime) -> list[VersionShown]:
        people = People(session)
        return [_version(each, people) for each in tables(session, me, now)]

    return await answered(request, work)


@router.get("/{kind}", response_model=RulesShown, responses=refusals(401, 403, 404, 422))
async def read_rules(request: Request, kind: str) -> RulesShown:
    """一个审批类型现行的规则；仅主管理员。"""

    def work(session: Session, me: Me, now: datetime) -> RulesShown:
        return _rules(table(session, me, kind_at(kind), now), People(session))

    return await answered(request, work)


@router.post(
    "/{kind}",
    status_code=201,
    response_model=RulesShown,
    responses=refusals(401, 403, 404, 409, 413, 422),
    openapi_extra=described(RulesBody),
)
async def save_rules(request: Request, kind: str) -> RulesShown:
    """存为新的一版：须给出全部规则和修改前的版本，新的申请从此按它办理。别人已先存了新版的，答 409。仅主管理员。"""
    body = await read_body(request, RulesBody)

    def work(session: Session, me: Me, now: datetime) -> RulesShown:
        address = caller_of(request).address
        return _rules(save(session, me, kind_at(kind), body.rules, body.version, now, address), People(session))

    return await answered(request, work)


@router.get("/{kind}/older", response_model=list[ProspectShown], responses=refusals(401, 403, 404, 422))
async def list_older(request: Request, kind: str, page: int = Query(1, ge=1, le=10_000)) -> list[ProspectShown]:
    """仍按旧版规则办理的申请，现行版会使其流程怎样改变，逐步列出；每页 100 件。仅主管理员。"""

    def work(session: Session, me: Me, now: datetime) -> list[ProspectShown]:
        found = older(session, me, kind_at(kind), now, (page - 1) * PAGE, PAGE)
        return [_prospect(session, each) for each in found]

    return await answered(request, work)


@router.post(
    "/{kind}/older",
    response_model=list[MovedShown],
    responses=refusals(401, 403, 404, 413, 422),
    openapi_extra=described(MoveBody),
)
async def move_older(request: Request, kind: str) -> list[MovedShown]:
    """把这些申请换用现行版：须给出比较时的版本和各申请当时的 `seq`。逐件办理、逐件答复；仅主管理员。

    其间有人办理过的、新规则不接受的不换用，并说明原因。
    """
    body = await read_body(request, MoveBody)
    seen = [(each.number, each.seq) for each in body.requests]
    return [_moved(each) for each in await move_each(request, kind_at(kind), body.version, seen)]


def _moved(each: Moved) -> MovedShown:
    why = each.refused
    told = (why.code, why.message) if why else ("", "")
    return {"number": each.number, "moved": why is None, "error": told[0], "message": told[1]}


def _version(each: RuleTable, people: People) -> VersionShown:
    return {
        "kind": each.kind,
        "title": kinds()[each.kind].title,
        "version": each.version,
        "valid_from": each.valid_from,
        "made_by": people(each.made_by) if each.made_by else None,
    }


def _rules(each: RuleTable, people: People) -> RulesShown:
    schema = schema_of(type(kinds()[each.kind].rules))
    return {**_version(each, people), "rules": each.rules, "schema": schema}


def _prospect(session: Session, each: Prospect) -> ProspectShown:
    steps = [step for line in each.lines for step in (line.before, line.after) if step]
    shown = dict(zip(steps, route_shown(session, steps), strict=True))
    return {
        "number": each.request.number,
        "version": each.request.rule_version,
        "seq": each.request.seq,
        "steps": [_changed(line, shown) for line in each.lines],
        "anew_from": {"key": each.anew_from.key, "title": each.anew_from.title} if each.anew_from else None,
        "refused": each.refused,
    }


def _changed(line: Change, shown: Mapping[Step, StepShown]) -> StepChanged:
    return {
        "before": shown[line.before] if line.before else None,
        "after": shown[line.after] if line.after else None,
        "differs": list(line.differs),
    }
