"""Tampering by someone who may do anything in the database: `./oa verify` names the row."""

import json

import pytest
from sqlalchemy import Connection, text
from sqlmodel import Session

from models.journal import seal_entry
from ops.verifying import Counted, findings
from tests.ops.evidence import LATER, Office, first, verified
from tests.ops.mutations import EDITED, MINE, edit


def test_what_nobody_touched_is_clean(connection: Connection) -> None:
    """Rounds, an amended form, a delegate, a signer added, a word taken back, a hand-over; read late, and revoked."""
    counted = Counted()
    with Session(connection) as session:
        assert list(findings(session, counted, LATER)) == []
    assert counted.counts == {"requests": 8, "entries": 75, "sheets": 8, "signatures": 8, "attachments": 1}


@pytest.mark.parametrize("what", EDITED)
def test_an_edited_database_is_found_and_the_row_named(connection: Connection, office: Office, what: str) -> None:
    name, statements, table, row = EDITED[what]
    number = office.numbers[name]
    touched = [connection.execute(text(each), {"number": number}).rowcount for each in statements]
    assert all(touched), "nothing was tampered with"
    found = verified(connection)
    assert found, "not found"
    assert found[0].table == table, found
    assert row is None or found[0].row.startswith(f"{number} {row}".strip()), found


def test_a_rewritten_entry_is_found_though_its_hash_was_made_anew(connection: Connection, office: Office) -> None:
    rewrite(connection, office.numbers["waiting"], 3, whole=False)
    assert first(connection) == ("journal", f"{office.numbers['waiting']} seq=3")


def test_a_whole_chain_made_anew_is_found_by_the_filed_sheet(connection: Connection, office: Office) -> None:
    rewrite(connection, office.numbers["leave"], 3, whole=True)
    assert first(connection) == ("journal", f"{office.numbers['leave']} seq=3")


def test_a_decision_and_its_entry_forged_alike_are_found_by_the_filed_sheet(
    connection: Connection, office: Office
) -> None:
    forge = edit("decision", "opinion = '改过'", "seq = 3")
    connection.execute(text(forge), {"number": office.numbers["leave"]})
    rewrite(connection, office.numbers["leave"], 3, whole=True)
    assert first(connection) == ("journal", f"{office.numbers['leave']} seq=3")


def rewrite(connection: Connection, number: str, seq: int, *, whole: bool) -> None:
    """Another opinion in an entry, its hash made anew; `whole`: and those of all that follow, and the head."""
    mine = {"number": number}
    asked = text(f"SELECT * FROM journal WHERE {MINE} AND seq >= :seq ORDER BY seq")  # noqa: S608
    rows = connection.execute(asked, mine | {"seq": seq}).all()
    previous = rows[0].previous
    for row in rows if whole else rows[:1]:
        detail = row.detail | ({"opinion": "改过"} if row.seq == seq else {})
        entry = seal_entry(str(row.request_id), row.seq, row.at, row.actor, row.act, detail, previous)
        change = text(edit("journal", "detail = :detail, previous = :previous, hash = :hash", "seq = :seq"))
        values = {"detail": json.dumps(detail), "previous": previous, "hash": entry.hash, "seq": row.seq}
        connection.execute(change, mine | values)
        previous = entry.hash
    if whole:
        connection.execute(text("UPDATE request SET head = :head WHERE number = :number"), mine | {"head": previous})
