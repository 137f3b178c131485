"""移交包: filed sheets for the archive in one ZIP, with their catalogue, checksums and a word about it.

Written as it is read, one PDF at a time: its size is bounded by the disk alone (ZIP64). What is no longer what was
filed is left out and named. Source: DA/T 22-2015 归档文件整理规则, 归档文件目录.
"""

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO

from printouts.drawing.wording import minute
from printouts.filing.sheets import OnFile, SheetDamaged, read_sheet
from printouts.lists.columns import Cell, Column
from printouts.lists.tables import CsvTable, WorkbookTable

CATALOGUE = "归档文件目录"
READ_ONLY = 0o444
PIECE = 1024**2  # bytes
CHECKSUMS, ABOUT = "checksums.sha256", "说明.txt"
COLUMNS = (
    Column("序号", 12),
    Column("档号", 75),
    Column("文号", 34),
    Column("责任者", 40),
    Column("题名", 90),
    Column("日期", 20),
    Column("密级", 14),
    Column("页数", 12),
    Column("备注", 40),
    Column("保管期限", 20),
    Column("全宗号", 16),
    Column("年度", 12),
    Column("件号", 12),
    Column("机构", 40),
)


@dataclass(frozen=True)
class Packed:
    """A sheet to be transferred: `name` is the PDF's, `row` its line in the catalogue without the running number."""

    name: str
    title: str
    file: OnFile
    row: tuple[Cell, ...]


@dataclass(frozen=True)
class Order:
    """Who has it made, of what; `made_at` in the office's zone."""

    organisation: str
    by: str
    chosen: str
    made_at: datetime


@dataclass
class Result:
    packed: int = 0
    left_out: list[str] = field(default_factory=list)


def write_package(into: IO[bytes], items: Iterable[Packed], order: Order, told: Callable[[int], None]) -> Result:
    """Write the ZIP; `told` hears how many sheets have been gone through."""
    result, book = Result(), WorkbookTable(CATALOGUE, COLUMNS)
    with zipfile.ZipFile(into, "w") as archive, TemporaryFile() as workbook, TemporaryFile() as plain:
        package, lines = _Package(archive, order.made_at), CsvTable(plain, COLUMNS)
        for done, item in enumerate(items, 1):
            if _pack(package, item):
                result.packed += 1
                for table in (book, lines):
                    table.add((result.packed, *item.row))
            else:
                result.left_out.append(item.title)
            told(done)
        book.save(workbook)
        lines.end()
        package.add(f"{CATALOGUE}.xlsx", workbook)
        package.add(f"{CATALOGUE}.csv", plain, zipfile.ZIP_DEFLATED)
        package.add(ABOUT, io.BytesIO(_about(order, result).encode("utf-8-sig")))
        package.add_checksums()
    return result


class _Package:
    """A ZIP that knows the hash of all that went into it."""

    def __init__(self, archive: zipfile.ZipFile, at: datetime) -> None:
        self._archive, self._at, self._checksums = archive, at.timetuple()[:6], list[str]()

    def add(self, name: str, file: IO[bytes], packing: int = zipfile.ZIP_STORED) -> None:
        """A file from its beginning, read a piece at a time."""
        about = zipfile.ZipInfo(name, self._at)
        about.compress_type, about.external_attr = packing, READ_ONLY << 16
        file.seek(0)
        sha256 = hashlib.sha256()
        with self._archive.open(about, "w", force_zip64=True) as member:
            while piece := file.read(PIECE):
                sha256.update(piece)
                member.write(piece)
        self._checksums.append(f"{sha256.hexdigest()}  {name}\n")

    def add_checksums(self) -> None:
        """As `sha256sum -c` reads them."""
        self.add(CHECKSUMS, io.BytesIO("".join(self._checksums).encode()))


def _pack(package: _Package, item: Packed) -> bool:
    try:
        pdf = read_sheet(item.file)
    except SheetDamaged:
        return False
    package.add(f"pdf/{item.name}.pdf", io.BytesIO(pdf))
    return True


def _about(order: Order, result: Result) -> str:
    told = [
        f"{order.organisation}流程单移交包",
        f"制作：{order.by}，{minute(order.made_at)}",
        f"范围：{order.chosen}",
        f"内容：流程单 {result.packed} 份（pdf/），{CATALOGUE}（.xlsx、.csv，内容相同），{CHECKSUMS}。",
        f"核对：解开后在此文件夹执行 sha256sum -c {CHECKSUMS}，逐个文件应显示 OK。",
        "流程单是 PDF/A-3，办理记录(record.json)附在其中；已签名的是带签名的那一份。",
    ]
    if result.left_out:
        told += [
            f"没有移交的 {len(result.left_out)} 份：归档的文件缺失或已损坏，须从备份恢复后补交。",
            *result.left_out,
        ]
    return "\n".join(told) + "\n"
