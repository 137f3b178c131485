"""Climbing the reminder ladder: what is due is written down, rung by rung; `flows/engine/reminders.py` delivers it.

Source: D2; SEMANTICS.md "Time". Due rows are taken with SKIP LOCKED, so two runs at once never remind twice.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text, cast
from sqlmodel import Session, col, exists, select, update

import channels
from flows.engine import trouble
from flows.engine.desk import Desk
from flows.engine.kind import kinds
from flows.engine.ladder import Rung, Whom, told_at
from flows.engine.rules import rules_of
from models.database import transaction
from models.messages import Incident, Reminder, Topic
from models.organisation import NobodyThere, Person, StaffState, organisation
from models.record import ItemState, Request, WorkItem

WHOM = {Whom.superior: "上级", Whom.office: "督办部门"}  # who may not be there
BATCH = 200  # reminders taken by one run; the rest are due again in a minute


@dataclass(frozen=True)
class Reminded:
    """A rung that was climbed: its notices are written, not yet delivered.

    name: who was told, empty when there is nobody to tell; nobody: what to tell the administrator then.
    """

    request_id: UUID
    number: str
    item: UUID
    name: str
    rung: int
    nobody: str = ""


def climb(now: datetime) -> list[Reminded]:
    """Take the due reminders, write their notices and journal entries, and set the next rung."""
    _close_overtaken(now)
    with transaction() as session:
        due = session.exec(
            select(Reminder).where(Reminder.due_at <= now).order_by(col(Reminder.due_at)).limit(BATCH)
        ).all()
    climbed = [done for each in due if (done := _climb_one(each.work_item_id, now))]
    for each in climbed:
        if each.nobody:  # after the commit: an incident refers to the request, whose row was locked
            trouble.raise_incident(each.request_id, f"{each.number} {each.item}", trouble.REMIND, each.nobody)
    return climbed


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
        return _take(session, request, reminder, now) if reminder else None


def _take(session: Session, request: Request, reminder: Reminder, now: datetime) -> Reminded | None:
    """Climb the rung, unless its channels must wait for the end of the quiet hours."""
    kind = kinds()[request.kind]
    desk = Desk(session, request, kind, rules_of(session, kind, request.rule_version), now)
    if reminder.rung >= len(desk.rules.ladder):  # moved to a version of the rules with fewer rungs
        session.delete(reminder)
        return None
    rung = desk.rules.ladder[reminder.rung]
    reminder.due_at = max(channels.not_before(channel, now) for channel in rung.channels)
    if reminder.due_at > now:
        return None
    item = session.get_one(WorkItem, reminder.work_item_id)
    reminded = _write(desk, item, rung, reminder.rung)
    _step_up(desk, item, reminder)
    desk.close()
    return reminded


def _write(desk: Desk, item: WorkItem, rung: Rung, number: int) -> Reminded:
    """The notices and the journal entry of one rung; of a rung with nobody to tell, the entry alone."""
    holder = desk.session.get_one(Person, item.person).name
    told, nobody = None, ""
    try:
        told = told_at(rung, organisation(desk.session), item.person, desk.rules.supervision)
    except NobodyThere:
        nobody = f"{holder} 的待办已等 {rung.after_hours} 个工时，{WHOM[rung.whom]}及以上均空缺或不在岗，无人可告知"
    desk.note("reminded", None, person=item.person, rung=number, ding=rung.ding, whom=rung.whom, told=told)
    if told:
        topic = Topic.reminder if rung.whom is Whom.holder else Topic.told
        desk.tell(told, topic, _title(desk, rung, holder), rung, item.id, number)
    name = desk.session.get_one(Person, told).name if told else ""
    return Reminded(desk.request.id, desk.request.number, item.id, name, number, nobody)


def _title(desk: Desk, rung: Rung, holder: str) -> str:
    if rung.whom is Whom.holder:
        return f"催办：{desk.kind.title} {desk.request.number} 等待您办理"
    what = "督办" if rung.whom is Whom.office else "催办"
    return f"{what}：{holder} 的待办 {desk.kind.title} {desk.request.number} 已等 {rung.after_hours} 个工时未办"


def _step_up(desk: Desk, item: WorkItem, reminder: Reminder) -> None:
    if reminder.rung + 1 < len(desk.rules.ladder):
        reminder.rung += 1
        reminder.due_at = desk.working_hours_on(desk.rules.ladder[reminder.rung].after_hours, since=item.opened_at)
    else:
        desk.session.delete(reminder)


def _close_overtaken(now: datetime) -> None:
    """That nobody could be told of an item matters no more once it is closed; that it stayed with someone who is away,
    once it is not with them any more, or they are back."""
    untold = WorkItem.state == ItemState.open, col(Incident.subject).endswith(cast(col(WorkItem.id), Text))
    away = exists().where(col(Person.account) == WorkItem.person, col(Person.state) != StaffState.on_duty)
    unfinished = col(WorkItem.state).in_([ItemState.open, ItemState.held])
    still: dict[str, tuple[Any, ...]] = {
        trouble.REMIND: untold,
        trouble.NOBODY: (unfinished, col(Incident.subject).endswith(col(WorkItem.person)), away),
    }
    with transaction() as session:
        for what, waits in still.items():
            waiting = exists().where(col(WorkItem.request_id) == Incident.request_id, *waits)
            session.execute(
                update(Incident)
                .where(col(Incident.what) == what, col(Incident.closed_at).is_(None), ~waiting)
                .values(closed_at=now)
                .execution_options(synchronize_session=False)
            )
