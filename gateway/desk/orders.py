"""What a person asked to have printed, as orders: each sheet in its layout, its attachments, its archive stamp."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

from sqlmodel import Session, col, select

from gateway.desk.choices import How, chosen_by_kind
from models.archive import ArchiveEntry, Layout
from models.papers import Attachment, Sheet
from models.record import Request
from models.refusals import Invalid
from printouts.printing.bundle import Listed, Order
from printouts.printing.marks import stamp_of

MOST_BOUND = 500_000_000  # bytes of attachments in one print
Files = defaultdict[UUID, list[Attachment]]


def orders_of(session: Session, account: str, listed: Sequence[Listed], how: How) -> list[Order]:
    """In the order of the sheets; how each kind was printed is kept.

    Raises:
        Invalid: the attachments are too large together.
    """
    kinds = _kinds(session, listed)
    chosen = chosen_by_kind(session, account, set(kinds.values()), how)
    files = _files(session, [request for request, kind in kinds.items() if chosen[kind].bound])
    stamps = {each.sheet_id: stamp_of(each) for each in _entries(session, listed)}

    def order(each: Listed) -> Order:
        mine = chosen[kinds[each.sheet.request_id]]
        layout, attached = mine.layout or Layout.full, files[each.sheet.request_id]
        return Order(each, layout, _drawing(each.sheet, layout), bool(mine.bound), attached, stamps.get(each.sheet.id))

    return [order(each) for each in listed]


def _kinds(session: Session, listed: Sequence[Listed]) -> dict[UUID, str]:
    """By request."""
    asked = select(Request.id, Request.kind).where(col(Request.id).in_({each.sheet.request_id for each in listed}))
    return dict(session.exec(asked).all())


def _files(session: Session, requests: Sequence[UUID]) -> Files:
    """In the order in which the sheet lists them."""
    rows = select(Attachment).where(col(Attachment.request_id).in_(requests))
    files, size = Files(list), 0
    for each in session.exec(rows.order_by(col(Attachment.at), col(Attachment.name))):
        if each.request_id:
            files[each.request_id].append(each)
            size += each.size
    if size > MOST_BOUND:
        told = f"附件共 {size // 1_000_000} MB，一次最多装订 {MOST_BOUND // 1_000_000} MB，请分几次打印"
        raise Invalid(f"附件一并装订：{told}，或者不装订附件。", fields={"bound": told})
    return files


def _entries(session: Session, listed: Sequence[Listed]) -> Sequence[ArchiveEntry]:
    mine = select(ArchiveEntry).where(col(ArchiveEntry.sheet_id).in_([each.sheet.id for each in listed]))
    return session.exec(mine).all()


def _drawing(sheet: Sheet, layout: Layout) -> Callable[[], bytes] | None:
    """An excerpt is drawn from the record as it is now."""
    return None if layout is Layout.full else partial(_draw, sheet, layout)


def _draw(sheet: Sheet, layout: Layout) -> bytes:
    from flows.engine.filing import sheet_data  # with the first print: WeasyPrint is 60 MB in each process that has it
    from printouts.drawing.render import render

    return render(sheet_data(sheet.request_id, sheet.copy_kind, sheet.code), layout).pdf
