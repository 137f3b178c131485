"""A table as an office sends it, CSV or XLSX: rows of trimmed text with their line numbers. Pure: bytes in.

Everything a file can do to a reader is refused here: too large, packed too tightly, not a table at all.
"""

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple
from unicodedata import normalize

from openpyxl import load_workbook
from openpyxl.workbook import Workbook

MOST_BYTES = 20 * 1024**2
MOST_BYTES_UNPACKED = 100 * 1024**2  # of an XLSX, which is a ZIP
MOST_LINES = 100_000
MOST_COLUMNS = 32
LAST_LINE = 1_048_576  # of any XLSX; a row that claims to lie beyond would make the reader fill the gap
ENCODINGS = ("utf-8-sig", "gb18030")
ZIP, OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


class Unreadable(ValueError):
    """Not a table. `line` is where reading stopped, if it had begun; the message is for people."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True)
class Source:
    """A file as handed in."""

    name: str
    data: bytes

    @property
    def is_workbook(self) -> bool:
        return self.data.startswith(ZIP)


class Row(NamedTuple):
    line: int  # in the file, from 1
    cells: list[str]


def rows(source: Source, sheet: str) -> list[Row]:
    """The rows that are not blank, the first being the header.

    Args:
        sheet: the sheet of a workbook to read; a workbook with a single sheet may call it anything.

    Raises:
        Unreadable: neither CSV (UTF-8 or GB18030) nor XLSX, too large, no such sheet, or nothing in it.
    """
    if len(source.data) > MOST_BYTES:
        raise Unreadable(f"文件超过 {MOST_BYTES // 1024**2} MB，请拆分或删去无关内容")
    if source.data.startswith(OLD_OFFICE):
        raise Unreadable("这是旧版 XLS 或加了密码的工作簿，请去掉密码，另存为 XLSX 或 CSV")
    found = []
    for row in _xlsx(source.data, sheet) if source.is_workbook else _csv(source.data):
        if any(row.cells):
            found.append(row)
        if len(found) > MOST_LINES + 1:
            raise Unreadable(f"超过 {MOST_LINES} 行，请拆分后再导入", row.line)
    if not found:
        raise Unreadable("文件是空的")
    return found


def has_sheet(source: Source, sheet: str) -> bool:
    """Whether the file is a workbook, and one with a sheet of this name."""
    try:
        return source.is_workbook and sheet in _workbook(source.data).sheetnames
    except Unreadable:
        return False


def _csv(data: bytes) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(_decoded(data), newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            yield Row(line, [_clean(cell) for cell in cells])
            line = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable("引号没有成对，或一格过长，不是完整的 CSV", line) from error


def _decoded(data: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Unreadable("不是 CSV 或 XLSX;CSV 请用 UTF-8 或 GB18030 编码")


def _xlsx(data: bytes, sheet: str) -> Iterator[Row]:
    book = _workbook(data)
    names = book.sheetnames
    if sheet not in names and len(names) != 1:
        raise Unreadable(f"工作簿里没有名为 {sheet} 的工作表")
    page = book[sheet if sheet in names else names[0]]
    try:
        page.reset_dimensions()  # what the file says of its size need not be true
        lines = page.iter_rows(max_row=LAST_LINE, max_col=MOST_COLUMNS, values_only=True)
        for line, cells in enumerate(lines, 1):
            yield Row(line, [_clean(cell) for cell in cells])
    except Exception as error:  # whatever the parsers beneath happen to raise
        raise Unreadable("工作表已损坏，请重新另存为 XLSX") from error


def _workbook(data: bytes) -> Workbook:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            unpacked = sum(member.file_size for member in packed.infolist())
        if unpacked <= MOST_BYTES_UNPACKED:
            return load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
    except Exception as error:  # whatever the parsers beneath happen to raise
        raise Unreadable("不是 XLSX，或已损坏，请重新另存为 XLSX") from error
    raise Unreadable(f"工作簿解开后超过 {MOST_BYTES_UNPACKED // 1024**2} MB，请删去无关内容")


def _clean(cell: object) -> str:
    """Text of a cell; numbers without a decimal point, as staff and phone numbers are meant."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return normalize("NFC", str(cell)).strip()
