"""What the record says of a person in a request, each question a statement that is built once."""

from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import and_, bindparam, case, exists, or_
from sqlalchemy import select as rows
from sqlmodel import Session, col

from flows.engine.acts.circulating import asked_of
from models.record import Decision, Request, RouteStep, WorkItem
from models.route import INITIATOR, Part, Verdict

ABOUT: Any = bindparam("about")
PERSON: Any = bindparam("person")
BY_RULE = (Verdict.carry, Verdict.lapse)


@dataclass(frozen=True)
class Roles:
    """Whether they are one of its hosts, the open step's host, asked to say that they have understood."""

    host: bool
    host_now: bool
    asked_reader: bool


def _roles() -> Any:
    """A host is whom the route names, or who holds or held a host's item; of the open step, who holds it, and before
    there is an item, whom the route names."""
    named = col(RouteStep.request_id) == Request.id, col(RouteStep.edition) == Request.edition
    named_here = *named, col(RouteStep.position) == Request.position
    items = col(WorkItem.request_id) == Request.id, col(WorkItem.part) == Part.host
    here = *items, col(WorkItem.round) == Request.round, col(WorkItem.position) == Request.position
    mine, me = col(WorkItem.person) == PERSON, col(RouteStep.host) == PERSON
    host = or_(exists().where(*named, me), exists().where(*items, mine))
    host_now = case(
        (exists().where(*here), exists().where(*here, mine)),
        else_=exists().where(*named_here, me),
    )
    asked = exists().where(*asked_of(Request.id, PERSON))
    return rows(host, host_now, asked).select_from(Request).where(col(Request.id) == ABOUT)


def _mine() -> Any:
    """Their items, with when they decided them; not those that a rule decided, nor as initiator."""
    said = and_(
        col(Decision.work_item_id) == WorkItem.id,
        col(Decision.person) == PERSON,
        col(Decision.verdict).not_in(BY_RULE),
        col(WorkItem.position) != INITIATOR,
    )
    mine = col(WorkItem.request_id) == ABOUT, col(WorkItem.person) == PERSON
    return rows(WorkItem, col(Decision.seq)).outerjoin(Decision, said).where(*mine).order_by(col(WorkItem.part))


ROLES, MINE = _roles(), _mine()


def roles_in(session: Session, request: Request, account: str) -> Roles:
    """What they are in the request beside its initiator."""
    return Roles(*session.execute(ROLES, {"about": request.id, "person": account}).one())


def items_in_hand(session: Session, request: Request, account: str) -> list[WorkItem]:
    """Their items that are open or held, then the one they decided last."""
    found = session.execute(MINE, {"about": request.id, "person": account}).all()
    decided = [(seq, item) for item, seq in found if seq]
    last = [max(decided, key=itemgetter(0))[1]] if decided else []
    return [item for item, _ in found if item.closed_at is None] + last
