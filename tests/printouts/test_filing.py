"""Filing: exactly once, whole or not at all, and damage is noticed."""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine, make_url, text
from sqlmodel import Session, create_engine, delete, select

from models.database import engine
from models.migrate import upgrade
from models.papers import Sheet, Signature
from models.settings import ROOT, settings
from printouts.filing import tries
from printouts.filing.archive_check import Fault, Finding, verify
from printouts.filing.durable import keep
from printouts.filing.sheets import SheetDamaged, file_sheet, keep_signature, read_sheet
from printouts.signing.sign import Signed
from tests.printouts import on_record
from tests.printouts.office import at

PDF = b"%PDF-1.7 a sheet"
OLD = datetime.now(UTC) + timedelta(hours=2)  # by then, what was written just now is no longer fresh


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings(), "home", tmp_path)
    return tmp_path


@pytest.fixture
def done(session: Session, home: Path) -> UUID:  # noqa: ARG001 - its files go there
    """A finished request."""
    return on_record.leave(session)


@pytest.fixture
def empty_archive(session: Session) -> None:
    """No sheets of other tests: their files lie in other homes. Rolled back with the rest."""
    session.execute(text("SET LOCAL session_replication_role = replica"))
    session.execute(delete(Signature))
    session.execute(delete(Sheet))
    session.execute(text("SET LOCAL session_replication_role = origin"))


def files(home: Path) -> list[Path]:
    return [file for file in home.rglob("*") if file.is_file()]


def test_a_sheet_is_filed_under_its_year_and_hash_read_only(session: Session, done: UUID, home: Path) -> None:
    sheet = file_sheet(session, done, "archive", PDF, 2, at(20))
    assert sheet.path == f"archive/2026/{sheet.sha256[:2]}/{sheet.sha256}.pdf"
    assert (home / sheet.path).stat().st_mode & 0o777 == 0o444
    assert (read_sheet(sheet), sheet.size, sheet.pages) == (PDF, len(PDF), 2)


def test_filing_again_returns_the_first_sheet_and_writes_nothing(session: Session, done: UUID, home: Path) -> None:
    first = file_sheet(session, done, "archive", PDF, 2, at(20))
    again = file_sheet(session, done, "archive", PDF + b" drawn later", 3, at(21))
    assert (again.id, again.sha256) == (first.id, first.sha256)
    assert files(home) == [home / first.path]


def test_each_copy_is_filed_for_itself(session: Session, done: UUID) -> None:
    slip = file_sheet(session, done, "dispatch", PDF, 1, at(20))
    assert slip.id != file_sheet(session, done, "archive", PDF, 1, at(20)).id


def test_when_the_folder_cannot_be_made_nothing_is_filed(session: Session, done: UUID, home: Path) -> None:
    (home / "archive").write_bytes(b"")
    with pytest.raises(OSError, match="archive"):
        file_sheet(session, done, "archive", PDF, 2, at(20))
    assert session.exec(select(Sheet).where(Sheet.request_id == done)).all() == []
    (home / "archive").unlink()
    assert read_sheet(file_sheet(session, done, "archive", PDF, 2, at(20))) == PDF


def test_when_the_disk_is_full_no_half_file_is_left(home: Path) -> None:
    write = (
        "import resource, pathlib, sys; from printouts.filing.durable import keep\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "keep(pathlib.Path(sys.argv[1]), b'x' * 5000)"
    )
    target = home / "archive" / "sheet.pdf"
    done = subprocess.run([sys.executable, "-c", write, target], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "File too large" in done.stderr
    assert files(home) == []


def test_a_changed_or_missing_file_is_told_not_handed_out(session: Session, done: UUID, home: Path) -> None:
    sheet = file_sheet(session, done, "archive", PDF, 2, at(20))
    keep(home / sheet.path, b"something else")
    with pytest.raises(SheetDamaged):
        read_sheet(sheet)
    with pytest.raises(SheetDamaged):
        file_sheet(session, done, "archive", b"drawn later", 2, at(21))
    (home / sheet.path).unlink()
    with pytest.raises(SheetDamaged):
        read_sheet(sheet)


def test_the_very_same_bytes_mend_a_damaged_file(session: Session, done: UUID, home: Path) -> None:
    sheet = file_sheet(session, done, "archive", PDF, 2, at(20))
    keep(home / sheet.path, b"something else")
    assert read_sheet(file_sheet(session, done, "archive", PDF, 2, at(21))) == PDF


@pytest.mark.usefixtures("empty_archive")
def test_a_sound_archive_has_nothing_to_report(session: Session, done: UUID) -> None:
    file_sheet(session, done, "archive", PDF, 2, at(20))
    assert verify(session, OLD) == []


@pytest.mark.usefixtures("empty_archive")
def test_damage_and_leftovers_are_reported_apart(session: Session, done: UUID, home: Path) -> None:
    sheet = file_sheet(session, done, "archive", PDF, 2, at(20))
    (home / sheet.path).unlink()
    keep(home / "archive" / "2026" / "row-never-committed.pdf", PDF)
    keep(home / "archive" / "2026" / "killed.part", PDF)
    found = verify(session, OLD)
    assert found == [
        Finding(Fault.damaged, sheet.path),
        Finding(Fault.unfinished, "archive/2026/killed.part"),
        Finding(Fault.unreferenced, "archive/2026/row-never-committed.pdf"),
    ]
    assert [finding.harmless for finding in found] == [False, True, True]


@pytest.mark.usefixtures("empty_archive")
def test_the_file_of_a_signature_belongs_to_the_archive_and_must_be_sound(
    session: Session, done: UUID, home: Path
) -> None:
    sheet = file_sheet(session, done, "archive", PDF, 2, at(20))
    signed = Signed(PDF + b" signed", "0" * 64, "天辰学院", False, False, at(21))
    assert keep_signature(session, sheet, signed)
    assert verify(session, OLD) == []
    signature = session.get_one(Signature, sheet.id)
    assert (read_sheet(sheet), read_sheet(signature)) == (PDF, signed.pdf)
    (home / signature.path).unlink()
    assert verify(session, OLD) == [Finding(Fault.damaged, signature.path)]


def test_what_a_try_that_died_has_written_is_cleared_away_unless_a_row_names_it(
    session: Session, done: UUID, home: Path
) -> None:
    with session.begin_nested() as died:
        file_sheet(session, done, "archive", PDF + b" drawn first", 2, at(20))
        died.rollback()
    sheet = file_sheet(session, done, "archive", PDF, 2, at(20))
    assert files(home) == [home / sheet.path]
    tries.begin(session, f"{done}-archive", Path("archive/2026/00/next.pdf"))
    assert files(home) == [home / sheet.path]


@pytest.mark.usefixtures("empty_archive")
def test_what_is_being_written_now_is_not_yet_a_leftover(session: Session, home: Path) -> None:
    keep(home / "archive" / "2026" / "busy.part", PDF)
    assert verify(session, datetime.now(UTC)) == []


@pytest.fixture
def own_database(database: str, home: Path) -> Iterator[Engine]:  # noqa: ARG001 - files go there
    """A database of its own, since two workers need what the other has committed."""
    url = make_url(database).set(database=f"two_workers_{os.getpid()}")
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {url.database}"))
    upgrade(url.render_as_string(hide_password=False))
    made = create_engine(url.set(drivername="postgresql+psycopg"))
    yield made
    made.dispose()


def test_of_two_workers_the_second_is_given_the_first_ones_sheet(own_database: Engine, home: Path) -> None:
    with Session(own_database) as session, session.begin():
        on_record.people(session)
        request = on_record.leave(session)

    def work(number: int) -> tuple[UUID, str]:
        with Session(own_database) as session, session.begin():
            sheet = file_sheet(session, request, "archive", PDF + bytes([number]), 2, at(20))
            return sheet.id, sheet.path

    with ThreadPoolExecutor(8) as workers:
        filed = set(workers.map(work, range(8)))
    assert len(filed) == 1
    assert files(home) == [home / path for _, path in filed]
