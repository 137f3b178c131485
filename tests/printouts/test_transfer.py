"""移交包: flat in memory, and nothing left behind when it cannot be written."""

import hashlib
import io
import tracemalloc
import zipfile
from pathlib import Path
from typing import IO
from uuid import uuid4

import pytest

from models.papers import Sheet
from models.settings import settings
from printouts.lists.transfer import Order, Packed, write_package
from printouts.printing.prints import keep_made, print_of
from tests.printouts.office import at

MB = 1024**2
ORDER = Order("天辰学院", "杨秀兰", "全部", at(25, 16, 30))


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings(), "home", tmp_path)
    return tmp_path


def packed(home: Path, number: int, size: int = 100) -> Packed:
    """A sheet of so many bytes, in the archive."""
    content = bytes([number % 256]) * size
    (home / f"{number}.pdf").write_bytes(content)
    sha256 = hashlib.sha256(content).hexdigest()
    sheet = Sheet(
        request_id=uuid4(),
        copy_kind="archive",
        path=f"{number}.pdf",
        sha256=sha256,
        size=size,
        pages=1,
        filed_at=at(20),
    )
    return Packed(f"{number}-archive", f"{number} 归档联", sheet, (f"Z109-{number}", *([""] * 12)))


def test_memory_stays_flat_however_much_is_packed(home: Path) -> None:
    items = [packed(home, number, MB) for number in range(60)]
    with (home / "package.zip").open("wb") as file:
        write_package(file, items[:1], ORDER, lambda _done: None)
    tracemalloc.start()
    with (home / "package.zip").open("wb") as file:
        result = write_package(file, iter(items), ORDER, lambda _done: None)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (result.packed, result.left_out) == (60, [])
    assert (home / "package.zip").stat().st_size > 60 * MB
    assert peak < 10 * MB


def test_how_far_it_has_come_is_told_sheet_by_sheet(home: Path) -> None:
    told: list[int] = []
    write_package(io.BytesIO(), [packed(home, number) for number in range(3)], ORDER, told.append)
    assert told == [1, 2, 3]


def test_a_text_that_looks_like_a_formula_is_none_in_the_catalogue(home: Path) -> None:
    item = packed(home, 1)
    written = io.BytesIO()
    row = ("Z109-1", "QJ-2026-000001", "=1+1", *item.row[3:])
    write_package(written, [Packed(item.name, item.title, item.file, row)], ORDER, lambda _done: None)
    with zipfile.ZipFile(written) as package:
        assert "'=1+1" in package.read("归档文件目录.csv").decode("utf-8-sig")


def test_what_cannot_be_written_whole_is_not_kept(home: Path) -> None:
    job = uuid4()

    def full(file: IO[bytes]) -> None:
        write_package(file, [packed(home, 1)], ORDER, lambda _done: None)
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        keep_made(job, ".zip", full, at(25))
    assert print_of(job) is None
    assert list((home / "prints").iterdir()) == []
