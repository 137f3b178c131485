"""The work items of one visit as the run's timeline names them: who, in whose place, doing what."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from flows.engine.told import ACTS
from models.organisation import Person
from models.record import Change, Decision, ItemState, StepChange, Visit, WorkItem, where_added
from models.route import Part, Verdict, Where

AGREES = frozenset({Verdict.agree, Verdict.finish, Verdict.carry})
ADDED = {Where.before: "（前加签）", Where.beside: "（并加签）", Where.after: "（后加签）", None: ""}
DOING = {ItemState.open: "待办", ItemState.held: "等待加签"}


@dataclass(frozen=True)
class ItemSeen:
    item: WorkItem
    label: str  # 张三（代李四） 同意
    decision: Decision | None

    @property
    def to_carry(self) -> bool:
        """Whether the item, or what was said on it, has not been carried out yet."""
        return self.item.carried_at is None or (self.decision is not None and self.decision.carried_at is None)


def items_seen(session: Session, visit: Visit) -> list[ItemSeen]:
    principal, changes = aliased(Person), _changes(session, visit)
    rows = session.exec(
        select(WorkItem, Person.name, principal.name, Decision)
        .join(Person, col(Person.account) == WorkItem.person)
        .outerjoin(principal, col(principal.account) == WorkItem.acting_for)
        .outerjoin(Decision, col(Decision.work_item_id) == WorkItem.id)
        .where(
            WorkItem.request_id == visit.request_id,
            WorkItem.round == visit.round,
            WorkItem.position == visit.position,
        )
        .order_by(col(WorkItem.opened_at), col(WorkItem.part), col(WorkItem.person))
    )
    return [
        ItemSeen(item, f"{name}{_acting(acting_for)}{_added(changes, item)} {_doing(item, decision)}", decision)
        for item, name, acting_for, decision in rows
    ]


def ends_agreed(session: Session, visit: Visit, seen: Sequence[ItemSeen]) -> bool:
    """Whether a visit's last word agrees, and none of its words was taken back."""
    said = sorted((each.decision for each in seen if each.decision), key=attrgetter("seq"))
    here = [each for each in _changes(session, visit) if each.round == visit.round]
    return bool(said) and said[-1].verdict in AGREES and not any(each.what is Change.taken_back for each in here)


def _changes(session: Session, visit: Visit) -> Sequence[StepChange]:
    """Of the seats of the step, in this round and before."""
    step = StepChange.request_id == visit.request_id, StepChange.position == visit.position
    return session.exec(select(StepChange).where(*step).order_by(col(StepChange.seq))).all()


def _acting(principal: str | None) -> str:
    return f"（代{principal}）" if principal else ""


def _added(changes: Sequence[StepChange], item: WorkItem) -> str:
    if item.part is not Part.countersigner:
        return ""
    return ADDED[where_added(changes, (item.part, item.seat), item.position, item.round)]


def _doing(item: WorkItem, decision: Decision | None) -> str:
    return ACTS[decision.verdict] if decision else DOING.get(item.state, "不再需要")
