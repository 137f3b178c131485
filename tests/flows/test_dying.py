"""SIGKILL at each point between outcome and filed, five times each; a full disk: filed once afterwards, and clean."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import select

from models.database import transaction
from models.papers import Sheet, Signature
from models.record import JournalEntry, Request
from models.route import Verdict
from models.settings import ROOT, settings
from printouts.filing.archive_check import verify
from printouts.filing.sheets import newest, read_sheet
from printouts.signing.signed import check_signature
from tests.flows import sample
from tests.flows.acting import ask, says
from tests.flows.dying import POINTS
from tests.printouts.reading import LEAVES_A_FILE_OPEN, opened
from tests.printouts.signer import certificate, key_file, rsa_key

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.filterwarnings(LEAVES_A_FILE_OPEN)]
TIMES = 5
Worker = Callable[..., int]


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return key_file(tmp_path_factory.mktemp("key") / "office.p12", rsa_key(), certificate(rsa_key()))


@pytest.fixture(scope="module")
def worker(database: str, key: Path) -> Iterator[Worker]:  # noqa: ARG001 - it must be there first
    """Does a job in a child of its own; how that ended."""
    own = {"OA_HOME": str(settings().data), "OA_SIGN_FILE": str(key), "OA_SIGN_PASSWORD": "office"}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.flows.dying"],
        cwd=ROOT,
        env=os.environ | own,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    with process:
        asks, answers = process.stdin, process.stdout

        def work(do: str, about: UUID, **more: str) -> int:
            asks.write(json.dumps({"do": do, "about": str(about), **more}) + "\n")
            asks.flush()
            return int(answers.readline())

        yield work
        asks.close()


@pytest.fixture
def done() -> UUID:
    """A trip that was refused, and is not filed yet."""
    with transaction() as session:
        request = ask(session, sample.vehicle())
        return says(session, sample.HEAD, request, Verdict.refuse).id


@pytest.fixture
def unsigned(done: UUID, worker: Worker, key: Path) -> Sheet:
    """The same, filed while the key was away."""
    away = key.rename(key.with_suffix(".away"))
    assert worker("file", done) == 0
    away.rename(key)
    with transaction() as session:
        sheet = session.exec(select(Sheet).where(Sheet.request_id == done)).one()
        assert session.get(Signature, sheet.id) is None
    return sheet


def files() -> set[Path]:
    return {each for each in settings().archive.rglob("*") if each.is_file()}


def sound(request_id: UUID) -> set[Path]:
    """Its one sheet, with one signature, which verifies; the files that the record names for it."""
    with transaction() as session:
        sheet = session.exec(select(Sheet).where(Sheet.request_id == request_id)).one()
        signature = session.exec(select(Signature).where(Signature.sheet_id == sheet.id)).one()
        pdf = read_sheet(newest(session, [sheet])[sheet.id])
        named = {sheet.path, signature.path}
        later = datetime.now(UTC) + timedelta(hours=2)  # by then, what was written just now is no longer fresh
        assert [each for each in verify(session, later) if each.path in named] == []
    assert check_signature(pdf, signature.certificate) is None
    with opened(pdf) as document:
        assert document.check_pdf_syntax() == []
    return {settings().data / each for each in named}


@pytest.mark.parametrize("point", POINTS["file"])
def test_killed_while_filing(worker: Worker, done: UUID, point: str) -> None:
    before, left = files(), set[int]()
    for _ in range(TIMES):
        assert worker("file", done, dies=point) == -signal.SIGKILL
        left.add(len(files() - before))
    assert max(left) <= 1  # each try clears away what the one before has left
    assert worker("file", done) == 0
    assert files() - before == sound(done)
    assert notes(done) == []


@pytest.mark.parametrize("point", POINTS["sign"])
def test_killed_while_signing_late(worker: Worker, unsigned: Sheet, point: str) -> None:
    before = files()
    for _ in range(TIMES):
        assert worker("sign", unsigned.id, dies=point) == -signal.SIGKILL
        assert len(files() - before) <= 1
    assert worker("sign", unsigned.id) == 0
    assert files() - before == sound(unsigned.request_id) - {settings().data / unsigned.path}
    assert notes(unsigned.id) == []
    with transaction() as session:
        mine = JournalEntry.request_id == unsigned.request_id, JournalEntry.act == "signed"
        assert len(session.exec(select(JournalEntry).where(*mine)).all()) == 1


def test_with_the_disk_full_nothing_is_half_filed(worker: Worker, done: UUID) -> None:
    before = files()
    assert worker("file", done, disk="full") == 1
    assert files() == before
    with transaction() as session:
        assert session.exec(select(Sheet).where(Sheet.request_id == done)).all() == []
    assert worker("file", done) == 0
    assert files() - before == sound(done)


def test_with_the_disk_full_late_signing_leaves_the_sheet_as_it_is(worker: Worker, unsigned: Sheet) -> None:
    before = files()
    assert worker("sign", unsigned.id, disk="full") == 1
    assert files() == before
    with transaction() as session:
        assert session.get(Signature, unsigned.id) is None
        assert session.get_one(Request, unsigned.request_id).head
    assert worker("sign", unsigned.id) == 0
    sound(unsigned.request_id)


def notes(about: UUID) -> list[Path]:
    """Of tries that are still to be cleared up after."""
    return list((settings().data / "run" / "filing").glob(f"{about}*"))
