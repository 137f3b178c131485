"""撤销: an approved request is revoked when whoever concluded it agrees; what it settled is undone at once."""

from datetime import datetime
from uuid import UUID

from prefect import flow
from prefect.client.schemas.objects import State
from pydantic import Field

from flows.engine.acts.revoking import revoke
from flows.engine.desk import Desk
from flows.engine.forms import Form, ShortLine, Text
from flows.engine.kind import Kind, Rules
from flows.engine.parts import conclude, consult
from flows.engine.walk import finish, walk
from models.applicant import Applicant
from models.refusals import Invalid
from models.route import Step


class Revocation(Form):
    number: ShortLine = Field(title="原申请编号")
    reason: Text = Field(title="撤销原因")


def route(form: Revocation, by: Applicant, rules: Rules) -> list[Step]:
    found = by.own(form.number)
    assert found is not None  # noqa: S101 - `check` has looked
    host = by.organisation.approver(found.concluded_by, for_=by.account)
    return [Step("agree", "原审批人同意撤销", host, deadline_hours=rules.deadline_hours)]


def check(form: Revocation, by: Applicant, _rules: Rules, _now: datetime) -> None:
    found = by.own(form.number)
    fault = found.fault if found else "没有您已办结的这份申请，请核对编号"
    if fault:
        raise Invalid(f"原申请编号：{fault}", fields={"number": fault})


def approved(desk: Desk, form: Revocation) -> None:
    revoke(desk.session, form.number, desk.request.number, desk.now)


@flow(name="撤销审批", log_prints=False)
def approve_revocation(request_id: UUID) -> State:
    """由原申请最后的主办人同意后，原申请撤销，已登记的事项恢复。"""
    for step in walk(request_id):
        consult(step)
        conclude(step)
    return finish(request_id)


KIND = Kind(
    key="revocation",
    title="撤销",
    prefix="CX",
    description="办结后撤销：原申请最后的主办人同意后，原申请撤销，假期、车辆、用印登记恢复。",
    form=Revocation,
    rules=Rules(),
    route=route,
    flow=approve_revocation,
    check=check,
    approved=approved,
    listed=False,
)
