"""催办: every minute the due reminders climb one rung each; advisory countersigners
past their time are closed, and what could not be delivered is tried again.

Source: D2; SEMANTICS.md "Time". Due rows are taken with SKIP LOCKED, so two runs at once never remind twice.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from prefect import flow, task
from prefect.client.schemas.objects import State
from prefect.states import Completed
from sqlmodel import Session, col, select

from flows.engine import trouble
from flows.engine.decide import lapse
from flows.engine.delivery import deliver_one, pending_of_item
from flows.engine.desk import Desk
from flows.engine.kind import kinds
from flows.engine.redelivery import deliver_failed
from flows.engine.rules import rules_of
from models.database import transaction
from models.messages import Reminder, Topic
from models.organisation import Person
from models.record import ItemState, Request, RouteStep, WorkItem
from models.route import CountersignRule, Part

BATCH = 200  # reminders taken by one run; the rest are due again in a minute


@dataclass(frozen=True)
class Reminded:
    """A rung that was climbed: notices are written, not yet delivered."""

    request_id: UUID
    number: str
    item: UUID
    name: str
    rung: int


@flow(name="催办", log_prints=False)
def remind_due() -> State:
    """到期催办：逐级提醒尚未办理的人员。"""
    now = datetime.now(UTC)
    lapsed = close_lapsed(now)
    reminded = climb(now)
    for each in reminded:
        label = f"{each.number} {each.name} 第{each.rung}级"
        state = remind(each.item, label, return_state=True)
        trouble.tell_unless_done(state, each.request_id, each.number, "deliver", str(each.item))
    again = deliver_failed(now)
    return Completed(message=f"催办 {len(reminded)} 人，逾期未反馈 {lapsed} 人，补发 {again} 件")


@task(name="催办", task_run_name="催办 {label}", retries=len(trouble.PAUSES), retry_delay_seconds=trouble.PAUSES)
def remind(item: UUID, label: str) -> None:
    """Deliver what the rung says; nothing if the person has acted meanwhile."""
    for notice in pending_of_item(item):
        deliver_one(notice)


def climb(now: datetime) -> list[Reminded]:
    """Take the due reminders, write their notices and journal entries, and set the next rung."""
    with transaction() as session:
        due = session.exec(
            select(Reminder).where(Reminder.due_at <= now).order_by(col(Reminder.due_at)).limit(BATCH)
        ).all()
    return [climbed for each in due if (climbed := _climb_one(each.work_item_id, now))]


def close_lapsed(now: datetime) -> int:
    """逾期未反馈: close advisory countersigners' items whose time is over. How many."""
    with transaction() as session:
        over = session.exec(
            select(WorkItem.id)
            .join(Request, col(Request.id) == WorkItem.request_id)
            .join(
                RouteStep,
                (col(RouteStep.request_id) == Request.id)
                & (RouteStep.edition == Request.edition)
                & (RouteStep.position == WorkItem.position),
            )
            .where(
                WorkItem.state == ItemState.open,
                WorkItem.part == Part.countersigner,
                RouteStep.rule == CountersignRule.advisory,
                col(WorkItem.due_at) <= now,
            )
        ).all()
    for item in over:
        with transaction() as session:
            lapse(session, item, now)
    return len(over)


def _climb_one(item_id: UUID, now: datetime) -> Reminded | None:
    """One rung for one item. The request's row is locked first, as everywhere, then the reminder's."""
    with transaction() as session:
        request = session.exec(
            select(Request)
            .where(col(Request.id).in_(select(WorkItem.request_id).where(WorkItem.id == item_id)))
            .with_for_update(skip_locked=True)
        ).first()
        if request is None:  # somebody is at work on it; not our turn, so leave its reminder unlocked for theirs
            return None
        reminder = session.exec(
            select(Reminder)
            .where(Reminder.work_item_id == item_id, Reminder.due_at <= now)
            .with_for_update(skip_locked=True)
        ).first()
        return _write(session, request, reminder, now) if reminder else None


def _write(session: Session, request: Request, reminder: Reminder, now: datetime) -> Reminded:
    kind = kinds()[request.kind]
    rules = rules_of(session, kind, request.rule_version)
    item, rung = session.get_one(WorkItem, reminder.work_item_id), reminder.rung
    desk = Desk(session, request, kind, rules, now)
    desk.note("reminded", None, person=item.person, rung=rung, ding=rules.ladder[rung].ding)
    title = f"催办：{kind.title} {request.number} 等待您办理"
    desk.tell(item.person, Topic.reminder, title, rules.ladder[rung], item.id, rung)
    if rung + 1 < len(rules.ladder):
        reminder.rung = rung + 1
        reminder.due_at = desk.working_hours_on(rules.ladder[rung + 1].after_hours, since=item.opened_at)
    else:
        session.delete(reminder)
    desk.close()
    name = session.get_one(Person, item.person).name
    return Reminded(request.id, request.number, item.id, name, rung)
