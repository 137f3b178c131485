"""Tables as files: Excel workbooks and CSV, written row by row. What people typed is text in them, never a formula.

Source: OWASP, CSV Injection: a cell that begins with = + - @, a tab or a carriage return may be run by who opens it.
"""

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import Cell as Square
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from printouts.lists.columns import Cell, Column

BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
MM_A_CHARACTER = 1.9  # of Excel's columns, as wide as a digit
MOMENT, DAY = "yyyy-mm-dd hh:mm", "yyyy-mm-dd"
BOLD, SHADED = Font(bold=True), PatternFill("solid", fgColor="DDE6F0")
WRAPPED = Alignment(vertical="top", wrap_text=True)


class WorkbookTable:
    """One sheet, its head frozen; moments in it are the office's own, without a zone."""

    def __init__(self, title: str, columns: Sequence[Column]) -> None:
        self._book = Workbook(write_only=True)
        self._page = self._book.create_sheet(title)
        self._page.freeze_panes = "A2"
        for at, column in enumerate(columns, 1):
            self._page.column_dimensions[get_column_letter(at)].width = column.width / MM_A_CHARACTER
        head = [self._cell(column.title) for column in columns]
        for cell in head:
            cell.font, cell.fill = BOLD, SHADED
        self._page.append(head)

    def add(self, row: Sequence[Cell]) -> None:
        self._page.append([self._cell(value) for value in row])

    def save(self, file: IO[bytes]) -> None:
        self._book.save(file)

    def _cell(self, value: Cell) -> Square:
        if isinstance(value, str):
            return self._text(ILLEGAL_CHARACTERS_RE.sub("", value))
        cell = self._square(value.replace(tzinfo=None) if isinstance(value, datetime) else value)
        if isinstance(value, date):
            cell.number_format = MOMENT if isinstance(value, datetime) else DAY
        return cell

    def _text(self, text: str) -> Square:
        cell = self._square(text)
        cell.data_type = "s"  # openpyxl takes what begins with = for a formula
        cell.quotePrefix = begins_formula(text)  # so that it stays text when it is edited
        return cell

    def _square(self, value: Any) -> Square:
        cell: Square = WriteOnlyCell(self._page, value)
        cell.alignment = WRAPPED
        return cell


class CsvTable:
    """UTF-8 with a mark, so that Excel reads it as such (RFC 4180 otherwise)."""

    def __init__(self, file: IO[bytes], columns: Sequence[Column]) -> None:
        self._text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
        self._writer = csv.writer(self._text)
        self._writer.writerow([column.title for column in columns])

    def add(self, row: Sequence[Cell]) -> None:
        self._writer.writerow([_harmless(value) for value in row])

    def end(self) -> None:
        """The file stays open."""
        self._text.detach()


def begins_formula(text: str) -> bool:
    return text.lstrip(" \u3000").startswith(BEGINS_FORMULA)


def _harmless(value: Cell) -> Cell:
    """Text that would begin a formula begins with an apostrophe instead."""
    if isinstance(value, str) and begins_formula(value):
        return f"'{value}"
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value
