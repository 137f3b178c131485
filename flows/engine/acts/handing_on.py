"""Items that go to someone else: 转办 by the holder, 移交 by HR or the administrator. Both names stay on record."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select, update

from flows.engine.decide import way_of_item
from flows.engine.desk import Desk
from flows.engine.items import Item, unfinished
from flows.engine.moving import Way, way_of
from models.organisation import Person, StaffState
from models.record import ItemState, Request, WorkItem
from models.refusals import Invalid
from models.route import Part


def transfer(session: Session, account: str, item_id: UUID, to: str, reason: str, now: datetime) -> Request:
    """转办: the other person holds the item from now on.

    Raises:
        NotYours, TooLate: as `decide`; Invalid: the other may not hold it.
    """
    way, item = way_of_item(session, account, item_id, now)
    if item.part in (Part.initiator, Part.adviser):
        raise Invalid("转办：退回修改和受委派的事项只能由本人办理。", fields={"to": "此事项不能转办"})
    check_may_hold(session, way, to, "to", item)
    hand_on(way.desk, item, to, None, "transferred", account, reason)
    way.desk.wake()
    way.desk.close()
    return way.request


def hand_over(session: Session, account: str, leaver: str, to: str, reason: str, now: datetime) -> list[str]:
    """移交: every unfinished item of someone who leaves or moves goes to the named person, recorded one by one.

    Returns:
        numbers of the requests.

    Raises:
        Invalid: the other may not hold one of them; then none is handed over.
    """
    held = select(WorkItem.request_id).where(
        WorkItem.person == leaver, col(WorkItem.state).in_([ItemState.open, ItemState.held])
    )
    requests = select(Request).where(col(Request.id).in_(held)).order_by(col(Request.number)).with_for_update()
    numbers = []
    for request in session.exec(requests.execution_options(populate_existing=True)).all():
        way = way_of(session, request, now)
        for item in [each for each in unfinished(way.items) if each.person == leaver]:
            if fault := fault_of_holder(session, way, to, item):
                raise Invalid(f"接收人：{request.number}：{fault}，没有移交任何待办", fields={"to": fault})
            hand_on(way.desk, item, to, None, "handed_over", account, reason)
        way.desk.wake()
        way.desk.close()
        numbers.append(request.number)
    return numbers


def hand_on(
    desk: Desk, item: Item, to: str, acting_for: str | None, act: str, actor: str | None, reason: str = ""
) -> None:
    """The item goes to another holder, who is told of it; the time it has goes on as it was."""
    desk.note(act, actor, person=item.person, to=to, part=item.part, position=item.position, reason=reason)
    desk.went_on(item.id, item.person)
    changed = update(WorkItem).where(col(WorkItem.id) == item.id)
    desk.session.execute(changed.values(person=to, acting_for=acting_for, carried_at=None))
    desk.overtake(item.id)
    if actor == item.person:
        desk.processed(item.id, item.person, act)
    if item.state is ItemState.open:
        desk.ask(item.id, to, "待您办理" if acting_for is None else "待您代为办理")


def check_may_hold(session: Session, way: Way, person: str, field: str, item: Item | None = None) -> None:
    """Raises Invalid: they may not, see `fault_of_holder`."""
    if fault := fault_of_holder(session, way, person, item):
        raise Invalid(f"接收人：{fault}", fields={field: fault})


def fault_of_holder(session: Session, way: Way, person: str, item: Item | None = None) -> str | None:
    """Why someone may not hold an item: not on duty, the initiator, or with an item of their own in this step.

    Args:
        item: the one they would hold, if it is there already; whose seat it is may have it back.
    """
    known = session.get(Person, person)
    if known is None or known.state is not StaffState.on_duty:
        return f"{person} 不是在岗人员，请核对工号"
    if person == way.request.initiator:
        return "不能交给申请人本人"
    theirs = (each for each in unfinished(way.items) if person in (each.person, each.seat_of))
    if any(item is None or each.id != item.id or person == item.person for each in theirs):
        return f"{known.name} 在本步骤中已有待办"
    return None
