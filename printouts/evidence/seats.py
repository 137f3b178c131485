"""The journal against the seats of the steps: who was asked, added, handed on, and who holds each item. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from models.finding import Finding
from models.record import Change
from models.route import Verdict
from printouts.evidence.chain import behind_the_break
from printouts.evidence.sections import CHANGES, FORMER, ITEMS, VISITS, Record, Row, differing

CHANGED = {
    "added": Change.added,
    "advised": Change.added,
    "removed": Change.removed,
    "taken_back": Change.taken_back,
}
HANDS_ON = frozenset({"transferred", "handed_over", "delegated", "came_home"})


def seat_faults(record: Record, journal: Sequence[Row], *, whole: bool) -> Iterator[Finding]:
    """Rows that the journal does not bear out, and entries whose row is missing.

    Args:
        journal: the entries to be believed; `whole`: all there are.
    """
    entries = {entry["seq"]: entry for entry in journal}
    yield from _changes(record, entries)
    yield from _former(record, entries)
    yield from _items(record, journal, whole=whole)


def _changes(record: Record, entries: Mapping[int, Row]) -> Iterator[Finding]:
    there = {row["seq"]: row for row in record["step_changes"]}
    for seq, entry in entries.items():
        if entry["act"] in CHANGED and seq not in there:
            yield CHANGES.finding(record, {"seq": seq}, f"缺失：见第 {seq} 条办理记录")
    for seq, row in there.items():
        entry = entries.get(seq, {})
        if behind_the_break(record, entries, seq):
            continue
        if entry.get("act") not in CHANGED or differing(row, _changed(entry)):
            yield CHANGES.finding(record, row, f"与第 {seq} 条办理记录不符：被改动，或是插入的")


def _changed(entry: Row) -> dict[str, Any]:
    detail, said = entry["detail"], {"what": CHANGED[entry["act"]], "part": entry["detail"]["part"]}
    if entry["act"] == "taken_back":
        return {**said, "position": detail["position"], "round": detail["round"]}
    return {**said, "seat": detail["person"], "where": detail.get("where")}


def _former(record: Record, entries: Mapping[int, Row]) -> Iterator[Finding]:
    there = {row["seq"] for row in record["former_holders"]}
    for seq, entry in entries.items():
        if entry["act"] in HANDS_ON and seq not in there:
            told = f"缺失：第 {seq} 条办理记录说待办从 {entry['detail']['person']} 转出"
            yield FORMER.finding(record, {"seq": seq, "work_item_id": "?"}, told)
    for row in record["former_holders"]:
        entry = entries.get(row["seq"], {})
        if behind_the_break(record, entries, row["seq"]):
            continue
        act, person = entry.get("act"), entry.get("detail", {}).get("person")
        if act not in HANDS_ON | {"opened"} or (act in HANDS_ON and person != row["person"]):
            yield FORMER.finding(record, row, f"与第 {row['seq']} 条办理记录不符：被改动，或是插入的")


def _items(record: Record, journal: Sequence[Row], *, whole: bool) -> Iterator[Finding]:
    opened, said = opened_seats(journal), {row["work_item_id"]: row for row in record["decisions"]}
    entries = {entry["seq"]: entry for entry in journal}
    there = set()
    for item in record["work_items"]:
        seat = item["round"], item["position"], item["part"], item["seat"]
        there.add(seat)
        decision = said.get(item["id"])
        carried = decision is not None and decision["verdict"] == Verdict.carry
        if whole and seat not in opened and not carried:
            yield ITEMS.finding(record, item, "没有开启它的办理记录：被改动，或是插入的")
        elif (item["state"] == "decided") != (decision is not None):
            yield ITEMS.finding(record, item, f"状态是 {item['state']}，与有无处理意见不符")
        elif decision and (wrong := differing(item, _decided_on(entries.get(decision["seq"])))):
            yield ITEMS.finding(record, item, f"{wrong} 与第 {decision['seq']} 条办理记录不符：被改动")
        elif whole and (wrong := differing(item, _held(record, item, entries))):
            yield ITEMS.finding(record, item, f"{wrong} 与转出的办理记录不符：被改动")
    visits = {(visit["round"], visit["position"]) for visit in record["visits"]}
    for round_, position, part, who in sorted(opened - there):
        told = f"缺失：办理记录说第 {round_} 轮第 {position} 步为 {who} 开启过（{part}）"
        yield ITEMS.finding(record, {"id": "?"}, told)
    for place in sorted({(round_, position) for round_, position, *_ in opened} - visits):
        yield VISITS.finding(record, dict(zip(VISITS.key, place, strict=True)), "缺失：办理记录说进入过这一步")


def opened_seats(journal: Sequence[Row]) -> set[tuple[int, int, str, str]]:
    """Round, position, part and seat of every item that was opened."""
    return {
        (entry["detail"]["round"], entry["detail"]["position"], *each.split(":", 1))
        for entry in journal
        if entry["act"] == "opened"
        for each in entry["detail"]["people"]
    }


def _decided_on(entry: Row | None) -> dict[str, Any]:
    """The columns of the item that was decided."""
    if entry is None or entry["act"] != "decided":
        return {}
    detail = entry["detail"]
    said = {name: detail[name] for name in ("round", "position", "part")}
    return {**said, "person": detail["person"], "acting_for": detail.get("acting_for")}


def _held(record: Record, item: Row, entries: Mapping[int, Row]) -> dict[str, Any]:
    """Who holds it, as the last entry by which it went on says."""
    moves = [row["seq"] for row in record["former_holders"] if row["work_item_id"] == item["id"]]
    if not moves:
        return {} if item["acting_for"] else {"person": item["seat"]}
    last = entries.get(max(moves), {})
    return {"person": last["detail"]["to"]} if last.get("act") in HANDS_ON else {}
