"""What the record itself cannot show, the daily heads do: a cut tail, a chain made anew, a request or a sheet gone."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import rmtree

import pytest
from sqlalchemy import Connection, text
from sqlmodel import Session

from flows.engine.heads import keep_due
from models.finding import Finding
from models.settings import settings
from ops.heads_check import heads_faults
from tests.flows.sample import NOW
from tests.ops.evidence import LATER, Office, verified
from tests.ops.mutations import MINE, delete, edit, edit_request, of_sheet
from tests.ops.test_tampering import rewrite

FRIDAY, SATURDAY, SUNDAY = (f"heads-2026-11-{day}.csv" for day in (20, 21, 22))
DAY = timedelta(days=1)


@pytest.fixture
def folder(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where three days' heads were brought; we keep copies of our own."""
    monkeypatch.setattr(settings(), "home", tmp_path / "home")
    monkeypatch.setattr(settings(), "heads_folder", tmp_path / "share")
    (tmp_path / "share").mkdir()
    for days in (1, 3):
        keep_due(NOW + days * DAY)
    monkeypatch.setattr(settings(), "home", office.home)
    (tmp_path / "home" / "heads").rename(office.home / "heads")
    yield tmp_path / "share"
    rmtree(office.home / "heads", ignore_errors=True)


def found(connection: Connection, folder: Path) -> list[Finding]:
    with Session(connection) as session:
        return list(heads_faults(session, folder))


def test_untouched_heads_agree(connection: Connection, folder: Path) -> None:
    assert sorted(file.name for file in folder.iterdir()) == [FRIDAY, SATURDAY, SUNDAY]
    assert found(connection, folder) == []


def cut(connection: Connection, number: str, last: int) -> None:
    """The tail of a chain, and everything that came with it, made to fit."""
    mine = {"number": number}
    for table in ("decision", "former_holder", "step_change", "journal"):
        connection.execute(text(delete(table, f"seq > {last}")), mine)
    connection.execute(text(delete("work_item", "round * 100 + position > 101")), mine)
    connection.execute(text(delete("visit", "round * 100 + position > 101")), mine)
    connection.execute(text(edit("work_item", "state = 'open', closed_at = NULL")), mine)
    hash_ = f"(SELECT hash FROM journal WHERE {MINE} AND seq = {last})"  # noqa: S608 - our own words
    put_back = f"seq = {last}, head = {hash_}, position = 1, wake_seq = {last}, carried_seq = {last}"
    connection.execute(text(edit_request(put_back)), mine)


def test_a_cut_tail_is_found_by_the_heads_alone(connection: Connection, office: Office, folder: Path) -> None:
    number = office.numbers["waiting"]
    cut(connection, number, 2)
    assert [each for each in verified(connection) if each.row.startswith(number)] == []
    first = found(connection, folder)[0]
    assert (first.table, first.row) == ("journal", f"{number} seq=3")
    assert FRIDAY in first.told


def test_a_chain_made_anew_is_found_by_the_heads_alone(connection: Connection, office: Office, folder: Path) -> None:
    number = office.numbers["waiting"]
    connection.execute(text(edit("decision", "opinion = '改过'", "seq = 3")), {"number": number})
    rewrite(connection, number, 3, whole=True)
    assert verified(connection) == []
    assert [(each.table, each.row) for each in found(connection, folder)] == [("journal", f"{number} seq=5")]


def test_the_last_request_deleted_with_all_its_rows_is_found(
    connection: Connection, office: Office, folder: Path
) -> None:
    number = office.numbers["waiting"]
    tables = "route_step", "journal", "decision", "former_holder", "step_change", "notice", "work_item", "visit"
    for table in (*tables, "leave_span"):
        connection.execute(text(delete(table)), {"number": number})
    connection.execute(
        text("DELETE FROM leave_span WHERE request_id = (SELECT id FROM request WHERE number = :n)"), {"n": number}
    )
    connection.execute(text("DELETE FROM request WHERE number = :number"), {"number": number})
    connection.execute(text("UPDATE counter SET last = last - 1 WHERE prefix = 'QJ'"))
    assert [each for each in verified(connection) if each.row == number] == []
    first = found(connection, folder)[0]
    assert (first.table, first.row) == ("request", number)


def test_two_requests_with_their_numbers_changed_about_are_found(
    connection: Connection, office: Office, folder: Path
) -> None:
    one, other = office.numbers["waiting"], office.numbers["refused"]
    spare = "QJ-2026-000099"
    change = text("UPDATE request SET number = CAST(:new AS text), serial = :serial WHERE number = :old")
    for old, new in ((one, spare), (other, one), (spare, other)):
        connection.execute(change, {"old": old, "new": new, "serial": int(new[-6:])})
    rows = {each.row.split()[0] for each in found(connection, folder)}
    assert {one, other} <= rows


@pytest.fixture
def all_of_them(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One file about everything, the sheets too."""
    (tmp_path / "share").mkdir()
    monkeypatch.setattr(settings(), "home", tmp_path)
    keep_due(max(LATER, NOW) + DAY)
    monkeypatch.setattr(settings(), "home", office.home)
    return tmp_path / "heads"


def test_a_sheet_that_was_unsigned_and_filed_anew_is_found(
    connection: Connection, office: Office, all_of_them: Path
) -> None:
    number = office.numbers["refused"]
    assert found(connection, all_of_them) == []
    connection.execute(text(of_sheet("DELETE FROM signature")), {"number": number})
    connection.execute(text(edit("sheet", "sha256 = repeat('0', 64)")), {"number": number})
    rows = [(each.table, each.row) for each in found(connection, all_of_them)]
    assert rows == [("sheet", f"{number} archive"), ("signature", f"{number} archive")]


def edited(file: Path) -> None:
    lines = file.read_text().splitlines()
    lines[-2] = lines[-2].replace("-2026-", "-2025-").replace(",1,", ",2,")
    overwrite(file, "\n".join(lines) + "\n")


def overwrite(file: Path, content: str) -> None:
    file.unlink()
    file.write_text(content)


FILES_FORGED: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "the first day removed": (Path.unlink, FRIDAY, FRIDAY),
    "a day removed": (Path.unlink, SATURDAY, SATURDAY),
    "the last day removed": (Path.unlink, SUNDAY, SUNDAY),
    "a line edited": (edited, SATURDAY, f"{SATURDAY} line="),
    "a line of the last day edited": (edited, SUNDAY, f"{SUNDAY} line="),
    "emptied": (lambda file: overwrite(file, ""), SATURDAY, SATURDAY),
    "no such file any more": (lambda file: overwrite(file, "chain,x\n"), SATURDAY, SATURDAY),
}


@pytest.mark.parametrize("what", FILES_FORGED)
def test_heads_removed_or_edited_are_found(connection: Connection, folder: Path, what: str) -> None:
    forge, name, row = FILES_FORGED[what]
    forge(folder / name)
    first = found(connection, folder)[0]
    assert first.table == "heads"
    assert first.row.startswith(row)


def test_without_copies_of_our_own_the_links_still_show_it(
    connection: Connection, office: Office, folder: Path
) -> None:
    edited(folder / SATURDAY)
    rmtree(office.home / "heads")
    assert found(connection, folder)[0].row == SATURDAY


def test_nothing_about_people_is_in_the_files(folder: Path) -> None:
    for file in folder.iterdir():
        assert file.read_bytes().isascii()
        assert "T10" not in file.read_text()
        assert datetime.fromtimestamp(file.stat().st_mtime, UTC)
        assert file.stat().st_mode & 0o777 == 0o444
