"""合并打印: filed sheets in one PDF for both sides of the paper, an index first; damaged ones left out and named."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from models.papers import Sheet
from models.refusals import Refusal
from models.settings import settings
from printouts.filing import OnFile, SheetDamaged, read_sheet


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
class Bundle:
    pdf: bytes
    merged: Sequence[Listed]
    left_out: Sequence[Listed]


class AllDamaged(Refusal):
    """Not one of the sheets is what was filed."""

    status, code = 500, "sheets_damaged"


def bundle(listed: Sequence[Listed], by: str, now: datetime, progress: Callable[[int, int], None]) -> Bundle:
    """Merge these in their order, each checked against its hash on record.

    Raises:
        AllDamaged: nothing is left to print.
    """
    from printouts.merging import Paper, merge  # with the first print: WeasyPrint is 60 MB in each process that has it
    from printouts.print_index import Index, draw_index

    papers = {}
    for done, each in enumerate(listed, 1):
        if pdf := _sound(each.file):
            papers[each.sheet.id] = Paper(each.entry.title, pdf)
        progress(done, len(listed))
    merged = [each for each in listed if each.sheet.id in papers]
    left_out = [each for each in listed if each.sheet.id not in papers]
    if not merged:
        raise AllDamaged(in_words(left_out))
    index = Index(
        settings().organisation,
        by,
        now.astimezone(settings().zone),
        [each.entry for each in merged],
        [each.entry for each in left_out],
    )
    pdf = merge("流程单合并打印", [Paper("目录", draw_index(index)), *papers.values()])
    return Bundle(pdf, merged, left_out)


def in_words(left_out: Sequence[Listed]) -> str:
    """Which were left out and why, a line each."""
    told = f"下列 {len(left_out)} 份没有合并：归档的文件缺失或已损坏，请联系管理员从备份恢复。"
    return "\n".join([told, *(each.entry.title for each in left_out)])


def _sound(file: OnFile) -> bytes | None:
    from printouts.merging import readable

    try:
        pdf = read_sheet(file)
    except SheetDamaged:
        return None
    return pdf if readable(pdf) else None
