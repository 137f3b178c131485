"""The record of many requests as the database has it now, in the form of record.json, some requests at a time."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from models.database import table_of
from models.record import Request
from models.settings import settings
from printouts.evidence.sections import SECTIONS, Record, Section
from printouts.gathering.record_file import json_value, outward

AT_A_TIME = 100  # requests read together; what is in memory does not grow with the record


def every_request(session: Session) -> Iterator[list[UUID]]:
    """The ids of all requests in the order of their numbers, some at a time."""
    last = ""
    while True:
        page = select(Request.id, Request.number).where(Request.number > last).order_by(col(Request.number))
        found = session.exec(page.limit(AT_A_TIME)).all()
        if not found:
            return
        yield [request_id for request_id, _ in found]
        last = found[-1][1]


def records(session: Session, ids: Sequence[UUID]) -> dict[UUID, Record]:
    """Their records, in the order of their numbers. Plain rows, past the unit of work: there are many."""
    table, zone = table_of(Request), settings().zone
    requests = session.execute(table.select().where(table.c.id.in_(ids)).order_by(table.c.number))
    found: dict[UUID, dict[str, Any]] = {
        row["id"]: {"request": json_value(outward(dict(row)), zone), **{section.name: [] for section in SECTIONS}}
        for row in requests.mappings()
    }
    for section in SECTIONS:
        for request_id, row in _rows(session, section, ids):
            found[request_id][section.name].append(json_value(row, zone))
    return dict(found)


def _rows(session: Session, section: Section, ids: Sequence[UUID]) -> Iterator[tuple[UUID, dict[str, Any]]]:
    table = table_of(section.model)
    mine = table.select().where(table.c.request_id.in_(ids))
    for row in session.execute(mine.order_by(*(table.c[name] for name in section.key))).mappings():
        yield row["request_id"], outward(dict(row))
