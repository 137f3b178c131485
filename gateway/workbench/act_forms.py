"""The acts of the table on a request's page: a form each, made from the act's body, for what its reader can do now."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session

from flows.engine.acts.act import Act
from flows.engine.acts.who import possible_at_all
from flows.engine.forms import schema_of
from gateway.acts import doing_with
from gateway.login.identity import Me
from gateway.workbench.inputs import Input, inputs
from models.record import Request


@dataclass(frozen=True)
class TypedAct:
    """What was typed for an act, and what was wrong with it."""

    act: str
    values: Mapping[str, str]
    faults: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ActForm:
    """An act that the reader of the page can do. `open`: it was tried, and is shown unfolded."""

    key: str
    title: str
    effect: str
    action: str
    inputs: list[Input]
    fault: str
    open: bool


def acts_of(session: Session, me: Me, request: Request, now: datetime, typed: TypedAct | None) -> list[ActForm]:
    """A form for each act that this person can do, those on their own items first."""
    return [
        _form(act, f"/acts/{item.id}/{act.key}" if item else f"/requests/{request.number}/{act.key}", typed)
        for act, item in possible_at_all(doing_with(session, me, request, now))
    ]


def _form(act: Act, action: str, typed: TypedAct | None) -> ActForm:
    tried = typed if typed and typed.act == act.key else None
    values: dict[str, Any] = dict(tried.values) if tried else {}
    schema = schema_of(act.body)
    made = inputs(schema, "", values, tried.faults if tried else {}) if "properties" in schema else []
    shown = {each.name for each in made}
    beside = next((text for name, text in (tried.faults if tried else {}).items() if name not in shown), "")
    return ActForm(act.key, act.title, act.effect, action, made, beside, tried is not None)
