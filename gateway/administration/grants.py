"""Sub-administrators (S1): the main administrator grants, lists and ends what each may see. Not there for others."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from flows.engine.kind import kinds
from gateway.login import log_ins
from gateway.login.identity import Me
from gateway.login.security_log import note
from gateway.rest.contract import GrantBody
from gateway.visibility import ADMINISTRATOR, is_administrator
from models.access import Grant
from models.database import one_at_a_time
from models.organisation import HAS_ACCOUNT, Department, Person
from models.refusals import Invalid, NotYours


def grants(session: Session, me: Me) -> Sequence[Grant]:
    """Those in force. Raises NotYours."""
    check(me)
    order = (col(Grant.account), col(Grant.granted_at))
    return session.exec(select(Grant).where(col(Grant.ended_at).is_(None)).order_by(*order)).all()


def give(session: Session, me: Me, body: GrantBody, now: datetime, address: str) -> Grant:
    """Grant; twice is once. Who may see more from now on logs in anew, with a second factor.

    Raises:
        NotYours; Invalid naming person, kind and department that are not there.
    """
    check(me)
    _check_named(session, body)
    one_at_a_time(session, f"grants of {body.account}")
    if there := _same(session, body):
        return there
    given = Grant(**body.model_dump(), granted_by=me.account, granted_at=now)
    session.add(given)
    log_ins.end_all(session, body.account)
    note(session, now, "granted", me.account, address, **_scope(given))
    session.flush()
    return given


def end(session: Session, me: Me, grant_id: UUID, now: datetime, address: str) -> Grant:
    """Raises NotYours: none in force."""
    check(me)
    found = session.get(Grant, grant_id, with_for_update=True)
    if found is None or found.ended_at is not None:
        raise NotYours
    found.ended_at = now
    note(session, now, "grant_ended", me.account, address, **_scope(found))
    return found


def check(me: Me) -> None:
    """Raises NotYours: not the main administrator."""
    if not is_administrator(me):
        raise NotYours


def _check_named(session: Session, body: GrantBody) -> None:
    person, faults = session.get(Person, body.account), {}
    if person is None or person.state not in HAS_ACCOUNT:
        faults["account"] = "工号：没有此人，或其账号已停用，请核对"
    elif person.post == ADMINISTRATOR:
        faults["account"] = "工号：主管理员可以查看全部申请，无需授权"
    if body.kind is not None and body.kind not in kinds():
        faults["kind"] = f"审批类型：没有这一类型。可选：{'、'.join(kinds())}"
    if body.department is not None and session.get(Department, body.department) is None:
        faults["department"] = "部门：没有这个部门，请按部门表中的名称填写"
    if faults:
        raise Invalid(
            "；".join(faults.values()), fields={name: told.partition("：")[2] for name, told in faults.items()}
        )


def _same(session: Session, body: GrantBody) -> Grant | None:
    """The same grant, given before and not ended."""
    same = (Grant.account == body.account, Grant.kind == body.kind, Grant.department == body.department)
    return session.exec(select(Grant).where(*same, col(Grant.ended_at).is_(None))).first()


def _scope(each: Grant) -> dict[str, Any]:
    return {"to": each.account, "kind": each.kind, "department": each.department}
