"""What the lists of the workbench share: pages of rows, and how a request is told in a line."""

from sqlmodel import Session, col, func, select

from flows.engine.forms import text_of
from flows.engine.kind import kinds
from models.record import ItemState, Request, Status, WorkItem
from models.route import OUTCOME_TITLES, PART_TITLES, Outcome

PAGE = 50  # rows of a list
GIST = 2  # fields of a form that tell requests of a kind apart: its first
RETURNED = "退回修改"


def open_items(session: Session, account: str) -> int:
    """How many there are."""
    mine = (WorkItem.person == account, WorkItem.state == ItemState.open)
    return session.exec(select(func.count()).select_from(WorkItem).where(*mine)).one()


def next_open(session: Session, account: str, besides: Request) -> str | None:
    """The number of the request that is first due of a person's other open work."""
    return session.exec(
        select(Request.number)
        .join(WorkItem, col(WorkItem.request_id) == Request.id)
        .where(WorkItem.person == account, WorkItem.state == ItemState.open, Request.id != besides.id)
        .order_by(col(WorkItem.due_at).asc().nulls_last(), col(WorkItem.opened_at))
        .limit(1)
    ).first()


def gist_of(request: Request) -> str:
    """What tells this request from others of its kind, in a line."""
    form = kinds()[request.kind].read(request.form)
    return "，".join(filter(None, (text_of(getattr(form, name)) for name in list(type(form).model_fields)[:GIST])))


def state_in_words(status: Status) -> str:
    """办理中, 办结, 否决 …"""
    return "办理中" if status is Status.open else OUTCOME_TITLES[Outcome(status)]


def part_in_words(item: WorkItem) -> str:
    return PART_TITLES[item.part]
