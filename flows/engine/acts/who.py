"""Who someone is in a request, so that the table of acts can say who may. Read from the record."""

from flows.engine.acts.act import STATES, Act, Doing, When, Who
from flows.engine.acts.on_record import items_in_hand, roles_in
from flows.engine.acts.table import ACTS
from flows.engine.told import already
from models.record import ItemState, Request, Status, WorkItem
from models.refusals import NotAllowed, NotYours, TooLate
from models.route import Part

ON_ITEM = tuple(act for act in ACTS if act.on_item)
ON_REQUEST = tuple(act for act in ACTS if not act.on_item)


def roles(doing: Doing, item: WorkItem | None) -> frozenset[Who]:
    """Everything this person is in the request, and for one of its items."""
    return _in_request(doing) | (_with_item(item, doing.account) if item else frozenset())


def possible_with(doing: Doing, item: WorkItem) -> list[Act]:
    """What this person can do with a work item of theirs beside deciding."""
    return _possible(doing, item, _with_item(item, doing.account))


def possible_at_all(doing: Doing) -> list[tuple[Act, WorkItem | None]]:
    """What this person can do, with which of their items: the unfinished, and the one they decided last."""
    items = items_in_hand(doing.session, doing.request, doing.account)
    with_items = [(act, item) for item in items for act in possible_with(doing, item)]
    return [*with_items, *((act, None) for act in _possible(doing, None, _in_request(doing)))]


def check(act: Act, doing: Doing, item: WorkItem | None) -> None:
    """Whether this person may do that now. What became of an item meanwhile is told by what carries the act out.

    Raises:
        NotYours: it is the initiator's; NotAllowed: it is for others; TooLate: not at this time.
    """
    if item and (item.person != doing.account or item.state not in STATES[act.when]):
        return
    if not act.who & roles(doing, item):
        if act.who == {Who.initiator}:
            raise NotYours
        raise NotAllowed(f"「{act.title}」由{act.whoever}在{act.when}进行。")
    if not _in_time(act, doing.request, item):
        if act.when is When.approved:
            raise TooLate(f"「{act.title}」只能在{act.when}进行，{doing.request.number} 现在不能。")
        raise already(doing.session, doing.request, None)


def _possible(doing: Doing, item: WorkItem | None, mine: frozenset[Who]) -> list[Act]:
    """Acts on an item, or none: on the request."""
    return [
        act
        for act in (ON_ITEM if item else ON_REQUEST)
        if act.who & mine and _in_time(act, doing.request, item) and act.offered(doing, item)
    ]


def _in_request(doing: Doing) -> frozenset[Who]:
    found = roles_in(doing.session, doing.request, doing.account)
    holds = {
        Who.reader: True,
        Who.initiator: doing.request.initiator == doing.account,
        Who.administrator: doing.administrator,
        Who.host: found.host,
        Who.host_now: found.host_now,
        Who.asked_reader: found.asked_reader,
    }
    return frozenset(who for who, held in holds.items() if held)


def _with_item(item: WorkItem, account: str) -> frozenset[Who]:
    unfinished = item.person == account and item.closed_at is None
    holds = {
        Who.holder: unfinished,
        Who.signer: unfinished and item.part in (Part.host, Part.countersigner),
        Who.decider: item.person == account and item.state is ItemState.decided,
    }
    return frozenset(who for who, held in holds.items() if held)


def _in_time(act: Act, request: Request, item: WorkItem | None) -> bool:
    if act.when in STATES:
        return item is not None and item.state in STATES[act.when] and request.status is Status.open
    match act.when:
        case When.open:
            return request.status is Status.open
        case When.approved:
            return request.status is Status.approved
    return True
