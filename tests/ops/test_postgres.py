"""The private PostgreSQL, really started: where it can live, and what it survives."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import psycopg
import pytest

from models.settings import ROOT
from ops import postgres, postgres_user
from ops.databases import asyncpg_url, ensure_databases, prefect_database
from ops.postgres import private_postgres
from ops.refused import CannotDo

LASTING = """
import sys, time
from pathlib import Path
from ops.postgres import private_postgres
with private_postgres(Path(sys.argv[1])):
    print("up", flush=True)
    time.sleep(60)
"""


@pytest.fixture(scope="module")
def folder() -> Path:
    """In a folder that nobody but its owner may pass, with a blank and a Chinese name: as hard as a clone can be."""
    return Path(mkdtemp(prefix="oa 数据 ")) / "postgres"


@pytest.fixture(scope="module")
def dsn(folder: Path) -> Iterator[str]:
    with private_postgres(folder) as dsn:
        yield dsn


def answer(dsn: str, question: str) -> object:
    with psycopg.connect(dsn) as connection:
        row = connection.execute(question.encode()).fetchone()
        assert row is not None
        return row[0]


def test_it_knows_chinese_letters_and_does_not_depend_on_the_machines_locale(dsn: str) -> None:
    assert answer(dsn, r"SELECT '请假' ~ '^\w+$'") is True


def test_prefect_has_its_own_database_with_trigrams(dsn: str) -> None:
    assert answer(prefect_database(dsn), "SELECT name FROM pg_available_extensions WHERE name = 'pg_trgm'") == "pg_trgm"


def test_only_its_owner_reaches_it(dsn: str, folder: Path) -> None:
    assert answer(dsn, "SHOW listen_addresses") == ""
    assert {each.stat().st_mode & 0o777 for each in (folder, folder / "data", folder / "socket")} == {0o700}


def test_the_folders_above_it_keep_their_mode(dsn: str, folder: Path) -> None:
    assert dsn
    assert folder.parent.stat().st_mode & 0o777 == 0o700


def test_a_database_that_may_not_be_made_is_named(dsn: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("CREATE ROLE clerk LOGIN")
        connection.execute("CREATE DATABASE office OWNER clerk")
    with pytest.raises(CannotDo, match="CREATE DATABASE office_prefect"):
        ensure_databases(dsn.replace("postgres@/oa", "clerk@/office"))


def test_a_deep_folder_gets_a_short_socket(tmp_path: Path) -> None:
    deep = tmp_path / ("deep" * 30)
    assert len(str(postgres.socket_folder(deep))) < 30
    assert postgres.socket_folder(deep) != postgres.socket_folder(tmp_path / ("deeper" * 20))


def test_it_goes_when_its_owner_is_killed_and_starts_again(tmp_path: Path) -> None:
    owner = subprocess.Popen([sys.executable, "-c", LASTING, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE)
    assert owner.stdout is not None
    owner.stdout.readline()
    server = int((tmp_path / "data" / "postmaster.pid").read_text().split()[0])
    owner.kill()
    owner.communicate()
    end = time.monotonic() + 10
    while Path(f"/proc/{server}").exists() and time.monotonic() < end:
        time.sleep(0.05)
    assert not Path(f"/proc/{server}").exists()
    with private_postgres(tmp_path) as dsn:
        assert answer(dsn, "SELECT 1") == 1


def test_it_starts_after_a_kill_though_its_number_is_taken_by_another_process(tmp_path: Path) -> None:
    with private_postgres(tmp_path) as dsn:
        killed = int((tmp_path / "data" / "postmaster.pid").read_text().split()[0])
        lock = (tmp_path / "data" / "postmaster.pid").read_text()
        os.kill(killed, signal.SIGKILL)
        assert dsn
    (tmp_path / "data" / "postmaster.pid").write_text(lock.replace(str(killed), str(os.getppid()), 1))
    with private_postgres(tmp_path) as dsn:
        assert answer(dsn, "SELECT 1") == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs it as another user")
def test_it_may_pass_closed_folders_only_where_it_must(folder: Path) -> None:
    passes = set(postgres_user.PASS_CLOSED_FOLDERS)
    assert passes <= set(postgres_user.prefix(reads=Path("/bin/true"), writes=folder))
    assert not passes & set(postgres_user.prefix(reads=Path("/bin/true"), writes=Path("/tmp")))  # noqa: S108


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs it as another user")
def test_it_finds_its_programs_in_a_closed_folder(folder: Path) -> None:
    looks = [sys.executable, "-c", f"import os; assert os.getuid() and os.access({str(folder / 'data')!r}, os.X_OK)"]
    subprocess.run([*postgres_user.prefix(reads=folder, writes=folder), *looks], check=True)


def test_prefect_gets_the_url_its_driver_understands() -> None:
    url = asyncpg_url(prefect_database("postgresql://oa:s%25e@db.example:5433/office?sslmode=require"))
    assert url == "postgresql+asyncpg://oa:s%25e@db.example:5433/office_prefect?ssl=require"
