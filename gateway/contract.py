"""The bodies that programs send (DESIGN.md §6). Pages fill in the same ones."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from flows.engine.decide import Choice
from flows.engine.forms import Line, Opinion, Remark
from models.route import Verdict


class Body(BaseModel):
    """Base of all bodies: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class Credentials(Body):
    account: str = Field(title="工号", min_length=1, max_length=32)
    password: str = Field(title="密码", min_length=1, max_length=200)


class Preview(Body):
    kind: str = Field(title="审批类型")
    form: dict[str, Any] = Field(title="表单")


class Submission(Preview):
    idempotency_key: Line | None = Field(None, title="幂等键")


class DecisionBody(Body):
    verdict: Verdict = Field(title="处理意见")
    opinion: Opinion = Field("", title="意见")
    fields: dict[str, Any] = Field(default_factory=dict, title="填写栏目")
    to: str | None = Field(None, title="退回到", max_length=32)
    form: dict[str, Any] | None = Field(None, title="修改后的表单")
    round: int | None = Field(None, title="轮次")

    @property
    def choice(self) -> Choice:
        return Choice(self.verdict, self.opinion, self.fields, self.to, self.form, self.round)


class Withdrawal(Body):
    reason: Remark = Field("", title="撤回原因")


def described(model: type[Body]) -> dict[str, Any]:
    """The body of a route for the OpenAPI page; it is read by `read_body`, which is stricter than the framework."""
    content = {"application/json": {"schema": model.model_json_schema()}}
    return {"requestBody": {"required": True, "content": content}}
