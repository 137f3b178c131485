"""What is printed together: filed sheets, each in a layout, with or without attachments; and how it came out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from models.archive import Layout
from models.papers import Attachment, Sheet
from models.refusals import Refusal
from printouts.filing.sheets import OnFile
from printouts.printing.marks import Stamp

Draw = Callable[[], bytes]


@dataclass(frozen=True)
class Entry:
    """A sheet as a line of a list, in words."""

    number: str
    copy: str  # 归档联, 派车联
    kind: str
    applicant: str
    department: str
    outcome: str
    pages: int
    filed_at: datetime

    @property
    def title(self) -> str:
        return f"{self.number} {self.copy}"


@dataclass(frozen=True)
class Listed:
    """A filed sheet, its line, and which file of it is printed."""

    sheet: Sheet
    entry: Entry
    file: OnFile


@dataclass(frozen=True)
class Order:
    """A sheet to print, and how.

    Args:
        draw: gives the PDF of a layout that is not the filed one, in any process.
        attachments: those to bind in, in their order; none where that was not asked for.
        stamp: what stands in the archive stamp, once it is checked off as filed.
    """

    listed: Listed
    layout: Layout = Layout.full
    draw: Draw | None = None
    bound: bool = False
    attachments: Sequence[Attachment] = ()
    stamp: Stamp | None = None


@dataclass(frozen=True)
class Attached:
    """What became of an attachment that was to be bound in: its pages, or why it was left out."""

    name: str  # 附件 2：合同.pdf
    pages: int = 0
    left_out: str = ""

    @property
    def told(self) -> str:
        return f"{self.name}（{f'没有装订：{self.left_out}' if self.left_out else f'{self.pages} 页'}）"


@dataclass
class Ready:
    """A sheet on the pile, and its attachments."""

    order: Order
    pages: int
    attached: list[Attached] = field(default_factory=list)

    @property
    def all_pages(self) -> int:
        return sum(self._papers())

    @property
    def leaves(self) -> int:
        """Paper for them, printed on both sides: each begins a leaf."""
        return sum(-(-pages // 2) for pages in self._papers())

    def _papers(self) -> list[int]:
        return [self.pages, *(each.pages for each in self.attached)]


class AllDamaged(Refusal):
    """Not one of the sheets is what was filed."""

    status, code = 500, "sheets_damaged"


def in_words(left_out: Sequence[Listed]) -> str:
    """Which were left out and why, a line each."""
    told = f"下列 {len(left_out)} 份没有合并：归档的文件缺失或已损坏，请联系管理员从备份恢复。"
    return "\n".join([told, *(each.entry.title for each in left_out)])
