"""The record.json of a filed sheet against the rows as they are now. Pure.

What may still change after filing is said here, column by column; everything else must be as it was.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from models.finding import Finding
from printouts.evidence.sections import (
    DECISIONS,
    ITEMS,
    JOURNAL,
    NOTICES,
    ROUTE,
    SECTIONS,
    VISITS,
    Record,
    Row,
    Section,
    of_request,
)

UNFINISHED = ("open", "held")  # states of work items
# What was empty may be filled in, once: reading times, the end of a visit.
FILLED = {
    NOTICES.name: {"delivered_at", "confirmed_at", "confirmed_by", "processed_at", "processed_by"},
    VISITS.name: {"closed_at"},
}
# Of a copy that was drawn under way: what the rest of the way may change.
ON_THE_WAY = {ROUTE.name: {"host", "handlers"}, VISITS.name: {"edition"}}
HELD = {"person", "acting_for", "state", "due_at", "closed_at"}  # of an item that was not decided yet
FIXED = {"id", "number", "prefix", "year", "serial", "kind", "initiator", "department", "submitted_at"}


def journal_differences(then: Record, now: Record) -> Iterator[Finding]:
    """Entries that are not as the sheet has them, the first of them first."""
    yield from _section(then, now, JOURNAL)


def differences(then: Record, now: Record) -> Iterator[Finding]:
    """Everything else that is not as the sheet has it.

    Args:
        then: the record.json; now: the same of the database.
    """
    for section in SECTIONS:
        if section is DECISIONS:
            yield from _section(then, now, section)
            yield from _request(then, now)
        elif section is not JOURNAL:
            yield from _section(then, now, section)


def _request(then: Record, now: Record) -> Iterator[Finding]:
    before, after = then["request"], now["request"]
    wrong = [
        name
        for name in before
        if name in after and not same(before[name], after[name]) and not _moved_on(then, name, before, after)
    ]
    if wrong:
        yield of_request(now, f"{'、'.join(wrong)} 与归档的流程单不符：被改动")


def _moved_on(then: Record, name: str, before: Row, after: Row) -> bool:
    """Whether a column of the request may have changed since."""
    if name == "seq":
        return bool(after["seq"] > before["seq"])
    if name == "head":
        return bool(after["seq"] > before["seq"])
    if _settled(then):
        return name == "status" and (before[name], after[name]) == ("approved", "revoked")
    return name not in FIXED


def _section(then: Record, now: Record, section: Section) -> Iterator[Finding]:
    recorded = {section.key_of(row): row for row in then[section.name]}
    there = {section.key_of(row): row for row in now[section.name]}
    for key, row in recorded.items():
        if key not in there:
            yield section.finding(now, row, "缺失：归档的流程单里有这一行")
        elif wrong := [name for name in row if _is_wrong(then, section, name, row, there[key])]:
            yield section.finding(now, there[key], f"{'、'.join(wrong)} 与归档的流程单不符：被改动")
    if section not in (JOURNAL, NOTICES) and _settled(then):
        for key in there.keys() - recorded.keys():
            yield section.finding(now, there[key], "归档的流程单里没有这一行：是插入的")


def _is_wrong(then: Record, section: Section, name: str, before: Row, after: Row) -> bool:
    if name not in after or same(before[name], after[name]):
        return False
    if name in FILLED.get(section.name, ()) and before[name] is None:
        return False
    if section is NOTICES and name == "delivery":
        return bool(before[name] == "delivered")
    if _settled(then):
        return True
    on_the_way = name in ON_THE_WAY.get(section.name, ())
    return not (on_the_way or (section is ITEMS and name in HELD and before["state"] in UNFINISHED))


def _settled(then: Record) -> bool:
    return bool(then["request"]["status"] != "open")


def same(before: Any, after: Any) -> bool:
    """Whether two JSON values say the same; a moment may be written in another zone."""
    return before == after or ((moment := _moment(before)) is not None and moment == _moment(after))


def _moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else None
