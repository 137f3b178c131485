"""份号: each copy on paper has a number, gapless for its sheet, and stands in the journal of its request."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, func, select

from gateway.effects import note
from models.archive import PrintedCopy
from models.record import Request
from printouts.printing.bundle import Order


def number_copies(session: Session, account: str, orders: Sequence[Order], now: datetime) -> dict[UUID, int]:
    """The number of each of these copies by sheet, written down. Their requests are locked until the commit, by number
    as elsewhere; whoever prints one of them meanwhile comes after."""
    requests = _locked(session, orders)
    numbers = next_numbers(session, orders)
    for each in orders:
        sheet = each.listed.sheet
        copy_no = numbers[sheet.id]
        session.add(
            PrintedCopy(
                sheet_id=sheet.id,
                copy_no=copy_no,
                layout=each.layout,
                bound=each.bound,
                printed_by=account,
                printed_at=now,
            )
        )
        detail = {"copy": each.listed.entry.copy, "copy_no": copy_no, "layout": each.layout, "bound": each.bound}
        note(session, requests[sheet.request_id], account, "printed", now, **detail)
    session.flush()
    return numbers


def _locked(session: Session, orders: Sequence[Order]) -> dict[UUID, Request]:
    mine = select(Request).where(col(Request.id).in_({each.listed.sheet.request_id for each in orders}))
    found = session.exec(mine.order_by(col(Request.number)).with_for_update()).all()
    return {request.id: request for request in found}


def next_numbers(session: Session, orders: Sequence[Order]) -> dict[UUID, int]:
    """Which copies would come next, by sheet; what they will be is certain once their requests are locked."""
    sheets = [each.listed.sheet.id for each in orders]
    last = select(PrintedCopy.sheet_id, func.max(PrintedCopy.copy_no)).where(col(PrintedCopy.sheet_id).in_(sheets))
    printed = dict(session.exec(last.group_by(col(PrintedCopy.sheet_id))).all())
    return {sheet: printed.get(sheet, 0) + 1 for sheet in sheets}
