"""Prints: sheets in one PDF for both sides of the paper, an index first, the number of the copy on each page."""

import io
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import BinaryIO
from uuid import UUID, uuid4

import pytest
from pikepdf import Array, Dictionary, Name

from models.archive import Layout
from models.page import copy_box, stamp_box
from models.settings import settings
from printouts.printing.ahead import MANY
from printouts.printing.batch import prepared
from printouts.printing.bundle import AllDamaged, Listed, Order
from printouts.printing.marks import Stamp
from printouts.printing.merging import written
from printouts.printing.prints import keep_made, print_of
from tests.printouts.batches import NOW, Printed, filed
from tests.printouts.office import at
from tests.printouts.papers import paper, widths
from tests.printouts.reading import opened, pages_of, text_in, text_within

STAMP = Stamp("Z109", 2026, "0007", "信息工程系", "10年", 3)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings(), "home", tmp_path)
    (tmp_path / "work").mkdir()
    return tmp_path


def printed(home: Path, *listed: Listed, copy_no: int = 1, index: bool = True) -> Printed:
    orders = [Order(each) for each in listed]
    return Printed(home / "work", orders, {each.sheet.id: copy_no for each in listed}, index=index)


def test_the_index_tells_of_each_sheet_and_of_all(home: Path) -> None:
    index = pages_of(printed(home, filed("QJ-2026-000001"), filed("QJ-2026-000002", 3), copy_no=2).pdf)[0]
    line = "QJ-2026-000002归档联请假冯文海信息工程系办结第2份补打32026-11-2009:00"
    assert all(word in index for word in (line, "合计：2份，4页；双面打印用纸3张", "经手人：杨秀兰"))
    assert "不再带有电子签名" in index


def test_an_index_drawn_beforehand_is_drawn_anew_when_the_numbers_are_others(home: Path) -> None:
    listed = filed()
    with prepared([Order(listed)], home / "work", lambda *_: None) as batch:
        batch.draw_index({listed.sheet.id: 1}, "杨秀兰", NOW)
        out = io.BytesIO()
        batch.join(out, {listed.sheet.id: 2}, "杨秀兰", NOW, index=True)
    assert "第2份补打" in pages_of(out.getvalue())[0]


def test_the_sheets_come_after_the_index_in_their_order(home: Path) -> None:
    made = printed(home, filed("QJ-2026-000001", 1, 401), filed("QJ-2026-000002", 2, 402))
    assert widths(made.pdf)[2:] == [401, 401, 402, 402]


def test_one_sheet_alone_has_no_index(home: Path) -> None:
    assert widths(printed(home, filed(pages=2, width=401), index=False).pdf) == [401, 401]


@pytest.mark.parametrize(
    ("copy_no", "layout", "said"),
    [
        (1, Layout.full, "第1份打印人：杨秀兰2026年11月25日16:30"),
        (12, Layout.full, "第12份（补打）打印人：杨秀兰2026年11月25日16:30"),
        (2, Layout.brief, "第2份（补打）精简，非归档件打印人：杨秀兰2026年11月25日16:30"),
        (1, Layout.form, "第1份表单页，非归档件打印人：杨秀兰2026年11月25日16:30"),
    ],
)
def test_each_page_says_which_copy_it_is(home: Path, copy_no: int, layout: Layout, said: str) -> None:
    listed = filed(pages=3)
    draw = None if layout is Layout.full else lambda: paper(3)
    made = Printed(home / "work", [Order(listed, layout, draw)], {listed.sheet.id: copy_no}, index=False)
    assert pages_of(made.pdf) == [said] * 3
    feet = [text_within(made.pdf, page, 28, 274, 120, 284) for page in range(3)]
    assert ["".join(each.split()) for each in feet] == [said] * 3


def test_many_excerpts_are_drawn_by_other_processes_in_the_order_asked_for(home: Path) -> None:
    listed = [filed(f"QJ-2026-{no:06}") for no in range(MANY)]
    (home / listed[3].sheet.path).unlink()
    orders = [Order(each, Layout.brief, partial(paper, 1, 400 + no)) for no, each in enumerate(listed)]
    made = Printed(home / "work", orders, {}, index=False)
    assert widths(made.pdf)[::2] == [400 + no for no in range(MANY) if no != 3]
    assert made.left_out == [listed[3]]


def test_blank_backs_stay_blank(home: Path) -> None:
    texts = pages_of(printed(home, filed("QJ-2026-000001"), filed("QJ-2026-000002")).pdf)
    assert [bool(text) for text in texts] == [True, False, True, False, True]


def test_a_sheet_checked_off_as_filed_has_its_stamp_at_the_top_of_page_one(home: Path) -> None:
    made = Printed(home / "work", [Order(filed(pages=2), stamp=STAMP)], {}, index=False)
    cells = [
        "".join(text_within(made.pdf, 0, left, top, left + 15, top + 8).split())
        for top in (10.5, 18.5)
        for left in (83.5, 98.5, 113.5)
    ]
    assert cells == ["全宗号Z109", "年度2026", "件号0007", "机构信息工程系", "保管期限10年", "页数3"]
    assert "Z109" not in pages_of(made.pdf)[1]


@pytest.mark.parametrize("margins", ["37 26 35 28", "30 20 28 20", "60 30 50 35"])
def test_stamp_and_number_stand_where_the_margins_leave_a_place(
    home: Path, monkeypatch: pytest.MonkeyPatch, margins: str
) -> None:
    monkeypatch.setattr(settings(), "margins", margins)
    made = Printed(home / "work", [Order(filed(), stamp=STAMP)], {}, index=False)
    assert "Z109" in text_in(made.pdf, 0, stamp_box(settings().page))
    assert text_in(made.pdf, 0, copy_box(settings().page)).startswith("第 1 份")


def test_the_place_of_the_stamp_is_blank_before(home: Path) -> None:
    made = printed(home, filed(), index=False)
    assert text_within(made.pdf, 0, 80, 10, 130, 30) == ""


def test_an_excerpt_has_no_stamp(home: Path) -> None:
    order = Order(filed(), Layout.brief, lambda: paper(1), stamp=STAMP)
    assert "Z109" not in pages_of(Printed(home / "work", [order], {}, index=False).pdf)[0]


@pytest.mark.parametrize("department", ["马克思主义学院", "教学质量监控与教师发展中心办公室", "系" * 40])
def test_a_long_department_fits_into_its_cell(home: Path, department: str) -> None:
    order = Order(filed(), stamp=replace(STAMP, department=department))
    made = Printed(home / "work", [order], {}, index=False)
    cell = "".join(text_within(made.pdf, 0, 83.5, 18.5, 98.5, 26.5).split())
    assert cell == f"机构{department}"
    assert text_within(made.pdf, 0, 80, 26.7, 130, 60) == ""


def test_nothing_of_the_filed_file_changes(home: Path) -> None:
    listed = filed(pages=2)
    before = (home / listed.sheet.path).read_bytes()
    printed(home, listed)
    assert (home / listed.sheet.path).read_bytes() == before


def test_nothing_can_be_clicked_on_paper(home: Path) -> None:
    with opened(paper(1)) as pdf:
        link = Dictionary(Subtype=Name.Link, Rect=Array([0, 0, 9, 9]))
        pdf.pages[0].obj["/Annots"] = Array([link])
        listed = filed(pdf=written(pdf))
    with opened(printed(home, listed, index=False).pdf) as made:
        assert "/Annots" not in made.pages[0]


def test_a_swapped_and_a_missing_file_are_left_out_and_named(home: Path) -> None:
    sound, swapped, missing = (filed(f"QJ-2026-00000{each}") for each in (1, 2, 3))
    (home / swapped.sheet.path).write_bytes((home / sound.sheet.path).read_bytes() + b" ")
    (home / missing.sheet.path).unlink()
    made = printed(home, swapped, sound, missing)
    assert ([each.order.listed for each in made.ready], made.left_out) == ([sound], [swapped, missing])
    assert "没有合并的流程单（2份）" in pages_of(made.pdf)[0]
    assert "QJ-2026-000003归档联（冯文海）" in pages_of(made.pdf)[0]


def test_nothing_is_made_of_damaged_sheets_alone(home: Path) -> None:
    lost = filed("QJ-2026-000001")
    (home / lost.sheet.path).unlink()
    with pytest.raises(AllDamaged, match="QJ-2026-000001 归档联"):
        printed(home, lost)


def test_how_far_it_has_come_is_told_sheet_by_sheet(home: Path) -> None:
    told: list[tuple[int, int]] = []
    orders = [Order(filed(f"QJ-2026-00000{each}")) for each in (1, 2)]
    Printed(home / "work", orders, {}, progress=lambda *far: told.append(far))
    assert told == [(1, 2), (2, 2)]


@pytest.mark.parametrize(("later", "kept"), [(timedelta(hours=23), True), (timedelta(hours=25), False)])
def test_a_print_is_removed_a_day_later_by_whoever_makes_the_next(home: Path, later: timedelta, kept: bool) -> None:
    now = datetime.now(at(20).tzinfo)
    first = _kept(now)
    left = home / "prints" / "of-a-process-that-died"
    left.mkdir()
    _kept(now + later)
    assert ((print_of(first) is not None), left.exists()) == (kept, kept)


def _kept(now: datetime) -> UUID:
    job = uuid4()
    keep_made(job, ".pdf", _write, now)
    assert print_of(job)
    return job


def _write(out: BinaryIO) -> None:
    out.write(b"%PDF")
