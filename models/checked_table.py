"""A table with known columns: read, and every cell checked. Faults are collected, not raised one by one. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from unicodedata import category

from models.tabular import Row, Source, Unreadable, rows

FORMULA_STARTS = tuple("=+-@#")  # a spreadsheet that opens our lists would run, or show an error for, such a cell
INVISIBLE = frozenset(
    {"Cc", "Cf", "Cs", "Zl", "Zp"}
)  # private use stays: old fonts keep rare characters of names there


@dataclass(frozen=True)
class Fault:
    """What is wrong where. `line` counts from 1, the header's; none: the file as a whole."""

    file: str
    line: int | None
    column: str | None
    reason: str

    def __str__(self) -> str:
        line = f" 第 {self.line} 行" if self.line else ""
        column = f"「{self.column}」" if self.column else ""
        return f"{self.file}{line}{column}：{self.reason}"


class Column(NamedTuple):
    """What a column may hold."""

    longest: int  # characters
    required: bool = True
    signed: bool = False  # may begin with a plus sign
    wrong: Callable[[str], str | None] = lambda _: None  # why a value will not do


@dataclass(frozen=True)
class Record:
    """A line of the table: trimmed text by column."""

    file: str
    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def fault(self, column: str, reason: str) -> Fault:
        return Fault(self.file, self.line, column, reason)


class Table(NamedTuple):
    """`records` is empty when the file could not be read or its header is wrong; `faults` then says so."""

    records: list[Record]
    faults: list[Fault]


def read_table(source: Source, sheet: str, columns: Mapping[str, Column]) -> Table:
    """The table's records, faulty ones too, and all faults of its header and cells."""
    file = f"{source.name}[{sheet}]" if source.is_workbook else source.name
    try:
        header, *lines = rows(source, sheet)
    except Unreadable as error:
        return Table([], [Fault(file, error.line, None, str(error))])
    if faults := list(_header_faults(file, header, columns)):
        return Table([], faults)
    if not lines:
        return Table([], [Fault(file, None, None, "只有列名，没有内容")])
    records, faults = [], []
    for row in lines:
        cells = dict.fromkeys(columns, "") | dict(zip(header.cells, row.cells, strict=False))
        record = Record(file, row.line, {column: cells[column] for column in columns})
        records.append(record)
        faults += [record.fault(name, why) for name, column in columns.items() if (why := _wrong(record[name], column))]
        if any(row.cells[len(header.cells) :]) or cells.get(""):
            faults.append(Fault(file, row.line, None, "有一格没有对应的列名，请检查是否多了逗号"))
    return Table(records, faults)


def _header_faults(file: str, header: Row, columns: Mapping[str, Column]) -> Iterator[Fault]:
    names = [name for name in header.cells if name]
    if not columns.keys() & set(names):
        yield Fault(file, header.line, None, f"第一行应是列名：{'、'.join(columns)}")
        return
    for name in columns:
        if name not in names:
            yield Fault(file, header.line, name, "缺少这一列")
    for name in dict.fromkeys(names):
        if name not in columns:
            yield Fault(file, header.line, name, f"不认识的列，应为 {'、'.join(columns)}")
        elif names.count(name) > 1:
            yield Fault(file, header.line, name, "这一列出现了不止一次")


def _wrong(value: str, column: Column) -> str | None:
    if not value:
        return "不能为空" if column.required else None
    if len(value) > column.longest:
        return f"超过 {column.longest} 个字符"
    if any(category(character) in INVISIBLE for character in value):
        return "含有换行或不可见的控制字符，请重新输入这一格"
    if value.startswith(FORMULA_STARTS) and not (column.signed and value.startswith("+")):
        return f"不能以「{value[0]}」开头，表格软件会把它当作公式"
    return column.wrong(value)
