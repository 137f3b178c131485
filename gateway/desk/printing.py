"""打印: made ready first, outside any transaction; then numbered, joined and kept within one, so that no number is used
for what was never kept (docs/decisions/0015-copies.md)."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO
from uuid import UUID

from gateway.desk.numbering import next_numbers, number_copies
from gateway.jobs.work import Progress
from gateway.login.identity import Me
from models.database import transaction
from models.refusals import Refusal
from models.settings import settings
from printouts.printing.bundle import Listed, Order, Ready, in_words
from printouts.printing.marks import copy_in_words
from printouts.printing.prints import keep_made, workplace

if TYPE_CHECKING:
    from printouts.printing.batch import Batch

Write = Callable[[BinaryIO], None]


class NotKept(Refusal):
    """The disk is full, or may not be written to."""

    status, code = 507, "not_kept"

    def __init__(self) -> None:
        super().__init__("打印文件无法保存（磁盘已满或不可写），没有打印，也没有计份号。请联系管理员处理后重新打印。")


def print_for(job: UUID, me: Me, orders: Sequence[Order], progress: Progress) -> list[str]:
    """Print them and keep the PDF under the job's id; what was printed and what was not, in sentences.

    Raises:
        AllDamaged: none of them is what was filed; NotKept: then nothing is noted either.
    """
    now = datetime.now(UTC)

    def keep(write: Write) -> None:
        keep_made(job, ".pdf", write, now)

    return _told(*_printed(me, orders, keep, now, progress, index=len(orders) > 1))


def print_one(me: Me, order: Order) -> bytes:
    """One numbered copy. Raises AllDamaged, NotKept."""
    out = BytesIO()
    _printed(me, [order], lambda write: write(out), datetime.now(UTC), lambda *_: None, index=False)
    return out.getvalue()


def _printed(
    me: Me,
    orders: Sequence[Order],
    keep: Callable[[Write], None],
    now: datetime,
    progress: Progress,
    *,
    index: bool,
) -> tuple[list[Ready], list[Listed], dict[UUID, int]]:
    from printouts.printing.batch import (
        prepared,  # with the first print: WeasyPrint is 60 MB in each process that has it
    )

    steps = 2 * len(orders)  # of each sheet: made ready, and printed
    try:
        with workplace() as folder, prepared(orders, folder, lambda done, _: progress(done, steps)) as batch:
            numbers = _numbered_and_kept(batch, me, keep, now, index=index)
    except OSError as error:
        raise NotKept from error
    progress(steps, steps)
    return batch.ready, batch.left_out, numbers


def _numbered_and_kept(
    batch: "Batch", me: Me, keep: Callable[[Write], None], now: datetime, *, index: bool
) -> dict[UUID, int]:
    orders, local = [each.order for each in batch.ready], now.astimezone(settings().zone)
    if index:  # nobody waits for that, if nobody prints the same sheets meanwhile
        with transaction() as session:
            expected = next_numbers(session, orders)
        batch.draw_index(expected, me.name, local)
    with transaction() as session:
        numbers = number_copies(session, me.account, orders, now)
        keep(lambda out: batch.join(out, numbers, me.name, local, index=index))
    return numbers


def _told(ready: Sequence[Ready], left_out: Sequence[Listed], numbers: dict[UUID, int]) -> list[str]:
    told = _summed_up(ready, numbers) + [
        f"{each.order.listed.entry.number} {attached.told}"
        for each in ready
        for attached in each.attached
        if attached.left_out
    ]
    return told + (in_words(left_out).split("\n") if left_out else [])


def _summed_up(ready: Sequence[Ready], numbers: dict[UUID, int]) -> list[str]:
    pages = sum(each.all_pages for each in ready)
    copies = [(each.order.listed.entry.title, numbers[each.order.listed.sheet.id]) for each in ready]
    if len(copies) == 1:
        return [f"已生成 {title} {copy_in_words(copy_no)}，共 {pages} 页。" for title, copy_no in copies]
    told = f"已合并 {len(ready)} 份流程单，共 {pages} 页；每份从单数页开始，请双面打印。"
    again = [f"{title} 第 {copy_no} 份" for title, copy_no in copies if copy_no > 1]
    return [told, f"其中补打 {len(again)} 份：{'、'.join(again)}。"] if again else [told]
