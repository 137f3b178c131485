"""Versions of a kind's rules: they are only ever added, and a request keeps the one it began with.

Source: DESIGN.md §2 "Route"; S1: the main administrator keeps the rules.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic.fields import FieldInfo
from sqlmodel import Session, col, select

from flows.engine.forms import faults_told, read_form
from flows.engine.kind import DEPARTMENT, Kind, Rules
from flows.engine.rules import current_version
from models.database import one_at_a_time
from models.organisation import Department, Person
from models.record import RuleTable
from models.refusals import Invalid, TooLate
from models.settings import settings


def newest(session: Session, kind: Kind, now: datetime) -> RuleTable:
    """The version that new requests begin with."""
    return session.get_one(RuleTable, (kind.key, current_version(session, kind, now)))


def versions(session: Session, kind: Kind) -> Sequence[RuleTable]:
    """All versions of a kind, the newest first."""
    return session.exec(
        select(RuleTable).where(RuleTable.kind == kind.key).order_by(col(RuleTable.version).desc())
    ).all()


def add_version(
    session: Session, kind: Kind, data: dict[str, Any], seen: int, account: str, now: datetime
) -> RuleTable:
    """A new version of the kind's rules; requests submitted from now on begin with it.

    Args:
        data: every rule of the kind, as JSON.
        seen: the version that the rules were changed from.

    Raises:
        Invalid: the rules at fault, or nothing changed; TooLate: somebody else has made a newer version meanwhile.
    """
    one_at_a_time(session, f"rules of {kind.key}")
    now_valid = newest(session, kind, now)
    if now_valid.version != seen:
        raise _overtaken(session, kind, now_valid)
    model = type(kind.rules)
    rules = read_form(model, dict.fromkeys(model.model_fields, "") | data)  # what is left out is not filled in silently
    if faults := _unknown_departments(session, rules):
        raise faults_told(model, faults)
    if rules == model.model_validate(now_valid.rules):
        raise Invalid(f"与现行的第 {now_valid.version} 版相同，没有修改。", fields={})
    kept = rules.model_dump(mode="json")
    table = RuleTable(kind=kind.key, version=now_valid.version + 1, rules=kept, valid_from=now, made_by=account)
    session.add(table)
    session.flush()
    return table


def _overtaken(session: Session, kind: Kind, table: RuleTable) -> TooLate:
    by = session.get_one(Person, table.made_by).name if table.made_by else "系统"
    when = table.valid_from.astimezone(settings().zone)
    saved = f"{by} 已于 {when:%Y年%m月%d日 %H:%M} 保存了{kind.title}规则的第 {table.version} 版"
    return TooLate(f"来晚了：{saved}，您的修改没有保存。请核对后重新修改。", version=table.version)


def _unknown_departments(session: Session, rules: Rules) -> dict[str, str]:
    """Faults of rules that name departments which are not there, by rule."""
    known, faults = set(session.exec(select(Department.name))), {}
    for name, about in type(rules).model_fields.items():
        if unknown := [each for each in _named(about, getattr(rules, name)) if each not in known]:
            faults[name] = f"没有部门「{'、'.join(unknown)}」，请按部门表中的名称填写"
    return faults


def _named(about: FieldInfo, value: Any) -> Sequence[str]:
    if about.json_schema_extra != DEPARTMENT:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)
