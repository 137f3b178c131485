"""代理 as people see it: their own, given and received; the main administrator everybody's. Opening and ending them."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, or_, select
from starlette.concurrency import run_in_threadpool

from flows.engine.acting_for import begin_due, end_due
from flows.engine.delegating import LABELS, end_delegation, open_delegation
from flows.engine.forms import LocalTime
from gateway.login.identity import Me
from gateway.login.security_log import note
from gateway.rest.contract import Body
from gateway.visibility import is_administrator
from models.delegating import Acting
from models.delegations import Delegation
from models.refusals import NotAllowed

MOST_SHOWN = 200
log = logging.getLogger("oa.gateway")
State = Literal["to_come", "running", "over"]
PICKER: dict[str, Any] = {"picker": "person"}


class DelegationBody(Body):
    """Who acts for whom. Left out: for oneself, for all kinds, from now on."""

    principal: str | None = Field(None, title=LABELS["principal"], max_length=32, json_schema_extra=PICKER)
    delegate: str = Field(title=LABELS["delegate"], min_length=1, max_length=32, json_schema_extra=PICKER)
    kinds: list[str] | None = Field(None, title=LABELS["kinds"], max_length=50)
    starts_at: LocalTime | None = Field(None, title=LABELS["starts_at"])
    ends_at: LocalTime = Field(title=LABELS["ends_at"])

    def asked(self, me: Me, now: datetime) -> Acting:
        kinds = None if self.kinds is None else frozenset(self.kinds)
        return Acting(self.principal or me.account, self.delegate, kinds, self.starts_at or now, self.ends_at)


def open_as(session: Session, me: Me, body: DelegationBody, now: datetime, address: str) -> Delegation:
    """Raises NotAllowed, Invalid: as `open_delegation`."""
    asked = body.asked(me, now)
    made = open_delegation(session, me.account, asked, now, administrator=is_administrator(me))
    _note(session, "delegated", me, made, now, address)
    return made


def end_as(session: Session, me: Me, delegation_id: UUID, now: datetime, address: str) -> Delegation:
    """Raises NotYours, NotAllowed, TooLate: as `end_delegation`."""
    ended = end_delegation(session, me.account, delegation_id, now, administrator=is_administrator(me))
    _note(session, "delegation_ended", me, ended, now, address)
    return ended


async def carry_out() -> None:
    """After the commit, before the answer: items move. Should that fail, 催办 does it within a minute."""
    await run_in_threadpool(_move, datetime.now(UTC))


def shown_to(session: Session, me: Me, *, everyone: bool = False) -> Sequence[Delegation]:
    """Given and received, those not over first, the latest first; or everybody's.

    Raises:
        NotAllowed: everybody's are for the main administrator.
    """
    if everyone and not is_administrator(me):
        raise NotAllowed("只有主管理员可以查看所有人的代理。")
    order = col(Delegation.ended_at).is_not(None), col(Delegation.starts_at).desc()
    found = select(Delegation).order_by(*order).limit(MOST_SHOWN)
    mine = or_(Delegation.principal == me.account, Delegation.delegate == me.account)
    return session.exec(found if everyone else found.where(mine)).all()


def state_of(delegation: Delegation, now: datetime) -> State:
    if delegation.ended_at or delegation.ends_at <= now:
        return "over"
    return "running" if delegation.starts_at <= now else "to_come"


def _note(session: Session, what: str, me: Me, each: Delegation, now: datetime, address: str) -> None:
    note(session, now, what, me.account, address, principal=each.principal, delegate=each.delegate)


def _move(now: datetime) -> None:
    try:
        end_due(now)
        begin_due(now)
    except SQLAlchemyError as error:  # the delegation itself is on record, and said so
        log.warning("items do not move yet: %s", type(error).__name__)
