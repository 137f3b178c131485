"""Tables as files: what people typed stays text, whatever opens it."""

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook
from openpyxl.cell import Cell as Square

from printouts.lists.columns import Cell, Column
from printouts.lists.tables import CsvTable, WorkbookTable
from tests.printouts.office import at

COLUMNS = (Column("名称", 40), Column("数", 12))
DANGEROUS = (
    "=1+1",
    '=HYPERLINK("http://evil.example","点我")',
    "+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    " =1+1",
    "\u3000=1+1",
)


def workbook(*rows: Sequence[Cell]) -> list[tuple[Square, ...]]:
    """As whoever opens it has it, the head first."""
    table, written = WorkbookTable("表", COLUMNS), io.BytesIO()
    for row in rows:
        table.add(row)
    table.save(written)
    page = load_workbook(io.BytesIO(written.getvalue())).active
    assert page is not None
    return list(page.iter_rows())  # type: ignore[arg-type]  # openpyxl's own merged cells: there are none


def lines(*rows: Sequence[Cell]) -> list[list[str]]:
    written = io.BytesIO()
    table = CsvTable(written, COLUMNS)
    for row in rows:
        table.add(row)
    table.end()
    return list(csv.reader(io.StringIO(written.getvalue().decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_of_a_workbook_is_a_formula(text: str) -> None:
    _, (cell, _) = workbook((text, 1))
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    assert str(cell.value).strip() == text.strip()


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_of_a_csv_begins_a_formula(text: str) -> None:
    assert lines((text, 1))[1] == [f"'{text}", "1"]


@pytest.mark.parametrize("text", ["冯文海", "1-2 号楼", "a=b", "", "'=1", "家中有事", "𠮷野家㐀"])
def test_other_text_is_as_it_was(text: str) -> None:
    _, (cell, _) = workbook((text, 1))
    assert (cell.value or "", cell.quotePrefix) == (text, False)
    assert lines((text, 1))[1][0] == text


def test_days_moments_and_numbers_are_what_they_are() -> None:
    _, (day, number), (moment, amount) = workbook((date(2026, 11, 20), -3), (at(20, 9, 5), Decimal("12.50")))
    assert (day.value, day.number_format) == (datetime(2026, 11, 20), "yyyy-mm-dd")  # noqa: DTZ001 - a workbook's
    assert (moment.value, moment.number_format) == (datetime(2026, 11, 20, 9, 5), "yyyy-mm-dd hh:mm")  # noqa: DTZ001
    assert (number.value, number.data_type) == (-3, "n")
    assert (amount.value, amount.data_type) == (12.5, "n")
    assert lines((date(2026, 11, 20), -3))[1] == ["2026-11-20", "-3"]
    assert lines((at(20, 9, 5), None))[1] == ["2026-11-20 09:05:00", ""]


def test_a_control_character_does_not_break_the_workbook() -> None:
    _, (cell, _) = workbook(("响\a铃\x00", 1))
    assert cell.value == "响铃"


def test_a_csv_keeps_commas_quotes_and_line_ends_within_a_cell() -> None:
    assert lines(('一，"二", 三\n四', 1))[1][0] == '一，"二", 三\n四'


def test_the_head_is_frozen_and_as_wide_as_said() -> None:
    table, written = WorkbookTable("表", COLUMNS), io.BytesIO()
    table.save(written)
    page = load_workbook(io.BytesIO(written.getvalue())).active
    assert page is not None
    assert page.freeze_panes == "A2"
    assert page.column_dimensions["A"].width == pytest.approx(40 / 1.9, abs=0.01)
