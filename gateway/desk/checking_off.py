"""归档: the paper is in its place. Archive fields by rule, 件号 gapless within fonds, year, department and retention.

Source: DA/T 22-2015; docs/decisions/0015-copies.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, func, select

from flows.engine.kind import ARCHIVE
from flows.engine.rules import retention_of
from gateway.desk.lists import printed_in_full
from gateway.effects import note
from models.archival import retention_code, retention_in_words
from models.archive import ArchiveEntry
from models.database import one_at_a_time
from models.papers import Sheet
from models.record import Request
from models.refusals import Conflict, Invalid
from models.settings import settings
from printouts.printing.bundle import Listed

NO_FONDS = "还没有设置全宗号，不能归档。全宗号由档案馆给定，请系统管理员设置 OA_FONDS 并重新启动后再归档。"
Group = tuple[str, int, str, str]  # fonds, year, department, retention


@dataclass(frozen=True)
class CheckedOff:
    """A sheet with its archive fields; `before`: it had them already."""

    listed: Listed
    entry: ArchiveEntry
    before: bool = False

    @property
    def code(self) -> str:
        return self.entry.code

    @property
    def retention(self) -> str:
        return retention_in_words(self.entry.retention)


def forecast(session: Session, account: str, listed: Sequence[Listed], now: datetime) -> list[CheckedOff]:
    """What checking these off would give, in their order; the 件号 holds unless others come first.

    Raises:
        Invalid: 全宗号 is not set; Conflict: some have no whole copy on paper, or are not for the archive.
    """
    fonds = settings().fonds
    if not fonds:
        raise Invalid(NO_FONDS, fields={"fonds": "请设置 OA_FONDS"})
    _check(session, listed)
    there = _entries(session, listed)
    last: dict[Group, int] = {}
    return [
        CheckedOff(each, there[each.sheet.id], before=True)
        if each.sheet.id in there
        else CheckedOff(each, _next(session, each.sheet, fonds, account, now, last))
        for each in listed
    ]


def check_off(session: Session, account: str, listed: Sequence[Listed], now: datetime) -> list[CheckedOff]:
    """Check these off as filed, each with an entry in its request's journal; those checked off before stay as they are.

    Raises as `forecast`; nothing is checked off then.
    """
    one_at_a_time(session, "archive items")
    requests = select(Request).where(col(Request.id).in_({each.sheet.request_id for each in listed}))
    locked = {each.id: each for each in session.exec(requests.order_by(col(Request.number)).with_for_update())}
    found = forecast(session, account, listed, now)
    for each in found:
        if not each.before:
            session.add(each.entry)
            session.flush()
            note(session, locked[each.listed.sheet.request_id], account, "filed", now, code=each.code)
    return found


def _check(session: Session, listed: Sequence[Listed]) -> None:
    others = [each.entry.title for each in listed if each.sheet.copy_kind != ARCHIVE.key]
    if others:
        raise Conflict(f"只有归档联归档，不包括：{'、'.join(others)}。请去掉后再归档。", sheets=others)
    whole = select(Sheet.id).where(col(Sheet.id).in_([each.sheet.id for each in listed]), printed_in_full(Sheet.id))
    printed = set(session.exec(whole))
    if lacking := [each.entry.title for each in listed if each.sheet.id not in printed]:
        told = f"还没有打印全文，不能归档：{'、'.join(lacking)}。请先打印（版式选「全文」）再归档。"
        raise Conflict(told, sheets=lacking)


def _entries(session: Session, listed: Sequence[Listed]) -> dict[UUID, ArchiveEntry]:
    mine = select(ArchiveEntry).where(col(ArchiveEntry.sheet_id).in_([each.sheet.id for each in listed]))
    return {each.sheet_id: each for each in session.exec(mine)}


def _next(
    session: Session, sheet: Sheet, fonds: str, account: str, now: datetime, last: dict[Group, int]
) -> ArchiveEntry:
    """The next entry of its group. `last`: the last 件号 of each group, which goes on."""
    request = session.get_one(Request, sheet.request_id)
    finished = request.finished_at or sheet.filed_at  # an archive copy is of a finished one
    year, retention = finished.astimezone(settings().zone).year, retention_code(retention_of(session, request))
    group = (fonds, year, request.department, retention)
    last[group] = (last[group] if group in last else _last(session, *group)) + 1
    return ArchiveEntry(
        sheet_id=sheet.id,
        fonds=fonds,
        year=year,
        department=request.department,
        retention=retention,
        item_no=last[group],
        pages=sheet.pages,
        filed_by=account,
        filed_at=now,
    )


def _last(session: Session, fonds: str, year: int, department: str, retention: str) -> int:
    group = (
        ArchiveEntry.fonds == fonds,
        ArchiveEntry.year == year,
        ArchiveEntry.department == department,
        ArchiveEntry.retention == retention,
    )
    return session.exec(select(func.max(ArchiveEntry.item_no)).where(*group)).one() or 0
