"""What someone who may do anything in the database does to it: the request, the statements, and the row to be named."""

# ruff: noqa: S608 - statements made of our own words

MINE = "request_id = (SELECT id FROM request WHERE number = :number)"


def edit(table: str, change: str, where: str = "true") -> str:
    return f"UPDATE {table} SET {change} WHERE {MINE} AND {where}"


def edit_request(change: str) -> str:
    return f"UPDATE request SET {change} WHERE number = :number"


def delete(table: str, where: str = "true") -> str:
    return f"DELETE FROM {table} WHERE {MINE} AND {where}"


def of_sheet(statement: str) -> str:
    return f"{statement} WHERE sheet_id IN (SELECT id FROM sheet WHERE {MINE})"


# … of a row by its key; none: the key is not known beforehand
EDITED: dict[str, tuple[str, list[str], str, str | None]] = {
    "act of an entry": ("leave", [edit("journal", "act = 'commented'", "seq = 7")], "journal", "seq=7"),
    "actor of an entry": ("leave", [edit("journal", "actor = 'T1001'", "seq = 7")], "journal", "seq=7"),
    "time of an entry": ("leave", [edit("journal", "at = at - interval '1 day'", "seq = 3")], "journal", "seq=3"),
    "detail of an entry": (
        "leave",
        [edit("journal", 'detail = detail || \'{"opinion": "同意"}\'', "seq = 3")],
        "journal",
        "seq=3",
    ),
    "hash of an entry": ("leave", [edit("journal", "hash = repeat('0', 64)", "seq = 4")], "journal", "seq=4"),
    "detail of an open request's entry": (
        "waiting",
        [edit("journal", 'detail = detail || \'{"reason": "调动"}\'', "seq = 5")],
        "journal",
        "seq=5",
    ),
    "an entry deleted": ("waiting", [delete("journal", "seq = 3")], "journal", "seq=3"),
    "a filed request's entry deleted": ("contract", [delete("journal", "seq = 8")], "journal", "seq=8"),
    "the last entry deleted": ("waiting", [delete("journal", "seq = 5")], "journal", "seq=5"),
    "the last entries deleted": ("waiting", [delete("journal", "seq >= 4")], "journal", "seq=4"),
    "all entries deleted": ("waiting", [delete("journal")], "journal", "seq=1"),
    "an entry inserted at the end": (
        "waiting",
        [
            "INSERT INTO journal SELECT request_id, 6, at, actor, act, detail, hash, hash"
            f" FROM journal WHERE {MINE} AND seq = 5"
        ],
        "journal",
        "seq=6",
    ),
    "two entries changed about": (
        "waiting",
        [
            edit("journal", "seq = 99", "seq = 3"),
            edit("journal", "seq = 3", "seq = 4"),
            edit("journal", "seq = 4", "seq = 99"),
        ],
        "journal",
        "seq=3",
    ),
    "an opinion": ("leave", [edit("decision", "opinion = '不同意'", "seq = 7")], "decision", "seq=7"),
    "an open request's opinion": ("waiting", [edit("decision", "opinion = '不同意'", "seq = 3")], "decision", "seq=3"),
    "a verdict": ("trip", [edit("decision", "verdict = 'refuse'", "seq = 3")], "decision", "seq=3"),
    "step fields": (
        "contract",
        [edit("decision", "fields = fields || '{\"stamps_used\": 9}'", "seq = 18")],
        "decision",
        "seq=18",
    ),
    "whom a decision names": (
        "trip",
        [edit("decision", 'names = \'{"take-back": ["T1040"]}\'', "seq = 5")],
        "decision",
        "seq=5",
    ),
    "time of a decision": (
        "waiting",
        [edit("decision", "decided_at = decided_at + interval '1 hour'")],
        "decision",
        "seq=3",
    ),
    "a decision deleted": ("leave", [delete("decision", "seq = 9")], "decision", "seq=9"),
    "a decision inserted": (
        "waiting",
        [
            "INSERT INTO decision (work_item_id, request_id, seq, person, verdict, opinion, fields, names,"
            " straight, decided_at)"
            " SELECT id, request_id, 5, person, 'agree', '', '{}', '{}', false, opened_at FROM work_item"
            f" WHERE {MINE} AND state = 'open'"
        ],
        "decision",
        "seq=5",
    ),
    "the form": ("leave", [edit_request('form = form || \'{"reason": "出游"}\'')], "request", ""),
    "an open request's form": ("waiting", [edit_request('form = form || \'{"reason": "出游"}\'')], "request", ""),
    "the figures": ("leave", [edit_request('facts = \'{"days": "1"}\'')], "request", ""),
    "the outcome": ("refused", [edit_request("status = 'approved'")], "request", ""),
    "an open request called approved": (
        "waiting",
        [edit_request("status = 'approved', finished_at = now()")],
        "request",
        "",
    ),
    "the revocation undone": ("revoked", [edit_request("status = 'approved'")], "request", ""),
    "the head": ("withdrawn", [edit_request("head = repeat('f', 64)")], "request", ""),
    "the seq": ("waiting", [edit_request("seq = 9")], "request", ""),
    "the initiator": ("waiting", [edit_request("initiator = 'T1045'")], "request", ""),
    "the department": ("leave", [edit_request("department = '财务处'")], "request", ""),
    "when it was submitted": (
        "waiting",
        [edit_request("submitted_at = submitted_at - interval '9 days'")],
        "request",
        "",
    ),
    "the rule version": ("leave", [edit_request("rule_version = 0")], "request", ""),
    "the host of a step": (
        "leave",
        [edit("route_step", "host = 'T1001'", "edition = 1 AND position = 2")],
        "route_step",
        "edition=1 position=2",
    ),
    "the host of a step that is over": (
        "waiting",
        [edit("route_step", "host = 'T1001'", "position = 1")],
        "route_step",
        "edition=1 position=1",
    ),
    "a step's title": (
        "waiting",
        [edit("route_step", "title = '备案'", "position = 2")],
        "route_step",
        "edition=1 position=2",
    ),
    "a step deleted": ("waiting", [delete("route_step", "position = 2")], "route_step", "edition=1 position=2"),
    "a visit deleted": ("leave", [delete("visit", "round = 1")], "visit", None),
    "who held an item": ("leave", [edit("work_item", "person = 'T1001'", "person = 'T1033'")], "work_item", None),
    "for whom it was held": ("leave", [edit("work_item", "acting_for = NULL", "person = 'T1008'")], "work_item", "id="),
    "an item handed back": ("waiting", [edit("work_item", "person = 'T1033'", "person = 'T1032'")], "work_item", "id="),
    "a signer deleted": ("contract", [delete("step_change", "seq = 5")], "step_change", "seq=5"),
    "whom a signer was": ("contract", [edit("step_change", "seat = 'T1001'", "seq = 5")], "step_change", "seq=5"),
    "who had it before": ("waiting", [edit("former_holder", "person = 'T1001'")], "former_holder", "seq=5"),
    "who had it before deleted": ("waiting", [delete("former_holder")], "former_holder", "seq=5"),
    "a reading time": (
        "leave",
        [edit("notice", "confirmed_at = confirmed_at - interval '1 day'", "processed_by = 'agree'")],
        "notice",
        "id=",
    ),
    "a notice deleted": ("refused", [delete("notice", "topic = 'outcome'")], "notice", "id="),
    "name of an attachment": ("contract", [edit("attachment", "name = '别的.pdf'")], "attachment", "id="),
    "hash of an attachment": ("contract", [edit("attachment", "sha256 = repeat('a', 64)")], "attachment", "id="),
    "an attachment deleted": ("contract", [delete("attachment")], "attachment", "id="),
    "hash of a sheet": ("leave", [edit("sheet", "sha256 = repeat('0', 64)")], "sheet", "archive"),
    "path of a sheet": ("leave", [edit("sheet", "path = 'archive/x.pdf'")], "sheet", "archive"),
    "code of a sheet": ("leave", [edit("sheet", "code = repeat('7', 12)")], "sheet", "archive"),
    "pages of a sheet": ("leave", [edit("sheet", "pages = 9")], "sheet", "archive"),
    "when it was filed": ("leave", [edit("sheet", "filed_at = now()")], "sheet", "archive"),
    "a sheet deleted": ("refused", [delete("sheet")], "sheet", "archive"),
    "a slip called an archive copy": (
        "trip",
        [delete("sheet", "copy_kind = 'archive'"), edit("sheet", "copy_kind = 'archive'")],
        "sheet",
        "archive",
    ),
    "a sheet filed twice": (
        "refused",
        [
            "ALTER TABLE sheet DROP CONSTRAINT sheet_request_id_copy_kind_key",
            "INSERT INTO sheet SELECT gen_random_uuid(), request_id, copy_kind, path, sha256, size, pages, filed_at,"
            f" repeat('5', 12) FROM sheet WHERE {MINE}",
        ],
        "sheet",
        "archive",
    ),
    "a signature's row deleted": ("leave", [of_sheet("DELETE FROM signature")], "signature", "archive"),
    "certificate of a signature": (
        "leave",
        [of_sheet("UPDATE signature SET certificate = repeat('0', 64)")],
        "signature",
        "archive",
    ),
    "hash of a signature": (
        "leave",
        [of_sheet("UPDATE signature SET sha256 = repeat('0', 64)")],
        "signature",
        "archive",
    ),
    "whom a signature names": ("leave", [of_sheet("UPDATE signature SET subject = '别人'")], "signature", "archive"),
    "that a signature is for trial": (
        "leave",
        [of_sheet("UPDATE signature SET trial = false")],
        "signature",
        "archive",
    ),
    "that a signature has a timestamp": (
        "leave",
        [of_sheet("UPDATE signature SET timestamped = true")],
        "signature",
        "archive",
    ),
    "when it was signed": (
        "leave",
        [of_sheet("UPDATE signature SET signed_at = signed_at - interval '1 day'")],
        "signature",
        "archive",
    ),
    "a printed copy deleted": (
        "leave",
        [of_sheet("DELETE FROM printed_copy") + " AND copy_no = 1"],
        "printed_copy",
        "copy_no=1",
    ),
    "the last printed copy deleted": (
        "leave",
        [of_sheet("DELETE FROM printed_copy") + " AND copy_no = 2"],
        "printed_copy",
        "copy_no=2",
    ),
    "who printed it": (
        "refused",
        [of_sheet("UPDATE printed_copy SET printed_by = 'T1001'")],
        "printed_copy",
        "copy_no=1",
    ),
    "an archive entry deleted": ("leave", [of_sheet("DELETE FROM archive_entry")], "archive_entry", None),
    "the last archive entry deleted": ("contract", [of_sheet("DELETE FROM archive_entry")], "archive_entry", "Z109-WS"),
    "an archive entry changed": (
        "contract",
        [of_sheet("UPDATE archive_entry SET item_no = 9")],
        "archive_entry",
        None,
    ),
    "a request deleted": ("refused", ["DELETE FROM request WHERE number = :number"], "request", ""),
    "a number changed": ("refused", [edit_request("number = 'QJ-2026-000077', serial = 77")], "request", ""),
    "the counter": ("refused", ["UPDATE counter SET last = 2 WHERE prefix = 'QJ'"], "counter", None),
    "who decided has no account": ("leave", ["DELETE FROM person WHERE account = 'T1021'"], "person", None),
}
