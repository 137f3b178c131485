"""通过后撤销: the initiator asks by a small new request; when the last host agrees, the first is revoked and undone."""

from datetime import datetime

from sqlmodel import Session, select

from flows.engine.acts.at_desk import HERE
from flows.engine.desk import Desk
from flows.engine.kind import kinds
from flows.engine.rules import rules_of
from flows.engine.submit import submit
from models.messages import Topic
from models.record import Request, Status
from models.refusals import Conflict


def ask_to_revoke(session: Session, account: str, number: str, reason: str, now: datetime) -> Request:
    """The new request. Raises Invalid: it cannot be revoked, or not any more."""
    return submit(session, kinds()["revocation"], account, {"number": number, "reason": reason}, now)


def revoke(session: Session, number: str, by: str, now: datetime) -> None:
    """Revoke an approved request and undo what it settled, in the transaction of the decision that agrees to it.

    Args:
        by: number of the request that asked for it.

    Raises:
        Conflict: it is not approved any more, or its time is over.
    """
    found = select(Request).where(Request.number == number).with_for_update()
    request = session.exec(found.execution_options(populate_existing=True)).one()
    kind = kinds()[request.kind]
    if request.status is not Status.approved:
        raise Conflict(f"{number} 现在不是办结状态，不能撤销。请退回或不同意。", number=number)
    if fault := kind.revocable(session, request, kind.read(request.form), now):
        raise Conflict(f"{number}：{fault}。请退回或不同意。", number=number)
    kind.undo(session, request, now)
    request.status = Status.revoked
    session.add(request)
    desk = Desk(session, request, kind, rules_of(session, kind, request.rule_version), now)
    desk.note("revoked", None, by=by)
    for person in dict.fromkeys([request.initiator, *request.readers]):
        desk.tell(person, Topic.told, f"{kind.title} {number} 已撤销（{by}）", HERE)
    desk.close()
