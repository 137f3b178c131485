"""Who gets a work item: whom the route meant, their delegate (代), or, if they are not there, their superior.

Source: SEMANTICS.md, 代理 and "Approver rules". A delegate's own delegations are not followed: chains end at one hop.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, String, and_, any_, bindparam, func, or_
from sqlalchemy import select as rows
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from flows.engine.trouble import NOBODY, note_incident
from models.delegations import Delegation
from models.organisation import NobodyThere, Person, StaffState, organisation
from models.record import Request

ACCOUNTS: ARRAY[str] = ARRAY(String)


@dataclass(frozen=True)
class Holder:
    """Who holds an item, and for whom under a delegation."""

    person: str
    acting_for: str | None = None
    name_of_principal: str = ""


def running(of: type[Delegation], now: Any, kind: Any) -> tuple[Any, ...]:
    """The conditions on a delegation (or an alias) that holds now for a kind, given as an expression."""
    covers = or_(col(of.kinds).is_(None), func.jsonb_exists(col(of.kinds), kind))
    return col(of.starts_at) <= now, col(of.ends_at) > now, col(of.ended_at).is_(None), covers


def _asked() -> Any:
    """People with who acts for each of them, the one named last coming last."""
    delegate = aliased(Person)
    acting = and_(
        col(Delegation.principal) == Person.account,
        col(Delegation.delegate) != bindparam("initiator"),
        *running(Delegation, bindparam("now"), bindparam("kind")),
    )
    there = and_(col(delegate.account) == Delegation.delegate, col(delegate.state) == StaffState.on_duty)
    return (
        rows(col(Person.account), col(Person.name), col(Person.state), col(delegate.account))
        .select_from(Person)
        .outerjoin(Delegation, acting)
        .outerjoin(delegate, there)
        .where(col(Person.account) == any_(bindparam("seats", type_=ACCOUNTS)))
        .order_by(col(Delegation.opened_at))
    )


ASKED = _asked()  # built once, as the other statements of a decision


def holders(session: Session, request: Request, seats: Collection[str], now: datetime) -> dict[str, Holder]:
    """A holder for each of these people; the initiator never decides on their own request."""
    about = {"initiator": request.initiator, "kind": request.kind, "now": now, "seats": list(seats)}
    return {
        account: Holder(acts, account, name)
        if acts
        else Holder(account if state is StaffState.on_duty else stand_in(session, request, account))
        for account, name, state, acts in session.execute(ASKED, about).all()
    }


def stand_in(session: Session, request: Request, account: str) -> str:
    """The person if on duty, else the nearest superior; with nobody there it stays theirs, and the administrator is
    told."""
    try:
        return organisation(session).approver(account, for_=request.initiator)
    except NobodyThere as nobody:
        note_incident(session, request.id, f"{request.number} {account}", NOBODY, nobody.message)
        return account
