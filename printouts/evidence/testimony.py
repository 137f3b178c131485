"""What the journal of a request says, against the rows that were written with each entry. Pure.

Only entries before the first break of the chain are believed; who changed the journal too is found by the chain, by the
filed sheets or by the daily heads.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from models.finding import Finding
from models.route import Part, Verdict
from printouts.evidence.chain import behind_the_break, trusted
from printouts.evidence.seats import seat_faults
from printouts.evidence.sections import ATTACHMENTS, DECISIONS, ROUTE, Record, Row, differing, of_request

DECIDES = frozenset({"decided", "amended"})
HOST = f"{Part.host}:"  # in the people of an entry that opens a step


def contradictions(record: Record) -> Iterator[Finding]:
    """Rows that the journal does not bear out, and entries whose row is missing."""
    journal = trusted(record)
    entries = {entry["seq"]: entry for entry in journal}
    whole = len(journal) == len(record["journal"])
    yield from _decisions(record, entries)
    if whole:
        yield from _request(record, journal)
    yield from _route(record, journal, whole=whole)
    yield from seat_faults(record, journal, whole=whole)
    yield from _attachments(record, journal)


def _decisions(record: Record, entries: Mapping[int, Row]) -> Iterator[Finding]:
    there = {row["seq"]: row for row in record["decisions"]}
    for seq, entry in entries.items():
        if entry["act"] in DECIDES and seq not in there:
            yield DECISIONS.finding(record, {"seq": seq}, f"缺失：第 {seq} 条办理记录说有处理意见")
    for seq, row in sorted(there.items()):
        entry = entries.get(seq, {})
        if behind_the_break(record, entries, seq):
            continue
        if entry.get("act") not in DECIDES:
            yield DECISIONS.finding(record, row, "没有对应的办理记录：是插入的，或 seq 被改动")
        elif wrong := differing(row, _decided(entry)):
            yield DECISIONS.finding(record, row, f"{wrong} 与第 {seq} 条办理记录不符：被改动")


def _decided(entry: Row) -> dict[str, Any]:
    """The columns of a decision, as its entry says."""
    detail = entry["detail"]
    if entry["act"] == "amended":
        said = {"person": entry["actor"], "verdict": Verdict.agree, "opinion": detail["opinion"], "fields": {}}
        return {**said, "to": None, "straight": False, "host": None, "decided_at": entry["at"]}
    said = {name: detail[name] for name in ("person", "verdict", "opinion", "fields", "to")}
    return {
        **said,
        "straight": detail.get("straight", False),
        "host": detail.get("next"),
        "decided_at": entry["at"],
    }


def _request(record: Record, journal: Sequence[Row]) -> Iterator[Finding]:
    if journal and (wrong := differing(record["request"], _said_of_request(journal))):
        yield of_request(record, f"{wrong} 与办理记录不符：被改动")


def _said_of_request(journal: Sequence[Row]) -> dict[str, Any]:
    """Columns of the request as the last entry about each of them says."""
    first = journal[0]
    said: dict[str, Any] = {"initiator": first["actor"], "submitted_at": first["at"]}
    said |= {"status": "open", "finished_at": None}
    for entry in journal:
        act, detail = entry["act"], entry["detail"]
        said |= {name: detail[name] for name in ("form", "facts", "rule_version") if name in detail}
        if act == "rules_changed":
            said["rule_version"] = detail["to_version"]
        if act == "finished":
            said |= {"status": detail["outcome"], "finished_at": entry["at"]}
        if act == "revoked":
            said["status"] = "revoked"
    return said


def _route(record: Record, journal: Sequence[Row], *, whole: bool) -> Iterator[Finding]:
    titles: dict[int, dict[int, str]] = {}
    for step in record["route"]:
        titles.setdefault(step["edition"], {})[step["position"]] = step["title"]
    for entry in journal:
        if entry["act"] in ("submitted", "amended"):
            edition = entry["detail"].get("edition", 1)
            said = dict(enumerate(entry["detail"]["route"], 1))
            yield from _titles(record, edition, said, titles.get(edition, {}))
    if whole:
        yield from _hosts(record, journal)


def _titles(record: Record, edition: int, said: Mapping[int, str], there: Mapping[int, str]) -> Iterator[Finding]:
    for position in sorted(said.keys() | there.keys()):
        if said.get(position) != there.get(position):
            place = {"edition": edition, "position": position}
            told = f"办理记录说这一步是「{said.get(position, '无')}」，在案的是「{there.get(position, '无')}」"
            yield ROUTE.finding(record, place, told)


def _hosts(record: Record, journal: Sequence[Row]) -> Iterator[Finding]:
    """Of the route in force, those whom the journal names."""
    said = _hosts_said(journal)
    for step in record["route"]:
        host = said.get(step["position"], step["host"])
        if step["edition"] == record["request"]["edition"] and step["host"] != host:
            yield ROUTE.finding(record, step, f"主办人是 {step['host']}，按办理记录是 {host}：被改动")


def _hosts_said(journal: Sequence[Row]) -> dict[int, str]:
    """Whom the last entry about each step says to be its host, by position."""
    said: dict[int, str] = {}
    edition = 1
    for entry in journal:
        act, detail = entry["act"], entry["detail"]
        if act == "rules_changed" or (act == "amended" and detail["edition"] != edition):
            said, edition = {}, detail.get("edition", edition)
        elif act == "opened":
            hosts = [each.removeprefix(HOST) for each in detail["people"] if each.startswith(HOST)]
            said |= {detail["position"]: hosts[0]} if hosts else {}
        elif act == "decided" and detail.get("next"):
            said[detail["position"] + 1] = detail["next"]
        elif act == "taken_back":
            said.pop(detail["position"] + 1, None)
    return said


def _attachments(record: Record, journal: Sequence[Row]) -> Iterator[Finding]:
    there = {row["id"]: row for row in record["attachments"]}
    attached = {
        file["id"]: file for entry in journal if entry["act"] == "attached" for file in entry["detail"]["files"]
    }
    for key in [*record["request"]["form"].get("attachments", []), *attached]:
        if key not in there:
            yield ATTACHMENTS.finding(record, {"id": key}, "缺失：申请单上有这个附件")
        elif wrong := differing(there[key], attached.get(key, {})):
            yield ATTACHMENTS.finding(record, there[key], f"{wrong} 与办理记录不符：被改动")
