"""加签 before, beside or after oneself; 委派 for an opinion; 减签 of who has not spoken."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from flows.engine.acts.act import Visited
from flows.engine.acts.handing_on import check_may_hold
from flows.engine.decide import way_of_item
from flows.engine.items import Item
from flows.engine.moving import Way, go_on
from flows.engine.statements import ADDED
from models.record import Change, Request
from models.refusals import Invalid, NotAllowed
from models.route import Added, Part, Removed, Where


def add_signer(
    session: Session, account: str, item_id: UUID, person: str, where: Where, reason: str, now: datetime
) -> Request:
    """加签 by a host or countersigner: an extra item before, beside or after theirs.

    Raises:
        NotYours, TooLate: as `decide`; NotAllowed: this part adds nobody; Invalid: not this person.
    """
    way, item = way_of_item(session, account, item_id, now)
    if item.part not in (Part.host, Part.countersigner):
        raise NotAllowed("加签由主办人或会签人进行，经办人和发起人可用「委派」或「评论」。")
    return _add(way, item, person, where, Part.countersigner, reason)


def ask_advice(session: Session, account: str, item_id: UUID, person: str, reason: str, now: datetime) -> Request:
    """委派: the other gives an opinion, then the item comes back.

    Raises:
        NotYours, TooLate: as `decide`; NotAllowed: this part asks nobody; Invalid: not this person.
    """
    way, item = way_of_item(session, account, item_id, now)
    if item.part in (Part.adviser, Part.initiator):
        raise NotAllowed("委派由主办人、经办人或会签人进行；受委派的人不能再委派。")
    return _add(way, item, person, Where.before, Part.adviser, reason)


def remove_signer(session: Session, account: str, item_id: UUID, person: str, reason: str, now: datetime) -> Request:
    """减签: someone this holder, or another of the step, has added and who has not spoken yet.

    Args:
        item_id: an item of who removes in the open visit: held, open or decided.

    Raises:
        NotYours; NotAllowed: added by someone else; Invalid: nobody of that kind is waiting.
    """
    way, item = way_of_item(session, account, item_id, now, any_state=True)
    waiting = [each for each in way.events if isinstance(each, Added) and each.person == person]
    found = next((each for each in reversed(waiting) if _removal(each, way)), None)
    if found is None:
        told = f"{person} 不是本步骤中尚未表态的加签人或受委派人"
        raise Invalid(f"减签：{told}", fields={"person": told})
    here = (item.round, item.position) == (way.request.round, way.request.position)
    if not here or (found.by != item.seat and item.part is not Part.host):
        raise NotAllowed("减签由加签人本人或本步骤的主办人进行。")
    removed = Removed(way.request.round, found.position, found.part, person)
    way.desk.note("removed", account, person=person, part=found.part, reason=reason)
    way.desk.changed(Change.removed, removed)
    go_on(way, removed)
    return way.request


def added_in(session: Session, requests: Collection[UUID]) -> frozenset[Visited]:
    """The visits of these requests in which somebody was added."""
    found = session.execute(ADDED, {"requests": list(requests)})
    return frozenset((request, round_, position) for request, round_, position in found)


def _removal(added: Added, way: Way) -> bool:
    return way.allows(Removed(way.request.round, added.position, added.part, added.person))


def _add(way: Way, item: Item, person: str, where: Where, part: Part, reason: str) -> Request:
    check_may_hold(way.desk.session, way, person, "person")
    added = Added(item.round, item.position, part, person, item.seat, where)
    here = item.round, item.position, part, person
    was_there = any((each.round, each.position, *each.seat) == here for each in way.items)
    if was_there or not way.allows(added):
        told = "此人在本步骤的这一轮中已有或有过席位，不能再加"
        raise Invalid(f"人员：{told}", fields={"person": told})
    way.desk.note(
        "advised" if part is Part.adviser else "added",
        item.person,
        person=person,
        part=part,
        where=where,
        reason=reason,
    )
    way.desk.changed(Change.added, added)
    go_on(way, added)
    return way.request
