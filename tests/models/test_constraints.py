"""Every constraint of the record, by trying to break it on real PostgreSQL. A new one must be added here."""

# ruff: noqa: S608 - statements made of our own words

import pytest

from tests.models.full_record import BOGUS, NOWHERE, PLATE, Office, copy_of

OPEN_ITEM = "request_id = :contract AND state = 'open'"
ADDED = "what = 'added'"  # other tests leave other changes behind


def decision(verdict: str, opinion: str = "意见", to: str = "NULL", seq: str = "99", straight: str = "false") -> str:
    """A decision on an open item of the contract."""
    words = f"'{verdict}', '{opinion}', '{{}}', '{{}}', {to}, {straight}, now()"
    into = 'work_item_id, request_id, seq, person, verdict, opinion, fields, names, "to", straight, decided_at'
    item = f"SELECT id, request_id, {seq}, person, {words} FROM work_item WHERE {OPEN_ITEM} LIMIT 1"
    return f"INSERT INTO decision ({into}) {item}"


# table.constraint → statements that it must refuse. :contract, :sealed, :leave and :trip are requests.
BREAKING = {
    "person.is_staffstate": ["UPDATE person SET state = '退学' WHERE account = 'T1045'"],
    "person.person_no_key": [
        "UPDATE person SET no = (SELECT no FROM person WHERE account = 'T1001') WHERE account = 'T1045'"
    ],
    "request.is_status": ["UPDATE request SET status = 'draft', finished_at = now() WHERE id = :contract"],
    "request.finished_has_time": [
        "UPDATE request SET finished_at = now() WHERE id = :contract",
        "UPDATE request SET finished_at = NULL WHERE id = :sealed",
        "UPDATE request SET status = 'refused' WHERE id = :contract",
    ],
    "request.carried_only_what_is": [
        "UPDATE request SET carried_seq = seq + 1 WHERE id = :contract",
        "UPDATE request SET wake_seq = seq + 1 WHERE id = :contract",
    ],
    "request.number_form": [
        "UPDATE request SET serial = serial + 700000 WHERE id = :contract",
        "UPDATE request SET year = 2027 WHERE id = :contract",
    ],
    "request.request_number_key": [copy_of("request", "id = :leave", id="new")],
    "request.request_initiator_idempotency_key_key": [
        "UPDATE request SET idempotency_key = 'of the full record' WHERE id = :contract"
    ],
    "route_step.is_countersignrule": ["UPDATE route_step SET rule = 'most' WHERE request_id = :contract"],
    "visit.one_open_visit": [
        "UPDATE visit SET closed_at = NULL WHERE request_id = :contract",
        copy_of("visit", "request_id = :contract AND closed_at IS NULL", round=9),
    ],
    "work_item.is_part": [f"UPDATE work_item SET part = 'boss' WHERE {OPEN_ITEM}"],
    "work_item.is_itemstate": ["UPDATE work_item SET state = 'lost' WHERE request_id = :sealed"],
    "work_item.closed_has_time": [
        f"UPDATE work_item SET closed_at = now() WHERE {OPEN_ITEM}",
        "UPDATE work_item SET state = 'open' WHERE request_id = :sealed",
        "UPDATE work_item SET state = 'held' WHERE request_id = :sealed",
    ],
    "work_item.work_item_request_id_round_position_part_seat_key": [copy_of("work_item", OPEN_ITEM, id="new")],
    "step_change.is_change": [copy_of("step_change", ADDED, seq=98, what="x", by_part=None, by_seat=None, where=None)],
    "step_change.is_part": [copy_of("step_change", ADDED, seq=98, part="x")],
    "step_change.is_part_by": [copy_of("step_change", ADDED, seq=98, by_part="x")],
    "step_change.is_where": [copy_of("step_change", ADDED, seq=98, where="x")],
    "step_change.added_by_someone": [copy_of("step_change", ADDED, seq=98, by_seat=None)],
    "phrase.phrase_account_text_key": [copy_of("phrase", "true", id="new")],
    "delegation.not_oneself": ["UPDATE delegation SET delegate = principal"],
    "delegation.starts_before_it_ends": ["UPDATE delegation SET ends_at = starts_at"],
    "decision.is_verdict": [decision("maybe")],
    "decision.refusal_has_opinion": [decision("refuse", opinion="")],
    "decision.returns_go_straight": [decision("agree", straight="true")],
    "decision.return_has_target": [decision("return"), decision("agree", to="0")],
    "decision.decision_request_id_seq_key": [
        decision("agree", seq="(SELECT max(seq) FROM decision WHERE request_id = :contract)")
    ],
    "notice.is_topic": ["UPDATE notice SET topic = 'gossip' WHERE request_id = :contract"],
    "notice.is_delivery": ["UPDATE notice SET delivery = 'lost' WHERE request_id = :contract AND delivered_at IS NULL"],
    "notice.delivered_has_time": [
        "UPDATE notice SET delivered_at = NULL WHERE request_id = :contract AND delivery = 'delivered'",
        "UPDATE notice SET delivered_at = now() WHERE request_id = :contract AND delivery = 'sending'",
    ],
    "notice.confirmed_by_act": ["UPDATE notice SET confirmed_at = now() WHERE request_id = :contract"],
    "notice.processed_by_act": ["UPDATE notice SET processed_by = NULL WHERE request_id = :sealed"],
    "notice.notice_work_item_id_person_seq_channel_key": [copy_of("notice", "work_item_id IS NOT NULL", id="new")],
    "notice.told_once": [copy_of("notice", "work_item_id IS NULL", id="new")],
    "incident.one_open_incident": [copy_of("incident", "subject = 'x'", id="new")],
    "sheet.sha256_form": [copy_of("sheet", "request_id = :sealed", id="new", copy_kind="x", sha256="short")],
    "sheet.sheet_request_id_copy_kind_key": [copy_of("sheet", "request_id = :sealed", id="new")],
    "sheet.sheet_code_key": [copy_of("sheet", "request_id = :sealed", id="new", copy_kind="x")],
    "sheet.code_form": [
        copy_of("sheet", "request_id = :sealed", id="new", copy_kind="x", code=code) for code in ("I" * 12, "0" * 11)
    ],
    "signature.signed_by_hashes": [
        copy_of("signature", "true", sha256="short"),
        copy_of("signature", "true", certificate=""),
    ],
    "printed_copy.is_layout": [copy_of("printed_copy", "true", id="new", copy_no=7, layout="poster")],
    "printed_copy.counts_from_one": [copy_of("printed_copy", "true", id="new", copy_no=0)],
    "printed_copy.printed_copy_sheet_id_copy_no_key": [copy_of("printed_copy", "true", id="new")],
    "print_choice.is_layout": ["UPDATE print_choice SET layout = 'poster'"],
    "archive_entry.items_count_from_one": [copy_of("archive_entry", "true", item_no=0)],
    "archive_entry.retention_form": [
        copy_of("archive_entry", "true", item_no=7, retention=code) for code in ("X", "D0", "D", "10")
    ],
    "archive_entry.archive_entry_fonds_year_department_retention_item_no_key": [
        copy_of("archive_entry", "true", sheet_id="new")
    ],
    "seal_use.counts_are_counts": [
        "UPDATE seal_use SET stamps_used = -1 WHERE request_id = :sealed",
        "UPDATE seal_use SET stamps_spoiled = -1 WHERE request_id = :sealed",
    ],
    "seal_use.not_more_than_granted": ["UPDATE seal_use SET stamps_used = 3 WHERE request_id = :sealed"],
    "car.car_plate_key": [copy_of("car", f"plate = '{PLATE}'", no=998)],
    "log_in.is_pending": ["UPDATE log_in SET pending = 'tea'"],
    "log_in.log_in_id_key": [copy_of("log_in", "true", token_hash="1" * 64)],
    "leave_span.leave_overlaps": [
        """INSERT INTO leave_span SELECT :trip, person_no, leave_type, during, days
           FROM leave_span WHERE request_id = :leave"""
    ],
    "booking.car_booked": [
        """INSERT INTO booking SELECT :leave, car_no, (SELECT no FROM person WHERE account = 'T1040'), during
           FROM booking WHERE request_id = :trip"""
    ],
    "booking.driver_booked": [
        "INSERT INTO booking SELECT :leave, 999, driver_no, during FROM booking WHERE request_id = :trip"
    ],
}
SHADOWED = {
    "request.request_prefix_year_serial_key": "the number is made of these three, and is unique itself",
    "work_item.work_item_id_person_key": "id alone is unique; it is there for decisions to refer to",
}


@pytest.mark.parametrize(
    ("name", "statement"), [(name, each) for name, statements in BREAKING.items() for each in statements]
)
def test_constraints_refuse(office: Office, name: str, statement: str) -> None:
    assert office.refusal(statement) == name


def test_every_constraint_is_tried(office: Office) -> None:
    """Checks, unique and exclusion constraints, and unique indexes."""
    there = office.catalogue(
        """SELECT conrelid::regclass || '.' || conname FROM pg_constraint
           WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'u', 'x')
           UNION SELECT indrelid::regclass || '.' || relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
           WHERE indisunique AND NOT indisprimary AND relnamespace = 'public'::regnamespace"""
    )
    assert {name for (name,) in there} == BREAKING.keys() | SHADOWED.keys()


def test_every_primary_key_refuses_a_second_row(office: Office) -> None:
    keys = office.catalogue(
        """SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'p'
           AND connamespace = 'public'::regnamespace AND conrelid <> 'alembic_version'::regclass"""
    )
    assert len(keys) >= 20
    with office.without_triggers(table for table, _ in keys):
        for table, name in keys:
            assert office.refusal(copy_of(table, "true")) == f"{table}.{name}"


def test_every_reference_refuses_what_is_not_there(office: Office) -> None:
    """Some row, with one column of the reference pointing nowhere, is refused by that reference."""
    references = office.catalogue(
        """SELECT conrelid::regclass::text, conname, array_agg(attname::text), array_agg(typname::text)
           FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY(conkey)
           JOIN pg_type t ON t.oid = atttypid
           WHERE connamespace = 'public'::regnamespace AND contype = 'f' GROUP BY 1, 2"""
    )
    assert len(references) >= 30
    with office.without_triggers(table for table, *_ in references):
        for table, name, columns, types in references:
            tries = (
                f"UPDATE {table} SET {column} = {BOGUS.get(kind, NOWHERE)} WHERE ctid = '{place}'"
                for column, kind in zip(columns, types, strict=True)
                for (place,) in office.catalogue(f"SELECT ctid::text FROM {table} ORDER BY ctid DESC")
            )
            assert any(office.refusal(each) == f"{table}.{name}" for each in tries), f"{table}.{name}"


def test_every_required_value_is_required(office: Office) -> None:
    columns = office.catalogue(
        """SELECT table_name::text, column_name FROM information_schema.columns
           WHERE table_schema = 'public' AND is_nullable = 'NO' AND table_name <> 'alembic_version'"""
    )
    assert len(columns) >= 100
    with office.without_triggers(table for table, _ in columns):
        for table, column in columns:
            assert office.refusal(f'UPDATE {table} SET "{column}" = NULL') == f"{table}.{column}"
