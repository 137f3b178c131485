"""What is sought in the register (登记簿), and the conditions that it makes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Date, and_, cast, exists, extract, or_
from sqlalchemy.orm import aliased
from sqlmodel import col, func, select

from flows.engine.forms import DATES, Day
from flows.engine.kind import kinds
from gateway.workbench.lists import state_in_words
from models.archive import ArchiveEntry, PrintedCopy
from models.organisation import Department, Person
from models.papers import Sheet, Signature
from models.record import Request, Status
from models.refusals import Invalid
from models.settings import settings

Filed = aliased(Sheet)  # who may see a request is a question about sheets too
LONGEST = 50
LAST_YEAR = 9999


class Paper(StrEnum):
    """Where the paper is."""

    unprinted = "unprinted"
    printed = "printed"
    archived = "archived"


PAPER_TITLES = {Paper.unprinted: "未打印", Paper.printed: "已打印未归档", Paper.archived: "已归档"}


@dataclass(frozen=True)
class Sought:
    """None, or empty: whatever it is. Days are of the outcome, both included; `year` is its year, 年度."""

    q: str = ""  # in number, applicant's name or department
    kind: str = ""
    outcome: Status | None = None
    department: str = ""  # with its sections
    since: date | None = None
    until: date | None = None
    year: int | None = None
    paper: Paper | None = None
    unsigned: bool = False  # 待补签


def read_sought(typed: Mapping[str, str]) -> Sought:
    """As it stands in an address or a form. Raises Invalid naming what cannot be read."""
    faults: dict[str, str] = {}
    year = typed.get("year", "").strip()
    if year and not (year.isdecimal() and 0 < int(year) <= LAST_YEAR):
        faults["year"] = "年度：请填四位数字，如 2026"
    for name, choices, told in (("outcome", Status, "结果"), ("paper", Paper, "归档情况")):
        if typed.get(name, "") not in {"", *choices}:
            faults[name] = f"{told}：请从列表中选择"
    days = {name: _day(typed.get(name, ""), name, faults) for name in ("from", "until")}
    if faults:
        raise Invalid("；".join(faults.values()), fields=faults)
    return Sought(
        typed.get("q", "").strip()[:LONGEST],
        typed.get("kind", ""),
        Status(typed["outcome"]) if typed.get("outcome") else None,
        typed.get("department", ""),
        days["from"],
        days["until"],
        int(year) if year else None,
        Paper(typed["paper"]) if typed.get("paper") else None,
        typed.get("unsigned") == "true",
    )


def typed_again(sought: Sought) -> dict[str, str]:
    """As it was typed: what is not sought is left out."""
    values = {
        "q": sought.q,
        "kind": sought.kind,
        "outcome": sought.outcome or "",
        "department": sought.department,
        "from": str(sought.since or ""),
        "until": str(sought.until or ""),
        "year": str(sought.year or ""),
        "paper": sought.paper or "",
        "unsigned": "true" if sought.unsigned else "",
    }
    return {name: value for name, value in values.items() if value}


def in_words(sought: Sought) -> str:
    """For a paper or a log: 类型：请假；年度：2026."""
    titles = {each.key: each.title for each in kinds().values()}
    named = {
        "查找": sought.q,
        "类型": titles.get(sought.kind, sought.kind),
        "结果": state_in_words(sought.outcome) if sought.outcome else "",
        "部门": sought.department,
        "办结日期自": str(sought.since or ""),
        "至": str(sought.until or ""),
        "年度": str(sought.year or ""),
        "归档情况": PAPER_TITLES[sought.paper] if sought.paper else "",
        "待补签": "是" if sought.unsigned else "",
    }
    return "；".join(f"{name}：{value}" for name, value in named.items() if value) or "全部"


def conditions(sought: Sought) -> list[Any]:
    """On `Filed`, `Request` and `Person`, and on `Signature` and `ArchiveEntry` where there is one."""
    finished = func.timezone(settings().timezone, func.coalesce(Request.finished_at, Filed.filed_at))
    asked: list[Any] = []
    if sought.q:
        texts = (Request.number, Person.name, Request.department)
        asked.append(or_(*(col(each).icontains(sought.q, autoescape=True) for each in texts)))
    if sought.kind:
        asked.append(col(Request.kind) == sought.kind)
    if sought.outcome:
        asked.append(col(Request.status) == sought.outcome)
    if sought.department:
        asked.append(_of_department(sought.department))
    if sought.since:
        asked.append(cast(finished, Date) >= sought.since)
    if sought.until:
        asked.append(cast(finished, Date) <= sought.until)
    if sought.year:
        asked.append(extract("year", finished) == sought.year)
    if sought.paper:
        asked.append(_where_it_is(sought.paper))
    if sought.unsigned:
        asked.append(col(Signature.sheet_id).is_(None))
    return asked


def _of_department(name: str) -> Any:
    sections = select(Department.name).where(Department.parent == name)
    return or_(col(Request.department) == name, col(Request.department).in_(sections))


def _where_it_is(paper: Paper) -> Any:
    printed, archived = exists().where(col(PrintedCopy.sheet_id) == Filed.id), col(ArchiveEntry.sheet_id).isnot(None)
    return {
        Paper.archived: archived,
        Paper.printed: and_(printed, ~archived),
        Paper.unprinted: and_(~printed, ~archived),
    }[paper]


def _day(text: str, name: str, faults: dict[str, str]) -> date | None:
    try:
        return TypeAdapter(Day).validate_python(text) if text else None
    except ValidationError:
        faults[name] = f"办结日期：{DATES}"
        return None
