"""催办: every minute the due reminders climb one rung each; advisory countersigners
past their time are closed, and what could not be delivered is tried again.

Source: D2; SEMANTICS.md "Time".
"""

from datetime import UTC, datetime
from uuid import UUID

from prefect import flow, task
from prefect.client.schemas.objects import State
from prefect.states import Completed
from sqlmodel import and_, col, or_, select

from flows.engine import trouble
from flows.engine.acting_for import begin_due, end_due
from flows.engine.climbing import climb
from flows.engine.decide import lapse
from flows.engine.delivery import deliver_one, pending_of_item
from flows.engine.reading_due import remind_readers
from flows.engine.redelivery import deliver_failed
from models.database import transaction
from models.record import ItemState, Request, RouteStep, WorkItem
from models.route import CountersignRule, Part


@flow(name="催办", log_prints=False)
def remind_due() -> State:
    """到期催办：逐级提醒尚未办理的人员。"""
    now = datetime.now(UTC)
    lapsed = close_lapsed(now)
    end_due(now)
    begin_due(now)
    remind_readers(now)
    reminded = [each for each in climb(now) if each.name]
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


def close_lapsed(now: datetime) -> int:
    """逾期未反馈: close countersigners' items whose time has run out. How many."""
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
                or_(
                    RouteStep.rule == CountersignRule.advisory,
                    and_(RouteStep.rule == CountersignRule.percent, col(RouteStep.lapses)),
                ),
                col(WorkItem.due_at) <= now,
            )
        ).all()
    for item in over:
        with transaction() as session:
            lapse(session, item, now)
    return len(over)
