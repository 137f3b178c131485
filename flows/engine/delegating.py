"""代理: opening and ending a delegation. What follows for work items is in flows/engine/acting_for.py.

Source: SEMANTICS.md, 代理 delegation.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.dialects.postgresql import Range
from sqlmodel import Session, col, select

from flows.engine.desk import Desk
from flows.engine.kind import kinds
from models.database import one_at_a_time
from models.delegating import Acting, ring, second
from models.delegations import Delegation
from models.organisation import HAS_ACCOUNT, Person, StaffState
from models.refusals import Invalid, NotAllowed, NotYours, TooLate
from models.settings import settings

LONGEST = timedelta(days=366)
LABELS = {
    "principal": "委托人",
    "delegate": "代理人",
    "kinds": "审批类型",
    "starts_at": "开始时间",
    "ends_at": "终止时间",
}


def open_delegation(
    session: Session,
    by: str,
    asked: Acting,
    now: datetime,
    *,
    administrator: bool = False,
    request_id: UUID | None = None,
) -> Delegation:
    """Open a delegation; one that should have begun already begins now.

    Args:
        by: the principal themself, or the main administrator.
        request_id: the leave that opens it.

    Raises:
        NotAllowed: somebody else's; Invalid naming the field: people or kinds that are not there, a period that is
            none, a second delegate at the same time, a loop.
    """
    if by != asked.principal and not administrator:
        raise NotAllowed("只能为自己设置代理；要为别人设置，请联系主管理员。")
    _check(session, asked, now)
    asked = replace(asked, starts_at=max(asked.starts_at, now))
    one_at_a_time(session, "delegations")
    _check_beside(session, asked)
    made = Delegation(
        principal=asked.principal,
        delegate=asked.delegate,
        kinds=sorted(asked.kinds) if asked.kinds is not None else None,
        starts_at=asked.starts_at,
        ends_at=asked.ends_at,
        opened_by=by,
        opened_at=now,
        request_id=request_id,
    )
    session.add(made)
    session.flush()
    return made


def end_delegation(
    session: Session, by: str, delegation_id: UUID, now: datetime, *, administrator: bool = False
) -> Delegation:
    """End a delegation before its time.

    Raises:
        NotYours: none of this person's; NotAllowed: its delegate may not; TooLate: it is over.
    """
    found = session.get(Delegation, delegation_id, with_for_update=True, populate_existing=True)
    if found is None or not (administrator or by in (found.principal, found.delegate)):
        raise NotYours
    if not administrator and by != found.principal:
        raise NotAllowed(f"这一代理由{_person(session, found.principal)}设置，请本人或主管理员结束。")
    if over := _over(found, now):
        raise TooLate(f"这一代理已于 {_minute(over)} 结束，无需再结束。")
    return _end(session, found, now)


def open_for(desk: Desk, delegate: str, during: Range[datetime]) -> None:
    """As part of a request that is being approved: someone acts for its initiator in this period, for all kinds.

    If that cannot be, the journal of the request says why; the approval stands.
    """
    starts_at, ends_at, initiator = during.lower, during.upper, desk.request.initiator
    if starts_at is None or ends_at is None or ends_at <= desk.now:  # entered afterwards: nobody is to act any more
        return
    asked = Acting(initiator, delegate, None, starts_at, ends_at)
    try:
        made = open_delegation(desk.session, initiator, asked, desk.now, request_id=desk.request.id)
    except Invalid as refusal:
        desk.note("delegation_failed", None, person=delegate, reason=refusal.message)
    else:
        period = f"{_minute(made.starts_at)} 至 {_minute(made.ends_at)}"
        desk.note("delegation_opened", None, person=delegate, reason=period)


def end_for(session: Session, request_id: UUID, now: datetime) -> None:
    """A request is undone: the delegation that came with it ends, if it is not over."""
    opened = select(Delegation).where(Delegation.request_id == request_id, col(Delegation.ended_at).is_(None))
    for each in session.exec(opened.with_for_update()).all():
        if not _over(each, now):
            _end(session, each, now)


def _end(session: Session, delegation: Delegation, now: datetime) -> Delegation:
    """Nobody acts for anybody from now on. Where it had begun, `end_due` brings the items home and says when."""
    if delegation.starts_at < now:
        delegation.ends_at = now
    else:
        delegation.ended_at = now
    session.add(delegation)
    session.flush()
    return delegation


def _over(delegation: Delegation, now: datetime) -> datetime | None:
    """When it ended, if it has."""
    return delegation.ended_at or (delegation.ends_at if delegation.ends_at <= now else None)


def _check(session: Session, asked: Acting, now: datetime) -> None:
    """What can be said without looking at other delegations."""
    principal, delegate, faults = session.get(Person, asked.principal), session.get(Person, asked.delegate), {}
    if principal is None or principal.state not in HAS_ACCOUNT:
        faults["principal"] = "没有此人，或其账号已停用，请核对工号"
    if asked.delegate == asked.principal:
        faults["delegate"] = "不能委托给自己，请选择另一位同事"
    elif delegate is None or delegate.state is not StaffState.on_duty:
        faults["delegate"] = "须是在岗人员，请核对工号"
    if asked.kinds is not None and not (asked.kinds and asked.kinds <= kinds().keys()):
        known = "、".join(f"{kind.key}（{kind.title}）" for kind in kinds().values())
        faults["kinds"] = f"只能从这些类型中选择，不选即全部类型：{known}"
    if asked.ends_at <= asked.starts_at:
        faults["ends_at"] = "须晚于开始时间"
    elif asked.ends_at <= now:
        faults["ends_at"] = "已经过去，请改为今后的时间"
    elif asked.ends_at - asked.starts_at > LONGEST:
        faults["ends_at"] = f"一次代理最长 {LONGEST.days} 天，请分次设置"
    _refuse(faults)


def _check_beside(session: Session, asked: Acting) -> None:
    """What cannot be beside the delegations that are open in its period."""
    others = _open_during(session, asked)
    if there := second(asked, others):
        who = _person(session, there.delegate)
        period = f"{_minute(there.starts_at)} 至 {_minute(there.ends_at)}"
        _refuse({"starts_at": f"{period}已由 {who} 代理相同的类型，请先结束那一代理，或改期"})
    if people := ring(asked, others):
        names = " → ".join(_person(session, each) for each in people)
        _refuse({"delegate": f"会形成循环代理：{names}，请另选代理人，或先结束其中一项代理"})


def _open_during(session: Session, asked: Acting) -> Sequence[Acting]:
    """Delegations that are open at some moment of this one."""
    at_once = col(Delegation.starts_at) < asked.ends_at, col(Delegation.ends_at) > asked.starts_at
    return as_rules(session.exec(select(Delegation).where(*at_once, col(Delegation.ended_at).is_(None))))


def as_rules(delegations: Iterable[Delegation]) -> list[Acting]:
    """As the rules see them."""
    return [
        Acting(
            each.principal,
            each.delegate,
            frozenset(each.kinds) if each.kinds is not None else None,
            each.starts_at,
            each.ends_at,
        )
        for each in delegations
    ]


def _refuse(faults: dict[str, str]) -> None:
    if faults:
        raise Invalid("；".join(f"{LABELS[name]}：{told}" for name, told in faults.items()), fields=faults)


def _person(session: Session, account: str) -> str:
    return f"{session.get_one(Person, account).name}（{account}）"


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone(settings().zone):%Y-%m-%d %H:%M}"
