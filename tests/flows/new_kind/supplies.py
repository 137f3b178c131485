"""物品领用: the department head agrees, the head of logistics hands out."""

from uuid import UUID

from prefect import flow
from prefect.client.schemas.objects import State
from pydantic import Field

from flows.engine.forms import Form, Line
from flows.engine.kind import Kind, Rules
from flows.engine.parts import conclude, consult
from flows.engine.walk import finish, walk
from models.applicant import Applicant
from models.route import Step


class Supplies(Form):
    thing: Line = Field(title="物品")
    amount: int = Field(title="数量", ge=1, le=100)


class HandingOut(Form):
    handed_out: int = Field(title="实发数量", ge=0)


class SuppliesRules(Rules):
    store: str = Field("后勤保障处", title="发放部门")


def route(_form: Supplies, by: Applicant, rules: SuppliesRules) -> list[Step]:
    return [
        Step("head", "部门负责人审批", by.department_head),
        Step("hand-out", "发放", by.head_of(rules.store), fields="handing_out"),
    ]


@flow(name="物品领用审批", log_prints=False)
def approve_supplies(request_id: UUID) -> State:
    """部门负责人同意后由后勤发放。"""
    for step in walk(request_id):
        consult(step)
        conclude(step)
    return finish(request_id)


KIND = Kind(
    key="supplies",
    title="物品领用",
    prefix="WP",
    description="物品领用：部门负责人审批，后勤发放。",
    form=Supplies,
    rules=SuppliesRules(),
    route=route,
    flow=approve_supplies,
    fields={"handing_out": HandingOut},
)
