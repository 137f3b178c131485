"""README: a new kind is two files. Here they are put into a copy of the project, and nothing else is touched."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pypdfium2
import pytest

from models.settings import ROOT

FILES = Path(__file__).parent / "new_kind"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project with the two files of the new kind."""
    copy = tmp_path / "project"
    for folder in ("flows", "models", "templates", "printouts", "channels", "gateway", "ops"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(FILES / "supplies.py", copy / "flows")
    shutil.copy(FILES / "supplies.html", copy / "templates")
    return copy


@pytest.fixture
def own_database(database: str) -> str:
    """A database of its own: the kind is unknown to the rest of the tests."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("CREATE DATABASE new_kind")
        host = connection.info.host
    return f"postgresql://postgres@/new_kind?host={host}"


def test_a_kind_of_two_files_goes_from_the_form_to_the_filed_sheet(project: Path, own_database: str) -> None:
    environment = os.environ | {
        "OA_HOME": str(project / "var"), "OA_DATABASE_URL": own_database, "PYTHONPATH": str(project),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, FILES / "walk_through.py"], cwd=project, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    first, deployed = done.stdout.splitlines()
    number, status, sheet = first.split(" ")
    assert (number[:3], status) == ("WP-", "approved")
    assert "物品领用" in deployed.split(" ")
    with pypdfium2.PdfDocument(sheet) as paper:
        text = paper[0].get_textpage().get_text_range()
    assert "粉笔" in text
    assert "实发数量" in text
