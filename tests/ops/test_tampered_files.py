"""Tampering with the files on the disk, and with the rows that name them: `./oa verify` names the sheet."""

import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pikepdf
import pytest
from sqlalchemy import Connection, text
from sqlmodel import Session

from models.settings import settings
from ops.verifying import Counted, findings
from printouts.filing.durable import keep
from printouts.gathering.record_file import FIRST
from tests.ops.evidence import CONTRACT, LATER, Office, first, verified
from tests.ops.mutations import MINE, edit, of_sheet


def sheet_file(connection: Connection, number: str, copy: str = "archive") -> Path:
    asked = text(f"SELECT path FROM sheet WHERE {MINE} AND copy_kind = :copy")  # noqa: S608 - our own words
    path: str = connection.execute(asked, {"number": number, "copy": copy}).scalar_one()
    return settings().data / path


def replace(path: Path, content: bytes) -> None:
    path.unlink()
    path.write_bytes(content)


def flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


FILE_FORGED: dict[str, Callable[[bytes], bytes]] = {
    "a byte flipped": flipped,
    "cut short": lambda content: content[:-1],
    "lengthened": lambda content: content + b" ",
    "emptied": lambda _: b"",
    "no PDF any more": lambda _: b"%PDF-1.7",
}


@pytest.mark.usefixtures("papers")
@pytest.mark.parametrize("what", FILE_FORGED)
def test_a_changed_sheet_file_is_found(connection: Connection, office: Office, what: str) -> None:
    path = sheet_file(connection, office.numbers["contract"])
    replace(path, FILE_FORGED[what](path.read_bytes()))
    assert first(connection) == ("sheet", f"{office.numbers['contract']} archive")


@pytest.mark.usefixtures("papers")
def test_a_deleted_sheet_file_is_found(connection: Connection, office: Office) -> None:
    sheet_file(connection, office.numbers["contract"]).unlink()
    assert first(connection) == ("sheet", f"{office.numbers['contract']} archive")


@pytest.mark.usefixtures("papers")
def test_a_sheet_file_swapped_with_anothers_is_found(connection: Connection, office: Office) -> None:
    mine, other = (sheet_file(connection, office.numbers[name]) for name in ("leave", "refused"))
    content = mine.read_bytes()
    replace(mine, other.read_bytes())
    replace(other, content)
    found = [each.row for each in verified(connection)]
    assert found == [f"{office.numbers[name]} archive" for name in ("leave", "refused")]


def test_rows_that_name_each_others_sheet_are_found(connection: Connection, office: Office) -> None:
    columns = "path, sha256, size, pages, code"
    swap = f"UPDATE sheet s SET ({columns}) = (SELECT {columns} FROM sheet o WHERE o.id = :other) WHERE s.id = :id"  # noqa: S608
    connection.execute(text("ALTER TABLE sheet DROP CONSTRAINT sheet_code_key"))
    ids = [sheet_id(connection, office.numbers[name]) for name in ("leave", "refused")]
    connection.execute(text(swap), {"id": ids[0], "other": ids[1]})
    assert first(connection) == ("sheet", f"{office.numbers['leave']} archive")


def sheet_id(connection: Connection, number: str) -> UUID:
    asked = text(f"SELECT id FROM sheet WHERE {MINE}")  # noqa: S608 - our own words
    found: UUID = connection.execute(asked, {"number": number}).scalar_one()
    return found


@pytest.mark.usefixtures("papers")
def test_a_signature_stripped_is_found_though_all_rows_were_made_to_fit(connection: Connection, office: Office) -> None:
    path = sheet_file(connection, office.numbers["leave"])
    content = path.read_bytes()
    drawn = content[: content.index(b"%%EOF") + len(b"%%EOF\n")]
    assert len(drawn) < len(content)
    fit(connection, office.numbers["leave"], path, drawn)
    assert first(connection) == ("signature", f"{office.numbers['leave']} archive")


@pytest.mark.usefixtures("papers")
def test_another_record_in_the_sheet_is_found_though_all_rows_were_made_to_fit(
    connection: Connection, office: Office
) -> None:
    path = sheet_file(connection, office.numbers["leave"])
    fit(connection, office.numbers["leave"], path, forged_record(path))
    assert first(connection) == ("signature", f"{office.numbers['leave']} archive")


@pytest.mark.usefixtures("papers")
def test_another_record_in_an_unsigned_sheet_is_found(connection: Connection, office: Office) -> None:
    path = sheet_file(connection, office.numbers["leave"])
    fit(connection, office.numbers["leave"], path, forged_record(path))
    connection.execute(text(of_sheet("DELETE FROM signature")), {"number": office.numbers["leave"]})
    assert first(connection) == ("sheet", f"{office.numbers['leave']} archive")


@pytest.mark.usefixtures("papers")
def test_a_sheet_of_the_first_format_is_sound_and_still_bears_witness(connection: Connection, office: Office) -> None:
    number = office.numbers["leave"]
    path = sheet_file(connection, number)
    fit(connection, number, path, of_the_first_format(path))
    connection.execute(text(of_sheet("DELETE FROM signature")), {"number": number})
    assert verified(connection) == []
    connection.execute(text(edit("visit", "opened_at = opened_at - interval '1 day'")), {"number": number})
    assert first(connection)[0] == "visit"


def fit(connection: Connection, number: str, path: Path, content: bytes) -> None:
    """Put another file there, and have every row say that this is what was filed."""
    replace(path, content)
    values = {"number": number, "sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    connection.execute(text(edit("sheet", "sha256 = :sha256, size = :size")), values)
    connection.execute(text(of_sheet("UPDATE signature SET sha256 = :sha256, size = :size")), values)


def forged_record(path: Path) -> bytes:
    """Another opinion in the record.json that a sheet carries."""

    def forge(record: dict[str, Any]) -> None:
        record["decisions"][0]["opinion"] = "改过"

    return with_record(path, forge)


def of_the_first_format(path: Path) -> bytes:
    """As sheets were filed before there were codes and signatures."""

    def make_older(record: dict[str, Any]) -> None:
        record["format"] = FIRST
        for part in ("sheet", "step_changes", "former_holders"):
            del record[part]
        for decision in record["decisions"]:
            del decision["straight"], decision["host"]

    return with_record(path, make_older)


def with_record(path: Path, change: Callable[[dict[str, Any]], None]) -> bytes:
    """The sheet with its record.json changed, unsigned."""
    with pikepdf.open(path) as pdf:
        file = pdf.attachments["record.json"].get_file()
        record = json.loads(file.read_bytes())
        change(record)
        content = json.dumps(record).encode()
        del pdf.attachments["record.json"]
        pdf.attachments["record.json"] = pikepdf.AttachedFileSpec(pdf, content, mod_date=str(file.obj.Params.ModDate))
        del pdf.Root.AcroForm, pdf.pages[0].Annots
        forged = io.BytesIO()
        pdf.save(forged)
    return forged.getvalue()


@pytest.mark.usefixtures("papers")
@pytest.mark.parametrize("deleted", [False, True])
def test_a_changed_or_deleted_attachment_is_found(connection: Connection, office: Office, deleted: bool) -> None:
    digest = hashlib.sha256(CONTRACT).hexdigest()
    path = settings().files / digest[:2] / digest
    replace(path, flipped(CONTRACT))
    if deleted:
        path.unlink()
    table, row = first(connection)
    assert (table, row.split()[0]) == ("attachment", office.numbers["contract"])


def test_leftovers_of_a_crash_are_told_apart_and_harmless(connection: Connection) -> None:
    keep(settings().archive / "2026" / "row-never-committed.pdf", b"%PDF")
    with Session(connection) as session:
        found = list(findings(session, Counted(), LATER))
    (settings().archive / "2026" / "row-never-committed.pdf").unlink()
    assert [(each.table, each.row, each.harmless) for each in found] == [
        ("file", "archive/2026/row-never-committed.pdf", True)
    ]
