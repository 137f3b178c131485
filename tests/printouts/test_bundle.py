"""Bulk print: sheets in one PDF for both sides of the paper, an index first, what is damaged left out and named."""

import hashlib
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pikepdf
import pytest

from models.papers import Sheet
from models.settings import settings
from printouts.bundle import AllDamaged, Bundle, Entry, Listed, bundle
from printouts.merging import Paper, merge, readable
from printouts.prints import keep_print, print_of
from tests.printouts.office import at
from tests.printouts.papers import paper, widths
from tests.printouts.reading import opened, pages_of


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings(), "home", tmp_path)
    return tmp_path


def filed(home: Path, number: str, pages: int = 1, width: int = 595) -> Listed:
    """As on the record, and on the disk."""
    pdf = paper(pages, width)
    (home / f"{number}.pdf").write_bytes(pdf)
    sheet = Sheet(
        request_id=uuid4(),
        copy_kind="archive",
        path=f"{number}.pdf",
        sha256=hashlib.sha256(pdf).hexdigest(),
        size=len(pdf),
        pages=pages,
        filed_at=at(20),
    )
    return Listed(sheet, Entry(number, "归档联", "请假", "冯文海", "信息工程系", "办结", pages, at(20)), sheet)


def bundled(*listed: Listed) -> Bundle:
    return bundle(listed, "杨秀兰", at(25, 16, 30), lambda _done, _total: None)


def test_each_paper_begins_on_an_odd_page() -> None:
    merged = merge("三份", [Paper("甲", paper(1, 401)), Paper("乙", paper(2, 402)), Paper("丙", paper(3, 403))])
    assert widths(merged) == [401, 401, 402, 402, 403, 403, 403]


def test_each_paper_has_a_bookmark_at_its_first_page() -> None:
    merged = merge("两份", [Paper("甲", paper(1)), Paper("乙", paper(2))])
    with opened(merged) as pdf, pdf.open_outline() as outline:
        found = [each.destination for each in outline.root if isinstance(each.destination, pikepdf.Array)]
        assert [each.title for each in outline.root] == ["甲", "乙"]
        assert [pdf.pages.index(each[0]) for each in found] == [0, 2]


def test_what_is_no_pdf_is_not_readable() -> None:
    assert [readable(each) for each in (paper(1), b"%PDF-1.7 no", b"")] == [True, False, False]


def test_the_index_tells_of_each_sheet_and_of_all(home: Path) -> None:
    index = pages_of(bundled(filed(home, "QJ-2026-000001", 1), filed(home, "QJ-2026-000002", 3)).pdf)[0]
    line = "QJ-2026-000002归档联请假冯文海信息工程系办结32026-11-2009:00"
    assert all(word in index for word in (line, "合计：2份，4页；双面打印用纸3张", "经手人：杨秀兰"))


def test_the_sheets_come_after_the_index_in_their_order(home: Path) -> None:
    made = bundled(filed(home, "QJ-2026-000001", 1, 401), filed(home, "QJ-2026-000002", 2, 402))
    assert widths(made.pdf)[2:] == [401, 401, 402, 402]


def test_a_swapped_and_a_missing_file_are_left_out_and_named(home: Path) -> None:
    sound, swapped, missing = (filed(home, f"QJ-2026-00000{each}") for each in (1, 2, 3))
    (home / swapped.sheet.path).write_bytes((home / sound.sheet.path).read_bytes() + b" ")
    (home / missing.sheet.path).unlink()
    made = bundled(swapped, sound, missing)
    assert ([*made.merged], [*made.left_out]) == ([sound], [swapped, missing])
    assert "没有合并的流程单（2份）" in pages_of(made.pdf)[0]
    assert "QJ-2026-000003归档联（冯文海）" in pages_of(made.pdf)[0]


def test_nothing_is_made_of_damaged_sheets_alone(home: Path) -> None:
    lost = filed(home, "QJ-2026-000001")
    (home / lost.sheet.path).unlink()
    with pytest.raises(AllDamaged, match="QJ-2026-000001 归档联"):
        bundled(lost)


def test_how_far_it_has_come_is_told_sheet_by_sheet(home: Path) -> None:
    told: list[tuple[int, int]] = []
    bundle([filed(home, f"QJ-2026-00000{each}") for each in (1, 2)], "", at(25), lambda *far: told.append(far))
    assert told == [(1, 2), (2, 2)]


@pytest.mark.parametrize(("later", "kept"), [(timedelta(hours=23), True), (timedelta(hours=25), False)])
def test_a_print_is_removed_a_day_later_by_whoever_makes_the_next(later: timedelta, kept: bool) -> None:
    now = datetime.now(at(20).tzinfo)
    first = _kept(now)
    _kept(now + later)
    assert (print_of(first) is not None) is kept


def _kept(now: datetime) -> UUID:
    job = uuid4()
    keep_print(job, b"%PDF", now)
    assert print_of(job)
    return job
