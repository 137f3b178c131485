"""换用新版规则: the administrator moves an open request to the newest version of its kind's rules.

Source: docs/decisions/0012-moving-open-requests.md; S1.
"""

from datetime import datetime

from sqlmodel import Session, col, select, tuple_, update

from flows.engine.desk import keep_route
from flows.engine.items import unfinished
from flows.engine.kind import Kind
from flows.engine.moving import Way, go, way_of
from flows.engine.prospects import Another, planned_anew
from flows.engine.rule_versions import newest
from flows.engine.submit import conflicts_told
from flows.engine.told import already, name_of
from models.messages import Topic
from models.onward import route_after
from models.record import ItemState, JournalEntry, Request, Status, Visit
from models.refusals import NotYours, TooLate
from models.route import INITIATOR, Stop
from models.route_diff import changes
from models.settings import settings

ENTRY = "rules_changed"
MOVES_NOTHING = frozenset({"confirmed", "reminded", "commented", "attached", "circulated", "understood", "printed"})


def change_rules(
    session: Session, kind: Kind, version: int, number: str, seen: int, account: str, now: datetime
) -> Request:
    """Move a request to `version`, as it was compared.

    Where its route stays the same, only the version is written. Else the route is kept as a new edition, and the
    request goes on as it stands, or in a new round, as `models/onward.py` says; the initiator and those whose work
    ends are told.

    Args:
        version: the one it was compared with.
        seen: the last journal entry of the request when that was shown.

    Raises:
        NotYours: no such request of this kind; TooLate: there is a newer version, or the request is finished, has this
        version already, or somebody acted since, says who; Refusal: the rules do not take its form.
    """
    mine = select(Request).where(Request.number == number, Request.kind == kind.key).with_for_update()
    request = session.exec(mine.execution_options(populate_existing=True)).first()
    if request is None:
        raise NotYours
    _check_still(session, kind, request, version, seen, now)
    way = way_of(session, request, now)
    another = planned_anew(way, version)
    title = f"{kind.title} {number} 已换用第 {version} 版规则"
    refigured = _take_over(way, another, account)
    if not changes(another.lines):
        if refigured:
            _tell(way, {request.initiator}, f"{title}，流程不变")
        way.desk.close()
    elif another.onward.anew:
        _begin_anew(way, another, title)
    else:
        _go_on(way, another, title)
    return request


def _check_still(session: Session, kind: Kind, request: Request, version: int, seen: int, now: datetime) -> None:
    """Whether what was shown still holds."""
    if request.status is not Status.open:
        raise already(session, request, None)
    latest = newest(session, kind, now).version
    if latest != version:
        raise TooLate(f"{kind.title}规则已有第 {latest} 版，您看到的比较已过期。请刷新后再换用。", version=latest)
    since = select(JournalEntry).where(JournalEntry.request_id == request.id, JournalEntry.seq > seen)
    acted = since.where(col(JournalEntry.act).not_in(MOVES_NOTHING)).order_by(col(JournalEntry.seq))
    if entry := session.exec(acted).first():
        name = name_of(session, entry.actor) if entry.actor else "系统"
        when = entry.at.astimezone(settings().zone)
        told = "换用新版规则" if entry.act == ENTRY else "办理"
        raise TooLate(
            f"来晚了：{name} 已于 {when:%Y年%m月%d日 %H:%M} {told}，{request.number} 与您看到的不同。请核对后再换用。",
            number=request.number,
            when=entry.at.isoformat(),
        )
    if request.rule_version >= version:
        raise TooLate(f"{request.number} 已按第 {request.rule_version} 版规则办理，无需换用。", number=request.number)


def _take_over(way: Way, another: Another, account: str) -> bool:
    """The version, and what it makes of the form; whether that differs. The rest goes by the new rules."""
    desk, request, planned = way.desk, way.request, another.plan
    readers = list(planned.kind.readers(planned.form, planned.by, planned.rules))
    refigured = (request.facts, request.readers) != (planned.facts, readers)
    desk.note(
        ENTRY,
        account,
        from_version=request.rule_version,
        to_version=planned.version,
        facts=planned.facts,
        route=[step.title for step in planned.steps],
    )
    desk.rules = planned.rules
    request.rule_version, request.facts, request.readers = planned.version, planned.facts, readers
    if refigured and request.position != INITIATOR:  # with them nothing is reserved
        with conflicts_told():
            desk.kind.claim(desk.session, request, planned.form, planned.by)
            desk.session.flush()
    return refigured


def _keep(way: Way, another: Another) -> None:
    request, begun = way.request, another.onward
    request.edition, request.edition_round, request.edition_start = request.edition + 1, begun.round, begun.position
    way.steps = route_after(another.lines)
    keep_route(way.desk.session, request, way.steps)


def _go_on(way: Way, another: Another, title: str) -> None:
    """Nobody is asked anew: the visits for which the new route holds too go over to it."""
    _keep(way, another)
    visit = col(Visit.request_id) == way.request.id, tuple_(Visit.round, Visit.position) >= another.onward.begun
    way.desk.session.execute(update(Visit).where(*visit).values(edition=way.request.edition))
    _tell(way, {way.request.initiator}, f"{title}，以后的步骤有变化")
    way.desk.close()


def _begin_anew(way: Way, another: Another, title: str) -> None:
    """What is open is overtaken; a new round asks whom the new route asks."""
    before, left = way.stands(), unfinished(way.items)
    assert isinstance(before, Stop)  # noqa: S101 - it is open
    _keep(way, another)
    way.events = []
    after = way.stands()
    assert isinstance(after, Stop)  # noqa: S101 - nothing has been said yet
    step = way.steps[after.position - 1].title
    _tell(way, {way.request.initiator}, f"{title}，从「{step}」重新办理")
    over = {item.person for item in left if item.seat not in after.awaited} - {way.request.initiator}
    _tell(way, over, f"{title}，您的这一待办已关闭，无需再办理")
    go(way, before, after, left, ItemState.superseded)


def _tell(way: Way, people: set[str], title: str) -> None:
    for person in sorted(people):
        way.desk.tell(person, Topic.told, title)
    way.desk.wake()
