"""代理, minute by minute: open items of who is acted for go to the delegate, and come home when that is over.

Source: SEMANTICS.md, 代理. What is still to be done is read from the record, each request in a transaction of its own:
whatever interrupts it, the next minute goes on where this one stopped. New items go to the delegate at once
(flows/engine/holders.py).
"""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select, update

from flows.engine.acts.handing_on import fault_of_holder, hand_on
from flows.engine.holders import running, stand_in
from flows.engine.items import unfinished
from flows.engine.moving import Way, way_of
from models.database import transaction
from models.delegations import Delegation
from models.organisation import Person, StaffState
from models.record import FormerHolder, ItemState, JournalEntry, Request, WorkItem
from models.route import Part


def begin_due(now: datetime) -> int:
    """Open items of people for whom someone acts now go to the delegate, who has not had them since it began. How many
    did."""
    with transaction() as session:
        requests = session.exec(_numbered(_waiting(now))).all()
    gone = sum(_begin(request, now) for request in requests)
    with transaction() as session:
        begun = col(Delegation.starts_at) <= now, col(Delegation.begun_at).is_(None)
        session.execute(update(Delegation).where(*begun, col(Delegation.ended_at).is_(None)).values(begun_at=now))
    return gone


def end_due(now: datetime) -> int:
    """Unfinished items of delegations that are over come home. How many did."""
    with transaction() as session:
        over = col(Delegation.ends_at) <= now, col(Delegation.ended_at).is_(None)
        ended = session.exec(select(Delegation).where(*over).order_by(col(Delegation.ends_at))).all()
    return sum(_come_home(each, now) for each in ended)


def _numbered(items: Any) -> Any:
    """The requests of these items, in the order of their numbers: everyone locks them in that order."""
    return (
        select(Request.id)
        .where(col(Request.id).in_(items.with_only_columns(WorkItem.request_id)))
        .order_by(col(Request.number))
    )


def _waiting(now: datetime) -> Any:
    """Open items for whose holder someone acts now, who has not had them since; with who that is."""
    runs = running(Delegation, now, col(Request.kind))
    had = exists().where(
        col(FormerHolder.work_item_id) == WorkItem.id,
        col(FormerHolder.person) == Delegation.delegate,
        col(JournalEntry.request_id) == FormerHolder.request_id,
        col(JournalEntry.seq) == FormerHolder.seq,
        col(JournalEntry.at) >= Delegation.starts_at,
    )
    return (
        select(WorkItem.id, Delegation.delegate)
        .join(Request, col(Request.id) == WorkItem.request_id)
        .join(Delegation, and_(col(Delegation.principal) == WorkItem.person, *runs))
        .join(Person, and_(col(Person.account) == Delegation.delegate, col(Person.state) == StaffState.on_duty))
        .where(WorkItem.state == ItemState.open, col(WorkItem.acting_for).is_(None), ~had)
        .where(WorkItem.part != Part.initiator, Delegation.delegate != Request.initiator)
    )


def _begin(request_id: UUID, now: datetime) -> int:
    """The items of one request go to the delegates, but for those of a step in which the delegate already is."""
    with transaction() as session:
        request = _locked(session, request_id)
        to = dict(session.exec(_waiting(now).where(WorkItem.request_id == request_id)).all())
        way = way_of(session, request, now)
        gone = 0
        for item in [each for each in unfinished(way.items) if each.id in to]:
            if fault_of_holder(session, way, to[item.id], item) is None:
                hand_on(way.desk, item, to[item.id], item.person, "delegated", None)
                way.items = [*way.items, replace(item, person=to[item.id])]
                gone += 1
        return _written(way, gone)


def _come_home(delegation: Delegation, now: datetime) -> int:
    """Its items; those for which the same two have another delegation by now stay where they are."""
    with transaction() as session:
        requests = session.exec(_numbered(_held(delegation, now))).all()
    home = sum(_bring_home(request, delegation, now) for request in requests)
    with transaction() as session:
        session.execute(update(Delegation).where(col(Delegation.id) == delegation.id).values(ended_at=now))
    return home


def _held(delegation: Delegation, now: datetime) -> Any:
    """Unfinished items that the delegate holds under this delegation."""
    other = aliased(Delegation)
    again = exists().where(
        col(other.principal) == delegation.principal,
        col(other.delegate) == delegation.delegate,
        *running(other, now, col(Request.kind)),
    )
    of_its_kinds = [] if delegation.kinds is None else [col(Request.kind).in_(delegation.kinds)]
    return (
        select(WorkItem.id)
        .join(Request, col(Request.id) == WorkItem.request_id)
        .where(WorkItem.acting_for == delegation.principal, WorkItem.person == delegation.delegate)
        .where(col(WorkItem.state).in_([ItemState.open, ItemState.held]), ~again, *of_its_kinds)
    )


def _bring_home(request_id: UUID, delegation: Delegation, now: datetime) -> int:
    """The items of one request come home: to the principal, or to who stands in for them."""
    with transaction() as session:
        request = _locked(session, request_id)
        held = set(session.exec(_held(delegation, now).where(WorkItem.request_id == request_id)).all())
        way = way_of(session, request, now)
        home = [each for each in unfinished(way.items) if each.id in held]
        for item in home:
            hand_on(way.desk, item, stand_in(session, request, delegation.principal), None, "came_home", None)
        return _written(way, len(home))


def _written(way: Way, moved: int) -> int:
    """If anything moved, it is written and the run shows it."""
    if moved:
        way.desk.wake()
        way.desk.close()
    return moved


def _locked(session: Session, request_id: UUID) -> Request:
    found = select(Request).where(Request.id == request_id).with_for_update()
    return session.exec(found.execution_options(populate_existing=True)).one()
