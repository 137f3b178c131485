"""Requests on the real record: submitted by people of the sample, decided by whoever is asked."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Session, select

from flows.engine.decide import Choice, decide
from flows.engine.forms import Form
from flows.engine.kind import kinds
from flows.engine.submit import submit
from models.papers import Attachment
from models.record import ItemState, Request, WorkItem
from models.route import Verdict
from tests.flows import sample
from tests.flows.sample import NOW

STAMPED = {"stamps_used": 2, "stamped_at": "2026-11-25T09:00:00+08:00", "collected_by": "冯文海"}


def ask(session: Session, form: Form, account: str = sample.TEACHER, now: datetime = NOW, **more: Any) -> Request:
    """A request of the kind that the form belongs to; seal requests bring their paper."""
    kind = next(kind for kind in kinds().values() if isinstance(form, kind.form))
    data = form.model_dump(mode="json")
    if kind.key == "seal":
        data["attachments"] = [str(hand_in(session, account))]
    return submit(session, kind, account, data, now, **more)


def hand_in(session: Session, account: str) -> UUID:
    paper = Attachment(
        id=uuid4(), owner=account, name="材料.pdf", media_type="application/pdf", sha256="0" * 64, size=1, at=NOW
    )
    session.add(paper)
    session.flush()
    return paper.id


def open_items(session: Session, request: Request) -> dict[str, WorkItem]:
    """Open work items of a request, by person."""
    mine = select(WorkItem).where(WorkItem.request_id == request.id, WorkItem.state == ItemState.open)
    return {item.person: item for item in session.exec(mine)}


def says(
    session: Session,
    person: str,
    request: Request,
    verdict: Verdict = Verdict.agree,
    now: datetime = NOW,
    **more: Any,
) -> Request:
    """The person decides on their open item of the request."""
    item = open_items(session, request)[person]
    return decide(session, person, item.id, Choice(verdict, **{"opinion": "已阅。", **more}), now)
