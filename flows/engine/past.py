"""Finished requests, as those see them who ask to revoke one (通过后撤销)."""

from datetime import datetime

from sqlmodel import Session, col, select

from flows.engine.kind import kinds
from models.applicant import Own
from models.record import Decision, Request, Status, WorkItem
from models.route import Part


def own_approved(session: Session, account: str, now: datetime, asking: str, number: str) -> Own | None:
    """An approved request of this person, or None. `asking`: the one that asks to revoke it, once it has a number."""
    mine = Request.number == number, Request.initiator == account, Request.status == Status.approved
    request = session.exec(select(Request).where(*mine)).first()
    if request is None:
        return None
    kind = kinds()[request.kind]
    host = session.exec(
        select(WorkItem.seat)
        .join(Decision, col(Decision.work_item_id) == WorkItem.id)
        .where(WorkItem.request_id == request.id, WorkItem.part == Part.host)
        .order_by(col(Decision.seq).desc())
    ).first()
    assert host is not None  # noqa: S101 - a host has concluded it
    return Own(f"{kind.title} {number}", host, why_not(session, request, now, asking))


def why_not(session: Session, request: Request, now: datetime, asking: str = "") -> str | None:
    """Why an approved request cannot be revoked, or None. `asking`: the request that asks for it already."""
    kind = kinds()[request.kind]
    if fault := kind.revocable(session, request, kind.read(request.form), now):
        return fault
    asked = (
        select(Request.number)
        .where(Request.kind == "revocation", Request.status == Status.open, Request.initiator == request.initiator)
        .where(Request.number != asking)
    )
    under_way = session.exec(asked.where(Request.form["number"].astext == request.number)).first()
    return f"已有撤销申请 {under_way} 正在办理" if under_way else None
