"""What is made of the register as jobs: the workbook, and the transfer package (移交包)."""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from typing import IO, Any
from uuid import UUID

from sqlmodel import col

from gateway.jobs.work import Progress
from gateway.login.identity import Me
from gateway.register.lines import ARCHIVE_ORDER, FILING_ORDER, Line, every
from gateway.register.sought import PAPER_TITLES, Filed, Paper, Sought, in_words
from models.archive import ArchiveEntry
from models.database import transaction
from models.record import Status
from models.settings import settings
from printouts.lists.columns import Cell, Column
from printouts.lists.tables import WorkbookTable
from printouts.lists.transfer import Order, Packed, Result, write_package
from printouts.printing.prints import keep_made

TITLE, SECRECY = "登记簿", "非密"
COLUMNS = (
    Column("序号", 14),
    Column("编号", 34),
    Column("申请人", 22),
    Column("部门", 40),
    Column("类型", 16),
    Column("联次", 16),
    Column("结果", 16),
    Column("办结日期", 24),
    Column("页数", 12),
    Column("档号", 75),
    Column("保管期限", 20),
    Column("份数", 12),
    Column("归档情况", 26),
    Column("签名", 18),
    Column("校验码", 32),
)


def make_workbook(job: UUID, me: Me, sought: Sought, total: int, progress: Progress) -> list[str]:
    """Every line that is sought, by number. Raises OSError: it could not be written."""
    now = datetime.now(UTC)
    book, lines = WorkbookTable(TITLE, COLUMNS), 0
    with transaction() as session:
        for lines, line in enumerate(every(session, me, sought, FILING_ORDER), 1):
            book.add((lines, *_cells(line)))
            progress(lines, total + 1)
    keep_made(job, ".xlsx", book.save, now)
    return [f"已导出 {lines} 行：{in_words(sought)}。"]


def make_package(
    job: UUID, me: Me, sought: Sought, only: Collection[UUID], unfiled: bool, total: int, progress: Progress
) -> list[str]:
    """What is sought, or of it `only` these sheets, by 档号. Raises OSError: it could not be written."""
    now = datetime.now(UTC)
    chosen = f"{in_words(sought)}{f'；勾选 {len(only)} 份' if only else ''}{'；含尚未归档的' if unfiled else ''}"
    order = Order(settings().organisation, me.name, chosen, now.astimezone(settings().zone))
    result = Result()

    def write(file: IO[bytes]) -> None:
        nonlocal result
        items = _packed(me, sought, transferable(only, unfiled))
        result = write_package(file, items, order, lambda done: progress(done, total + 1))

    keep_made(job, ".zip", write, now)
    told = [f"已打包 {result.packed} 份流程单，附归档文件目录和校验值。范围：{chosen}。"]
    if result.left_out:
        told += [f"下列 {len(result.left_out)} 份没有打包：归档的文件缺失或已损坏，请联系管理员从备份恢复。"]
    return told + result.left_out


def transferable(only: Collection[UUID], unfiled: bool) -> list[Any]:
    """The conditions beside what is sought."""
    conditions = [col(Filed.id).in_(only)] if only else []
    return conditions if unfiled else [*conditions, col(ArchiveEntry.sheet_id).isnot(None)]


def _packed(me: Me, sought: Sought, conditions: list[Any]) -> Iterator[Packed]:
    with transaction() as session:
        for line in every(session, me, sought, ARCHIVE_ORDER, *conditions):
            yield Packed(
                f"{line.number}-{line.sheet.copy_kind}", f"{line.number} {line.copy}", line.file, _catalogued(line)
            )


def _cells(line: Line) -> tuple[Cell, ...]:
    return (
        line.number,
        line.applicant,
        line.department,
        line.kind,
        line.copy,
        line.outcome,
        line.finished_at.date() if line.finished_at else None,
        line.pages,
        line.archival_code,
        line.retention,
        line.copies,
        PAPER_TITLES[line.paper],
        "已签名" if line.signature else "待补签",
        line.sheet.code,
    )


def _catalogued(line: Line) -> tuple[Cell, ...]:
    """In the columns of 归档文件目录, but for the running number; dates as DA/T 22 writes them, 20261120."""
    entry = line.entry
    return (
        line.archival_code,
        line.number,
        f"{line.department} {line.applicant}",
        f"{line.kind}流程单（{line.copy}）",
        f"{line.finished_at:%Y%m%d}" if line.finished_at else "",
        SECRECY,
        line.pages,
        "；".join(_remarks(line)),
        line.retention,
        entry.fonds if entry else "",
        entry.year if entry else None,
        entry.item_no if entry else None,
        entry.department if entry else line.department,
    )


def _remarks(line: Line) -> Iterator[str]:
    """What sets it apart from an approved, signed, filed one."""
    if line.status != Status.approved:
        yield line.outcome
    if line.signature is None:
        yield "待补签"
    if line.paper is not Paper.archived:
        yield PAPER_TITLES[line.paper]
