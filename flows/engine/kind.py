"""A kind of approval, and how kinds are found: every module in flows/ that has a `KIND` is one."""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from prefect import Flow
from pydantic import BaseModel, ConfigDict
from sqlmodel import Session

import flows
from flows.engine.forms import Form
from models.applicant import Applicant
from models.record import Request
from models.refusals import Invalid
from models.route import Step


class Rung(BaseModel):
    """A rung of the reminder ladder: after so many working hours, over these channels."""

    model_config = ConfigDict(frozen=True)
    after_hours: int
    channels: tuple[str, ...]
    ding: bool = False


LADDER = (
    Rung(after_hours=0, channels=("inapp", "mail")),
    Rung(after_hours=4, channels=("inapp", "mail")),
    Rung(after_hours=8, channels=("ding",), ding=True),
)


class Rules(BaseModel):
    """Base of a kind's rule table: limits and approvers as data, kept with a version."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    deadline_hours: int = 16  # working hours a step may take
    ladder: tuple[Rung, ...] = LADDER
    retention_years: int = 10  # 保管期限


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
    retention(form: F, rules: R) -> years the sheet is kept; None: for ever (永久).
    proof(form: F, by: Applicant, rules: R) -> which attachment is required, or None.
    claim(session, request, form: F, by: Applicant): at submission, in its transaction; raises Conflict.
    granted(session, request, form: F, step key, fields) -> handlers it names for later steps, by step key; in the
        transaction of a decision that brought the step's fields; raises Invalid or Conflict.
    options(session, request, form: F, step key) -> choices for the step's fields: {field: [(value, label)]}.
    release(session, request): when it ends otherwise than approved, or is returned to the initiator.
    settle(session, request, form: F): after approval, by the flow; may run twice without harm.
    warnings(session, request, form: F) -> sentences for whoever decides.
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
    retention: Callable[[Any, Any], int | None] = lambda _form, rules: int(rules.retention_years)
    claim: Callable[[Session, Request, Any, Applicant], None] = _nothing
    granted: Callable[[Session, Request, Any, str, Any], Named] = lambda *_: {}
    options: Callable[[Session, Request, Any, str], Options] = lambda *_: {}
    release: Callable[[Session, Request], None] = _nothing
    settle: Callable[[Session, Request, Any], None] = _nothing
    warnings: Callable[[Session, Request, Any], list[str]] = lambda *_: []

    @property
    def entrypoint(self) -> str:
        """`flows.leave.approve_leave`: the module path form; the file form would load the module twice."""
        return f"{self.flow.fn.__module__}.{self.flow.fn.__name__}"

    def read(self, form: dict[str, Any]) -> Any:
        """The kept form as the kind's model."""
        return self.form.model_validate(form)


@lru_cache
def kinds() -> Mapping[str, Kind]:
    """All kinds by key, in the order of their titles' prefixes."""
    found = [
        importlib.import_module(f"flows.{module.name}").KIND
        for module in pkgutil.iter_modules(flows.__path__)
        if not module.ispkg
    ]
    return {kind.key: kind for kind in sorted(found, key=lambda kind: kind.prefix)}


def kind_of(key: Any) -> Kind:
    """The kind with this key.

    Raises:
        Invalid: names the kinds there are.
    """
    if isinstance(key, str) and key in kinds():
        return kinds()[key]
    known = "、".join(f"{kind.key}({kind.title})" for kind in kinds().values())
    raise Invalid(f"审批类型：没有这一类型。可选：{known}", fields={"kind": f"可选：{known}"})
