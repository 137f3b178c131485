"""The lines of a kind's ledger, read from the record."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Date, cast
from sqlmodel import Session, col, func, select

from flows.engine.kind import Kind
from flows.engine.ledger import Ledger, Used
from models.organisation import Person
from models.record import Decision, Request, RouteStep, WorkItem
from models.route import Part, Verdict
from models.settings import settings
from printouts.lists.columns import Cell

AT_A_TIME = 500  # lines read at once
AGREED = (Verdict.agree, Verdict.finish, Verdict.carry)


@dataclass(frozen=True)
class Wanted:
    """Lines from one day to another, both included; of one volume, or of all. `visible`: a condition on `Request`."""

    since: date
    until: date
    volume: str
    visible: Any


def count_lines(session: Session, kind: Kind, ledger: Ledger, wanted: Wanted) -> int:
    return session.scalar(select(func.count()).select_from(_asked(kind, ledger, wanted).subquery())) or 0


def lines(session: Session, kind: Kind, ledger: Ledger, wanted: Wanted) -> Iterator[tuple[Cell, ...]]:
    """In the order of the days, with running numbers from 1; read a few at a time."""
    names = dict(session.exec(select(Person.account, Person.name)).all())
    found = _asked(kind, ledger, wanted).order_by(ledger.day, Request.prefix, Request.year, Request.serial)
    number = 0
    for several in session.exec(found.execution_options(yield_per=AT_A_TIME)).partitions():
        said = _said(session, [each.id for each in several])
        for request in several:
            number += 1
            yield number, *ledger.line(_used(kind, request, said.get(request.id, ()), names))


def _asked(kind: Kind, ledger: Ledger, wanted: Wanted) -> Any:
    day = cast(func.timezone(settings().timezone, ledger.day), Date)
    found = (
        select(Request)
        .join(ledger.table, ledger.table.request_id == Request.id)
        .where(Request.kind == kind.key, day >= wanted.since, day <= wanted.until, wanted.visible, *ledger.only)
    )
    return found.where(ledger.volume == wanted.volume) if wanted.volume else found


Decided = tuple[RouteStep, WorkItem, Decision]


def _said(session: Session, requests: Sequence[UUID]) -> dict[UUID, list[Decided]]:
    """What was decided at the steps of the routes in force, in order."""
    decided = session.exec(
        select(RouteStep, WorkItem, Decision)
        .join(WorkItem, col(WorkItem.id) == Decision.work_item_id)
        .join(Request, col(Request.id) == Decision.request_id)
        .join(
            RouteStep,
            (col(RouteStep.request_id) == Request.id)
            & (col(RouteStep.edition) == Request.edition)
            & (col(RouteStep.position) == WorkItem.position),
        )
        .where(col(Decision.request_id).in_(requests))
        .order_by(col(Decision.seq))
    )
    found: dict[UUID, list[Decided]] = {}
    for each in decided:
        found.setdefault(each[2].request_id, []).append(each)
    return found


def _used(kind: Kind, request: Request, said: Sequence[Decided], names: dict[str, str]) -> Used:
    fields, hosts = {}, dict[str, str]()
    for step, item, decision in said:
        if decision.fields and step.fields:
            fields[step.key] = kind.fields[step.fields].model_validate(decision.fields)
        if item.part is Part.host and decision.verdict in AGREED:
            hosts.pop(step.key, None)  # last once more
            hosts[step.key] = names[item.person] + (f"（代{names[item.acting_for]}）" if item.acting_for else "")
    return Used(
        request.number,
        names[request.initiator],
        request.department,
        kind.read(request.form),
        request.facts,
        fields,
        hosts,
        lambda account: names.get(account, account),
    )
