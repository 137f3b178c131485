"""台账: the ledgers of the kinds that keep one by custom, for who has the register; printed, or as a workbook."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from sqlmodel import Session

from flows.engine.forms import DATES, Day
from flows.engine.kind import Kind, kinds
from flows.engine.ledger import Ledger
from flows.engine.ledger_lines import Wanted, count_lines, lines
from gateway.jobs.work import Progress
from gateway.login.identity import Me
from gateway.visibility import registered_for
from models.database import transaction
from models.refusals import Invalid, NotYours
from models.settings import settings
from printouts.lists.columns import Cell
from printouts.lists.tables import WorkbookTable
from printouts.printing.prints import keep_made

MOST_PRINTED = {".pdf": 10_000, ".xlsx": 100_000}  # lines


@dataclass(frozen=True)
class Asked:
    """A ledger, from one day to another, both included, of one volume; none named: of all."""

    kind: Kind
    ledger: Ledger
    since: date
    until: date
    volume: str
    volume_name: str

    @property
    def title(self) -> str:
        """用印登记簿 学校公章 2026-01-01 至 2026-11-30"""
        return " ".join(filter(None, (self.ledger.title, self.volume_name, f"{self.since} 至 {self.until}")))

    def wanted(self, me: Me) -> Wanted:
        return Wanted(self.since, self.until, self.volume, registered_for(me))


def kinds_with_ledger() -> list[tuple[Kind, Ledger]]:
    return [(kind, kind.ledger) for kind in kinds().values() if kind.ledger]


def ledger_of(key: str) -> tuple[Kind, Ledger]:
    """Raises NotYours: the kind has none."""
    found = [(kind, ledger) for kind, ledger in kinds_with_ledger() if kind.key == key]
    if not found:
        raise NotYours
    return found[0]


def read_asked(session: Session, key: str, typed: Mapping[str, str], today: date) -> Asked:
    """Of this year up to now, when no days are asked for. Raises NotYours, Invalid."""
    kind, ledger = ledger_of(key)
    since, until = _day(typed.get("from", "")), _day(typed.get("until", ""))
    since, until = since or today.replace(month=1, day=1), until or today
    if until < since:
        raise Invalid("日期：止早于起，请核对。", fields={"until": "早于起，请核对"})
    volume, names = typed.get("volume", ""), dict(ledger.volumes(session))
    if volume and volume not in names:
        raise Invalid(f"{ledger.volume_title}：请从列表中选择。", fields={"volume": "请从列表中选择"})
    return Asked(kind, ledger, since, until, volume, names.get(volume, ""))


def first_lines(session: Session, me: Me, asked: Asked, most: int) -> tuple[list[tuple[Cell, ...]], int]:
    """The first of them, and how many there are."""
    wanted = asked.wanted(me)
    found = list(islice(lines(session, asked.kind, asked.ledger, wanted), most))
    return found, count_lines(session, asked.kind, asked.ledger, wanted)


def not_too_many(total: int, suffix: str) -> None:
    """Raises Invalid: nothing is cut silently."""
    if total > MOST_PRINTED[suffix]:
        told = f"一次最多 {MOST_PRINTED[suffix]} 行，符合条件的有 {total} 行。请缩短日期的范围，分几次。"
        raise Invalid(told)


def make_ledger(job: UUID, me: Me, asked: Asked, suffix: str, total: int, progress: Progress) -> list[str]:
    """As a PDF or a workbook. Raises OSError: it could not be written."""
    now = datetime.now(UTC)
    with transaction() as session:
        rows = list(lines(session, asked.kind, asked.ledger, asked.wanted(me)))
    if suffix == ".pdf":
        pdf = _drawn(me, asked, rows, now, lambda done: progress(done, total + 1))
        keep_made(job, suffix, lambda file: file.write(pdf), now)
    else:
        book = WorkbookTable(asked.ledger.title, asked.ledger.columns)
        for row in rows:
            book.add(row)
        keep_made(job, suffix, book.save, now)
    return [f"{asked.title}：{len(rows)} 行。"]


def _drawn(me: Me, asked: Asked, rows: list[tuple[Cell, ...]], now: datetime, told: Callable[[int], None]) -> bytes:
    from printouts.lists.ledger import LedgerPaper, draw_ledger  # with the first print: WeasyPrint is 60 MB

    volume = f"{asked.ledger.volume_title}：{asked.volume_name or '全部'}" if asked.ledger.volume_title else ""
    paper = LedgerPaper(
        settings().organisation,
        asked.ledger.title,
        volume,
        asked.since,
        asked.until,
        me.name,
        now.astimezone(settings().zone),
        asked.ledger.columns,
        rows,
    )
    return draw_ledger(paper, told)


def _day(text: str) -> date | None:
    try:
        return TypeAdapter(Day).validate_python(text) if text else None
    except ValidationError:
        raise Invalid(f"日期：{DATES}。", fields={"from": DATES}) from None
