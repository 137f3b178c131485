"""台账 on paper: every row is there, each page has its head, its sum, its number."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from printouts.lists.columns import Cell, Column
from printouts.lists.ledger import AT_ONCE, LedgerPaper, draw_ledger
from tests.printouts.office import at
from tests.printouts.reading import LEAVES_A_FILE_OPEN, opened, pages_of

pytestmark = pytest.mark.filterwarnings(LEAVES_A_FILE_OPEN)
COLUMNS = (
    Column("序号", 15),
    Column("材料名称", 120),
    Column("用印次数", 20, total=True),
    Column("费用", 20, total=True),
)
EMPTY = LedgerPaper(
    "天辰学院",
    "用印登记簿",
    "印章：学校公章",
    date(2026, 1, 1),
    date(2026, 11, 30),
    "杨秀兰",
    at(25, 16, 30),
    COLUMNS,
    (),
)


def row(number: int, title: str = "在读证明") -> tuple[Cell, ...]:
    return number, title, 2, Decimal("1.50") if number % 2 else None


def drawn(*rows: Sequence[Cell]) -> list[str]:
    return pages_of(draw_ledger(replace(EMPTY, rows=rows)))


def counted(pages: Sequence[str], what: str) -> list[int]:
    """Of each page, what it says that it comes to."""
    return [int(found) for page in pages for found in re.findall(f"本页：.*?{what}([0-9]+)", page)]


def test_more_than_a_thousand_rows_are_all_there_and_each_page_is_added_up() -> None:
    told: list[int] = []
    pdf = draw_ledger(replace(EMPTY, rows=[row(number) for number in range(1, 1051)]), told.append)
    pages = pages_of(pdf)
    found = [int(number) for page in pages for number in re.findall(r"(\d+)在读证明2", page.replace("1.5", "|"))]
    assert found == list(range(1, 1051))
    assert (sum(counted(pages, "行数")), sum(counted(pages, "用印次数"))) == (1050, 2100)
    assert "合计：行数1050用印次数2100费用787.5" in pages[-1]
    assert [f"第{at}页共{len(pages)}页" in page for at, page in enumerate(pages, 1)] == [True] * len(pages)
    assert (told, told[-1]) == (sorted(told), 1050)
    full = counted(pages, "行数")[:-1]
    assert len(set(full)) == 1  # no page ends early where a piece does


def test_each_page_has_the_head_the_volume_the_days_and_who_printed_it() -> None:
    pages = drawn(*(row(number) for number in range(1, 41)))
    assert len(pages) > 1
    for page in pages:
        for said in (
            "天辰学院用印登记簿",
            "印章：学校公章",
            "2026年1月1日至2026年11月30日",
            "材料名称",
            "打印：杨秀兰",
        ):
            assert said in page
        assert "2026年11月25日16:30" in page


def test_without_a_row_there_is_a_page_that_says_so() -> None:
    (page,) = drawn()
    assert all(said in page for said in ("用印登记簿", "合计：行数0用印次数0费用0", "第1页共1页"))


@pytest.mark.parametrize("count", [1, AT_ONCE, AT_ONCE + 1])
def test_no_row_is_lost_or_twice_where_a_piece_ends(count: int) -> None:
    pages = drawn(*(row(number, f"第{number}份") for number in range(1, count + 1)))
    found = [int(number) for page in pages for number in re.findall(r"第(\d+)份", page)]
    assert found == list(range(1, count + 1))


def test_long_texts_in_narrow_columns_are_cut_nowhere() -> None:
    narrow = (Column("序号", 15), Column("事由", 30), *(Column(f"栏{at}", 25) for at in range(9)))
    texts = [f"{number}始{'长' * 490}末{number}" for number in range(1, 9)]
    rows: list[tuple[Cell, ...]] = [(number, text, *([""] * 9)) for number, text in enumerate(texts, 1)]
    page = "".join(pages_of(draw_ledger(replace(EMPTY, columns=narrow, rows=rows))))
    assert [number for number in range(1, 9) if f"末{number}" not in page] == []
    assert page.count("长") == 8 * 490


def test_what_was_typed_is_text_and_fetches_nothing() -> None:
    typed = "<script>alert(1)</script><img src='http://127.0.0.1:1/x'><b>粗</b>"
    (page,) = drawn(row(1, typed))
    assert "".join(typed.split()) in page


def test_rare_characters_are_there_and_one_without_a_glyph_is_named() -> None:
    (page,) = drawn(row(1, "𠮷野家㐀"), row(2, "同意\U0001f44d"), row(3, "\U0010fffd"))
    assert "𠮷野家㐀" in page
    assert "〔U+10FFFD〕" in page
    assert [number for number in (1, 2, 3) if f"{number}" not in page] == []


def test_it_is_a_sheet_of_a4_across() -> None:
    with opened(draw_ledger(replace(EMPTY, rows=[row(1)]))) as pdf:
        _, _, width, height = (float(edge) for edge in pdf.pages[0].mediabox)
    assert (round(width), round(height)) == (842, 595)
