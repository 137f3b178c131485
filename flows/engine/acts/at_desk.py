"""The desk of a request that someone acts on beside deciding."""

from sqlmodel import Session, select

from flows.engine.acts.act import Doing
from flows.engine.desk import Desk
from flows.engine.kind import kinds
from flows.engine.ladder import Rung
from flows.engine.rules import rules_of
from flows.engine.told import already
from models.record import ItemState, Request, Status, WorkItem

HERE = Rung(after_hours=0, channels=("inapp",))


def desk_of(doing: Doing) -> Desk:
    """The desk, the request's row locked. Raises TooLate: it was finished meanwhile."""
    session, before = doing.session, doing.request.status
    session.refresh(doing.request, with_for_update=True)
    if before is Status.open and doing.request.status is not Status.open:
        raise already(session, doing.request, None)
    kind = kinds()[doing.request.kind]
    return Desk(session, doing.request, kind, rules_of(session, kind, doing.request.rule_version), doing.now)


def open_items(session: Session, request: Request) -> list[WorkItem]:
    """Its open work items."""
    mine = WorkItem.request_id == request.id, WorkItem.state == ItemState.open
    return list(session.exec(select(WorkItem).where(*mine)))
