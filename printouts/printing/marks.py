"""What is laid over the pages of a printed copy: its number in the foot, the archive stamp, whose attachment it is."""

from dataclasses import dataclass
from datetime import datetime

from models.archival import retention_in_words
from models.archive import ArchiveEntry, Layout
from printouts.drawing.wording import minute

LAYOUTS = {Layout.full: "全文", Layout.brief: "精简", Layout.form: "表单页"}
REPRINT, NOT_FOR_THE_ARCHIVE = "补打", "非归档件"


@dataclass(frozen=True)
class Foot:
    """第 2 份（补打）: two lines at the foot's left, below the print time of the sheet."""

    copy: str
    printed: str


@dataclass(frozen=True)
class Stamp:
    """归档章: six cells in two rows (DA/T 22-2015)."""

    fonds: str
    year: int
    item_no: str
    department: str
    retention: str
    pages: int


@dataclass(frozen=True)
class Heading:
    """附件 2：合同.pdf, above each of its pages."""

    text: str


Mark = Foot | Stamp | Heading


def copy_in_words(copy_no: int) -> str:
    return f"第 {copy_no} 份" + (f"（{REPRINT}）" if copy_no > 1 else "")


def foot_of(copy_no: int, layout: Layout, by: str, at: datetime) -> Foot:
    """The foot of a copy. `at` carries the office's zone."""
    excerpt = "" if layout is Layout.full else f"　{LAYOUTS[layout]}，{NOT_FOR_THE_ARCHIVE}"
    return Foot(copy_in_words(copy_no) + excerpt, f"打印人：{by}　{minute(at)}")


def stamp_of(entry: ArchiveEntry) -> Stamp:
    retention = retention_in_words(entry.retention)
    return Stamp(entry.fonds, entry.year, f"{entry.item_no:04}", entry.department, retention, entry.pages)
