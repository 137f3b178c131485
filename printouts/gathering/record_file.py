"""record.json, attached to each sheet: the record of the request as programs read it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, tzinfo
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from sqlmodel import Session, SQLModel, col, select

from models.papers import Attachment
from models.record import JournalEntry
from printouts.gathering.case import Case

FORMAT, FIRST = "oa-record/2", "oa-record/1"  # the first one had no `sheet`, step changes and former holders
INWARD = frozenset(
    {"request_id", "wake_seq", "carried_seq", "carried_at", "flow_run_id", "idempotency_key", "tries"}
)  # how the work is carried out, not what was done


def record_of(session: Session, case: Case, sheet: Mapping[str, Any]) -> dict[str, Any]:
    """JSON values: the request, its people, route, rounds, decisions, changes of seats, notices, files and journal.

    Args:
        sheet: what tells the sheet that it goes along with: copy and check code.
    """
    request_id = case.request.id
    attached = session.exec(select(Attachment).where(Attachment.request_id == request_id).order_by(col(Attachment.id)))
    journal = session.exec(
        select(JournalEntry).where(JournalEntry.request_id == request_id).order_by(col(JournalEntry.seq))
    )
    whole: dict[str, Any] = {
        "format": FORMAT,
        "sheet": sheet,
        "request": _row(case.request),
        "people": {account: vars(person) for account, person in case.people.items()},
        "route": _rows(case.route.values()),
        "visits": _rows(case.visits),
        "work_items": _rows(case.items.values()),
        "decisions": _rows(case.decisions.values()),
        "step_changes": _rows(case.changes),
        "former_holders": _rows(case.former_holders),
        "notices": _rows(case.notices),
        "attachments": _rows(attached),
        "journal": _rows(journal),
    }
    plain: dict[str, Any] = json_value(whole, case.zone)
    return plain


def json_value(value: Any, zone: tzinfo) -> Any:
    """Values as JSON has them; moments in the office's time zone, so the same record gives the same bytes."""
    match value:
        case dict():
            return {str(name): json_value(each, zone) for name, each in value.items()}
        case list() | tuple():
            return [json_value(each, zone) for each in value]
        case datetime():
            return value.astimezone(zone).isoformat()
        case Enum():
            return value.value
        case UUID() | Decimal() | date():
            return str(value)
    return value


def outward(row: Mapping[str, Any]) -> dict[str, Any]:
    """What of a row goes into the file."""
    return {name: value for name, value in row.items() if name not in INWARD}


def _rows(rows: Iterable[SQLModel]) -> list[dict[str, Any]]:
    return [_row(row) for row in rows]


def _row(row: SQLModel) -> dict[str, Any]:
    return outward(row.model_dump())
