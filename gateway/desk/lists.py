"""What lies at the print desk: filed sheets of the requests that a person may see, in filing order."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Select, cast
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from flows.engine.kind import kinds
from gateway.login.identity import Me
from gateway.visibility import visible_to
from gateway.workbench.lists import state_in_words
from models.organisation import Person
from models.papers import Sheet
from models.record import Request
from models.settings import settings
from printouts.bundle import Entry, Listed
from printouts.filing import newest

MOST = 500  # sheets shown, and printed, at a time
Lying = aliased(Sheet)  # `visible_to` asks about sheets too


@dataclass(frozen=True)
class Sought:
    """Sheets filed from one day to another, both included; none, or an empty text: whatever it is."""

    since: date | None = None
    until: date | None = None
    kind: str = ""
    number: str = ""


def lying(session: Session, me: Me, sought: Sought) -> tuple[list[Listed], int]:
    """The first `MOST` of them in filing order, and how many there are."""
    found = _sheets().where(visible_to(me), *_narrowing(sought))
    total = session.exec(select(func.count()).select_from(found.subquery())).one()
    return _listed(session, found.limit(MOST)), total


def chosen(session: Session, me: Me, sheets: Collection[UUID]) -> list[Listed]:
    """Those of these sheets that this person may see, in filing order."""
    return _listed(session, _sheets().where(visible_to(me), col(Lying.id).in_(sheets)))


def _sheets() -> Select[Any]:
    """By number, the copies of one together."""
    return (
        select(Lying, Request, Person.name)
        .join(Request, col(Request.id) == Lying.request_id)
        .join(Person, col(Person.account) == Request.initiator)
        .order_by(col(Request.prefix), col(Request.year), col(Request.serial), col(Lying.copy_kind))
    )


def _narrowing(sought: Sought) -> list[Any]:
    asked, filed_on = [], cast(func.timezone(settings().timezone, col(Lying.filed_at)), Date)
    if sought.since:
        asked.append(filed_on >= sought.since)
    if sought.until:
        asked.append(filed_on <= sought.until)
    if sought.kind:
        asked.append(col(Request.kind) == sought.kind)
    if sought.number:
        asked.append(col(Request.number).icontains(sought.number, autoescape=True))
    return asked


def _listed(session: Session, found: Select[Any]) -> list[Listed]:
    rows = session.execute(found).all()
    files = newest(session, [sheet for sheet, _, _ in rows])
    return [Listed(sheet, _entry(sheet, request, name), files[sheet.id]) for sheet, request, name in rows]


def _entry(sheet: Sheet, request: Request, name: str) -> Entry:
    kind = kinds()[request.kind]
    copies = {copy.key: copy.title for copy in kind.copies}
    filed_at = sheet.filed_at.astimezone(settings().zone)
    state = state_in_words(request.status)
    return Entry(
        request.number, copies[sheet.copy_kind], kind.title, name, request.department, state, sheet.pages, filed_at
    )
