"""The bodies that programs send (DESIGN.md §6). Pages fill in the same ones."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from flows.engine.decide import Choice
from flows.engine.forms import Line, Opinion, Remark, Saying
from models.archive import Layout
from models.route import Verdict

MOST = 2_147_483_647  # that a column of whole numbers keeps


class Body(BaseModel):
    """Base of all bodies: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class Credentials(Body):
    account: str = Field(title="工号", min_length=1, max_length=32)
    password: str = Field(title="密码", min_length=1, max_length=200, repr=False)
    code: str | None = Field(None, title="动态口令", max_length=20, repr=False)
    shared: bool = Field(False, title="这不是我的设备")


class Code(Body):
    code: str = Field(title="动态口令", min_length=1, max_length=20, repr=False)


class FirstCode(Code):
    sealed: str = Field(title="二维码", max_length=1000, repr=False)


class Password(Body):
    password: str = Field(title="登录密码", min_length=1, max_length=200, repr=False)


class NewPassword(Body):
    current: str = Field(title="现在的密码", min_length=1, max_length=200, repr=False)
    new: str = Field(title="新密码", max_length=1000, repr=False)


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
    straight: bool = Field(False, title="办完直接回到我")
    next: str | None = Field(None, title="下一步主办人", max_length=32)
    form: dict[str, Any] | None = Field(None, title="修改后的表单")
    round: int | None = Field(None, title="轮次")
    password: str | None = Field(None, title="登录密码", max_length=200, repr=False)  # where it is asked for again

    @property
    def choice(self) -> Choice:
        return Choice(self.verdict, self.opinion, self.fields, self.to, self.form, self.round, self.straight, self.next)


class PhraseBody(Body):
    text: Saying = Field(title="常用意见")


class GrantBody(Body):
    """What a sub-administrator is granted: a kind, a department with its sections; left out: all of them."""

    account: str = Field(title="工号", min_length=1, max_length=32)
    kind: str | None = Field(None, title="审批类型", max_length=32)
    department: str | None = Field(None, title="部门", max_length=100)


class HandOver(Body):
    """Everything that one person still has to do goes to another."""

    person: str = Field(title="移交人", min_length=1, max_length=32, json_schema_extra={"picker": "person"})
    to: str = Field(title="接收人", min_length=1, max_length=32, json_schema_extra={"picker": "person"})
    reason: Remark = Field("", title="原因")


class RulesBody(Body):
    """A new version of a kind's rules: all of them, and the version that they were changed from."""

    version: int = Field(title="修改前的版本", ge=1)
    rules: dict[str, Any] = Field(title="规则")


class SeenRequest(Body):
    """A request as it was compared: `seq` is that of its last journal entry then."""

    number: str = Field(title="编号", min_length=1, max_length=32)
    seq: int = Field(title="当时的记录序号", ge=0, le=MOST)


class PrintBody(Body):
    """A numbered copy on paper; left out: as this person printed the kind last."""

    copy_kind: str = Field("archive", title="联次", max_length=16, alias="copy")
    layout: Layout | None = Field(None, title="版式")
    bind: bool | None = Field(None, title="附件一并装订")


class MoveBody(Body):
    """Requests to move to the version of the rules that they were compared with."""

    version: int = Field(title="换用的版本", ge=1, le=MOST)
    requests: list[SeenRequest] = Field(title="申请", min_length=1, max_length=100)


def described(model: type[BaseModel]) -> dict[str, Any]:
    """The body of a route for the OpenAPI page; it is read by `read_body`, which is stricter than the framework."""
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}}}
    needed = any(field.is_required() for field in model.model_fields.values())  # no body is read as an empty one
    return {"requestBody": {"required": needed, "content": content}}
