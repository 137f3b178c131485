"""A kind of approval, and how kinds are found: every module in flows/ that has a `KIND` is one."""

import importlib
import pkgutil
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from prefect import Flow
from pydantic import BaseModel, ConfigDict, Field, field_validator
from sqlmodel import Session

import flows
from flows.engine.forms import Form, ShortLine
from flows.engine.ladder import LADDER, Rung, climbs
from flows.engine.ledger import Ledger
from models.applicant import Applicant
from models.record import Request
from models.refusals import Invalid
from models.route import Step

DEPARTMENT: dict[str, Any] = {"names": "department"}  # of a rule that names one department, or several
LADDER_READS = (
    "每一级：after_hours 等了几个工时；channels 方式（inapp 站内、mail 邮件、sms 短信、phone 电话）；ding 是否强提醒；"
    "whom 告知谁（holder 待办人、deputy 代理人或副职、superior 上级、office 督办部门）。"
)


class Rules(BaseModel):
    """Base of a kind's rule table: limits and approvers as data, kept with a version. Titles are for who edits them."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    deadline_hours: int = Field(16, title="每步办理时限（工时）", ge=1, le=1000)
    ladder: tuple[Rung, ...] = Field(LADDER, title="催办阶梯", description=LADDER_READS)
    supervision: ShortLine = Field("党政办公室", title="督办部门", json_schema_extra=DEPARTMENT)
    retention_years: int = Field(10, title="保管期限（年）", ge=1, le=100)
    approvers_print: bool = Field(False, title="审批人可打印流程单")

    @field_validator("ladder")
    @classmethod
    def _climbs(cls, ladder: tuple[Rung, ...]) -> tuple[Rung, ...]:
        if not climbs(ladder):
            raise ValueError("第一级应为 0 个工时、告知待办人（holder），以后各级的工时逐级增加")
        return ladder


@dataclass(frozen=True)
class Copy:
    """A sheet that a kind draws: at the outcome, or once the named step is concluded."""

    key: str
    title: str
    after_step: str | None = None


ARCHIVE = Copy("archive", "归档联")


Named = Mapping[str, tuple[str, ...]]
Options = Mapping[str, list[tuple[str, str]]]


def _nothing(*_: Any) -> None:
    return None


@dataclass(frozen=True)
class Kind:
    """What the engine needs to know about a kind. Functions take the kind's own form (F) and rules (R).

    check(form: F, by: Applicant, rules: R, now) -> None: raises Invalid for what a field alone cannot show.
    route(form: F, by: Applicant, rules: R) -> list[Step]
    readers(form: F, by: Applicant, rules: R) -> tuple of accounts who get it for reading (送阅) when approved.
    facts(form: F, by: Applicant, rules: R, now) -> figures worked out from the form: shown, printed, kept.
    fact_labels: what each figure is called on pages and sheets.
    bulk: whether several requests may be agreed to at once (批量同意), at steps that ask for no fields.
    retention(form: F, rules: R) -> years the sheet is kept; None: for ever (永久).
    proof(form: F, by: Applicant, rules: R) -> which attachment is required, or None.
    claim(session, request, form: F, by: Applicant): at submission, in its transaction, and whenever its facts change;
        may run twice; raises Conflict.
    granted(session, request, form: F, step key, fields) -> handlers it names for later steps, by step key; in the
        transaction of a decision that brought the step's fields; raises Invalid or Conflict.
    options(session, request, form: F, step key) -> choices for the step's fields: {field: [(value, label)]}.
    release(session, request): when it ends otherwise than approved, or is returned to the initiator.
    approved(desk, form: F): in the transaction of the decision that approves it, at the desk of its request; raises
        Invalid or Conflict.
    revocable(session, request, form: F, now) -> why it cannot be revoked after approval (通过后撤销), or None.
    undo(session, request, now): what approval settled is undone when it is revoked.
    settle(session, request, form: F): after approval, by the flow; may run twice without harm.
    warnings(session, request, form: F) -> sentences for whoever decides.
    guarded(rules: R) -> (department, post) pairs whose holders must log in with a second factor.
    listed: whether people start it from the list of kinds; else from another request's page.
    asks_password: whether agreeing asks for the password again (seals, money).
    ledger: the paper ledger that is kept of it by custom, if one is.
    """

    key: str
    title: str
    prefix: str
    description: str
    form: type[Form]
    rules: Rules
    route: Callable[[Any, Applicant, Any], list[Step]]
    flow: Flow[..., Any]
    fields: Mapping[str, type[Form]] = field(default_factory=dict)
    copies: tuple[Copy, ...] = (ARCHIVE,)
    check: Callable[[Any, Applicant, Any, datetime], None] = _nothing
    readers: Callable[[Any, Applicant, Any], tuple[str, ...]] = lambda *_: ()
    facts: Callable[[Any, Applicant, Any, datetime], dict[str, Any]] = lambda *_: {}
    proof: Callable[[Any, Applicant, Any], str | None] = lambda *_: None
    fact_labels: Mapping[str, str] = field(default_factory=dict)
    bulk: bool = False
    retention: Callable[[Any, Any], int | None] = lambda _form, rules: int(rules.retention_years)
    claim: Callable[[Session, Request, Any, Applicant], None] = _nothing
    granted: Callable[[Session, Request, Any, str, Any], Named] = lambda *_: {}
    options: Callable[[Session, Request, Any, str], Options] = lambda *_: {}
    release: Callable[[Session, Request], None] = _nothing
    approved: Callable[[Any, Any], None] = _nothing
    revocable: Callable[[Session, Request, Any, datetime], str | None] = lambda *_: "此类申请办结后不能撤销"
    undo: Callable[[Session, Request, datetime], None] = _nothing
    settle: Callable[[Session, Request, Any], None] = _nothing
    warnings: Callable[[Session, Request, Any], list[str]] = lambda *_: []
    guarded: Callable[[Any], Collection[tuple[str, str]]] = lambda _rules: ()
    asks_password: bool = False
    ledger: Ledger | None = None
    listed: bool = True

    @property
    def entrypoint(self) -> str:
        """`flows.leave.approve_leave`: the module path form; the file form would load the module twice."""
        return f"{self.flow.fn.__module__}.{self.flow.fn.__name__}"

    def copy_title(self, key: str) -> str:
        """归档联, 派车联; of a copy that the kind no longer draws, its key."""
        return next((copy.title for copy in self.copies if copy.key == key), key)

    def read(self, form: dict[str, Any]) -> Any:
        """The kept form as the kind's model."""
        return self.form.model_validate(form)


@lru_cache
def kinds() -> Mapping[str, Kind]:
    """All kinds by key, in the order of their numbers' prefixes, those started from another request last."""
    found = [
        importlib.import_module(f"flows.{module.name}").KIND
        for module in pkgutil.iter_modules(flows.__path__)
        if not module.ispkg
    ]
    return {kind.key: kind for kind in sorted(found, key=lambda kind: (not kind.listed, kind.prefix))}


def kind_of(key: Any) -> Kind:
    """The kind with this key.

    Raises:
        Invalid: names the kinds there are.
    """
    if isinstance(key, str) and key in kinds():
        return kinds()[key]
    known = "、".join(f"{kind.key}({kind.title})" for kind in kinds().values())
    raise Invalid(f"审批类型：没有这一类型。可选：{known}", fields={"kind": f"可选：{known}"})
