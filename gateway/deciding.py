"""A decision at any of the three doors (REST, page, Prefect's Resume form); the password where the kind asks for it."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, select

from flows.engine.decide import Choice, decide
from flows.engine.kind import kinds
from flows.engine.statements import held_by
from gateway.login.identity import Me
from gateway.login.proof import ask_password, needs_password
from models.record import Request, WorkItem
from models.refusals import NotYours
from models.route import Part, Verdict

CARRIES_ON = frozenset({Verdict.agree, Verdict.finish})


def decide_as(session: Session, me: Me, item_id: UUID, choice: Choice, now: datetime) -> Request:
    """As `decide`. To be called under `proof.proven`, which gives the password.

    Raises:
        PasswordAgain: agreeing in such a kind, and it was last given too long ago; and what `decide` raises.
    """
    if needs_password(me, now) and choice.verdict in CARRIES_ON:  # programs' tokens never get here: nothing is asked
        kind, part = _about(session, me, item_id)
        if asks_password(kind, part):
            ask_password(me, now)
    return decide(session, me.account, item_id, choice, now)


def asks_password(kind: str, part: Part) -> bool:
    """Of who decides; not of the initiator, who sends a returned form again."""
    return kinds()[kind].asks_password and part is not Part.initiator


def _about(session: Session, me: Me, item_id: UUID) -> tuple[str, Part]:
    found = select(Request.kind, WorkItem.part).where(Request.id == WorkItem.request_id)
    row = session.exec(found.where(WorkItem.id == item_id, held_by(me.account))).first()
    if row is None:
        raise NotYours
    return row[0], Part(row[1])
