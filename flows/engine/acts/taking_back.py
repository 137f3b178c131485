"""取回: who decided takes their word back, until someone after them has looked at it or decided."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from flows.engine.acts.looking import looked_since
from flows.engine.decide import on_route, way_of_item
from flows.engine.desk import steps_of
from flows.engine.items import Item
from flows.engine.moving import Way, go_on
from flows.engine.submit import conflicts_told, plan
from flows.engine.told import name_of
from models.papers import Sheet
from models.record import Change, ItemState, JournalEntry, Request, Status
from models.refusals import NotAllowed, TooLate
from models.route import INITIATOR, Said, TakenBack
from models.settings import settings


def take_back(session: Session, account: str, item_id: UUID, reason: str, now: datetime) -> Request:
    """The word does not count any more: the step begins a new round without it, and asks again.

    Raises:
        NotYours: not their item; TooLate: the request is finished, or someone after them has opened or decided;
        NotAllowed: a slip has been printed of it, or there is nothing to take back.
    """
    way, item = way_of_item(session, account, item_id, now, any_state=True)
    request = way.request
    if request.status is not Status.open:
        raise TooLate(f"{request.number} 已结束，不能取回；办结的申请可由申请人申请撤销。")
    if item.state is not ItemState.decided or item.said is None or item.position == INITIATOR:
        raise NotAllowed("只能取回自己已作出的处理意见。")
    event = TakenBack(item.round, item.position, item.part, item.seat_of)
    if not way.allows(event):
        raise TooLate(f"{request.number} 之后已有人办理，不能取回。需要时请与现在的办理人联系，由其退回。")
    if seen := looked_since(session, item.id):
        person, at = seen
        when = f"{at.astimezone(settings().zone):%Y年%m月%d日 %H:%M}"
        raise TooLate(f"{name_of(session, person)} 已于 {when} 查看，不能再取回。请与其联系，由其退回。")
    _check_no_slip(way, item.position)
    way.desk.note("taken_back", account, position=item.position, round=item.round, part=item.part, reason=reason)
    way.desk.changed(Change.taken_back, event)
    if request.position == INITIATOR:
        _claim_again(way)
    _name_no_more(way, item, item.said)
    go_on(way, event)
    return request


def _check_no_slip(way: Way, position: int) -> None:
    key = way.steps[position - 1].key
    copies = [copy.key for copy in way.desk.kind.copies if copy.after_step == key]
    mine = Sheet.request_id == way.request.id, col(Sheet.copy_kind).in_(copies)
    if copies and way.desk.session.exec(select(Sheet.id).where(*mine)).first():
        raise NotAllowed(f"{way.request.number} 的{way.steps[position - 1].title}联已归档，不能取回。")


def _name_no_more(way: Way, item: Item, taken: Said) -> None:
    """Whom the word named on the route it names no more: there are those again who were there without it."""
    session, request = way.desk.session, way.request
    for key in taken.names:
        named = [each.names[key] for each in _words(way) if key in each.names and each != taken]
        on_route(session, request, key, handlers=list(named[-1] if named else ()))
    if taken.host:
        entry = session.get_one(JournalEntry, (request.id, item.seq))
        before = entry.detail.get("instead_of", taken.host)
        on_route(session, request, way.steps[item.position].key, host=before)
    way.steps = steps_of(session, request)


def _words(way: Way) -> list[Said]:
    """What was said and not taken back."""
    gone = {(each.round, each.position, each.seat) for each in way.events if isinstance(each, TakenBack)}
    said = [each for each in way.events if isinstance(each, Said)]
    return [each for each in said if (each.round, each.position, each.seat) not in gone]


def _claim_again(way: Way) -> None:
    """Back from the initiator: what was released on the return is reserved again, if it is still free."""
    desk, request = way.desk, way.request
    planned = plan(
        desk.session, desk.kind, request.initiator, request.form, desk.now, request.rule_version, request.number
    )
    with conflicts_told():
        desk.kind.claim(desk.session, request, planned.form, planned.by)
        desk.session.flush()
