"""The triggers of the record: what may not be changed, what must follow what, and the wake at the commit."""

# ruff: noqa: S608 - statements made of our own words

import pytest

from tests.models.full_record import Office, copy_of

# table.trigger → statements that it must refuse, and a part of what it says.
GUARDED: dict[str, tuple[str, list[str]]] = {
    "journal.append_only": (
        "journal is append-only",
        [
            "UPDATE journal SET act = 'other' WHERE request_id = :contract",
            "DELETE FROM journal WHERE request_id = :leave",
        ],
    ),
    "journal.append_only_whole": ("journal is append-only", ["TRUNCATE journal"]),
    "journal.chain": (
        "does not follow",
        [
            copy_of("journal", "request_id = :contract", seq=900),
            copy_of("journal", "request_id = :contract AND seq = 2", seq=0),
            """INSERT INTO journal SELECT request_id, seq + 1, at, actor, act, detail, previous, hash FROM journal
               WHERE (request_id, seq) IN (SELECT id, seq FROM request WHERE id = :contract)""",
            copy_of("journal", "request_id = :contract AND seq = 1", seq=2),
        ],
    ),
    "security_event.append_only": (
        "security_event is append-only",
        ["UPDATE security_event SET account = 'T1001'", "DELETE FROM security_event"],
    ),
    "security_event.append_only_whole": ("security_event is append-only", ["TRUNCATE security_event"]),
    "sheet.append_only": (
        "sheet is append-only",
        ["UPDATE sheet SET sha256 = repeat('1', 64)", "DELETE FROM sheet WHERE request_id = :sealed"],
    ),
    "sheet.finished": (
        "an unfinished request has no archive sheet",
        [
            """INSERT INTO sheet (id, request_id, copy_kind, code, path, sha256, size, pages, filed_at)
               VALUES (gen_random_uuid(), :contract, 'archive', repeat('0', 12), 'x', repeat('0', 64), 1, 1, now())"""
        ],
    ),
    "signature.append_only": (
        "signature is append-only",
        ["UPDATE signature SET trial = false", "DELETE FROM signature"],
    ),
    "printed_copy.append_only": (
        "printed_copy is append-only",
        ["UPDATE printed_copy SET copy_no = 2", "DELETE FROM printed_copy"],
    ),
    "archive_entry.append_only": (
        "archive_entry is append-only",
        ["UPDATE archive_entry SET item_no = 2", "DELETE FROM archive_entry"],
    ),
    "rule_table.append_only": (
        "rule_table is append-only",
        ["UPDATE rule_table SET rules = '{}' WHERE kind = 'leave'", "DELETE FROM rule_table WHERE version = 99"],
    ),
    "decision.append_only": (
        "decision is append-only",
        [
            f"UPDATE decision SET {change} WHERE request_id = :sealed"
            for change in (
                "work_item_id = gen_random_uuid()",
                "request_id = gen_random_uuid()",
                "seq = seq + 100",
                "person = 'T1001'",
                "verdict = 'finish'",
                "opinion = '改过'",
                """fields = '{"x": 1}'""",
                """names = '{"x": ["T1001"]}'""",
                '"to" = 1',
                "straight = true",
                "host = 'T1001'",
                "decided_at = decided_at + interval '1 second'",
            )
        ],
    ),
    "step_change.append_only": (
        "step_change is append-only",
        ["UPDATE step_change SET seat = 'T1001'", "DELETE FROM step_change"],
    ),
    "former_holder.append_only": (
        "former_holder is append-only",
        ["UPDATE former_holder SET person = 'T1001'", "DELETE FROM former_holder"],
    ),
    "decision.no_delete": ("decision is append-only", ["DELETE FROM decision WHERE request_id = :sealed"]),
    "request.no_delete": ("request is append-only", ["DELETE FROM request WHERE id = :leave"]),
    "request.permitted_move": (
        "may not move like that",
        [
            f"UPDATE request SET {change} WHERE id = :sealed"
            for change in (
                "number = 'YY-2026-999999', serial = 999999",
                "kind = 'leave'",
                "initiator = 'T1001'",
                "rule_version = 99",
                "rule_version = 99, edition = edition + 1",
                "seq = seq - 1",
                "status = 'open', finished_at = NULL",
                "status = 'refused'",
                "status = 'withdrawn'",
            )
        ]
        + ["UPDATE request SET rule_version = 0 WHERE id = :contract"],
    ),
}


@pytest.mark.parametrize(
    ("told", "statement"), [(told, each) for told, statements in GUARDED.values() for each in statements]
)
def test_guards_refuse(office: Office, told: str, statement: str) -> None:
    refused = office.refusal(statement)
    assert refused is not None
    assert told in refused


def test_every_trigger_is_tried(office: Office) -> None:
    there = office.catalogue("SELECT tgrelid::regclass || '.' || tgname FROM pg_trigger WHERE NOT tgisinternal")
    assert {name for (name,) in there} == GUARDED.keys() | {"request.wake"}  # see test_wake.py


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE request SET status = 'revoked' WHERE id = :sealed",  # 通过后撤销
        "UPDATE request SET rule_version = 99 WHERE id = :leave",  # 换用新版规则
        "UPDATE request SET flow_run_id = gen_random_uuid() WHERE id = :sealed",
        "UPDATE decision SET carried_at = now() WHERE request_id = :sealed",
    ],
)
def test_guards_let_pass_what_is_meant(office: Office, change: str) -> None:
    assert office.refusal(change) is None
