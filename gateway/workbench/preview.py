"""Who will sign, told while the form is still being filled in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from flows.engine.forms import schema_of, text_of
from flows.engine.kind import Kind
from flows.engine.submit import Plan, plan
from gateway.rest.views import People
from gateway.workbench.inputs import inputs
from models.organisation import NobodyThere
from models.refusals import Invalid
from models.route import PART_TITLES, Part, Step

STANDS_FOR_TEXT = "…"  # in place of required text that is still missing: it does not change who signs


@dataclass(frozen=True)
class Stop:
    """A step of the route, with who has which part in it."""

    title: str
    people: Sequence[tuple[str, Mapping[str, Any]]]
    hours: int


@dataclass(frozen=True)
class Preview:
    """The values of the template `preview`. `lacking`: sentences about what must still be filled in or mended."""

    route: Sequence[Stop] = ()
    facts: Sequence[tuple[str, str]] = ()
    readers: Sequence[str] = ()
    proof: str | None = None
    lacking: Sequence[str] = ()
    saved_at: datetime | None = None

    def saved(self, now: datetime) -> "Preview":
        return replace(self, saved_at=now)


NOTHING = Preview()


def preview_of(session: Session, kind: Kind, account: str, data: dict[str, Any], now: datetime) -> Preview:
    """The route of this form as it stands; of a form that does not hold yet, what it lacks."""
    try:
        planned = plan(session, kind, account, _filled_up(kind, data), now)
    except (Invalid, NobodyThere) as refusal:
        return Preview(lacking=refusal.message.split("；"))
    return _shown(session, kind, planned, bool(data.get("attachments")))


def _filled_up(kind: Kind, data: dict[str, Any]) -> dict[str, Any]:
    texts = (each.name for each in inputs(schema_of(kind.form), "", {}, {}) if each.required and each.is_text)
    return dict.fromkeys(texts, STANDS_FOR_TEXT) | data


def _shown(session: Session, kind: Kind, planned: Plan, attached: bool) -> Preview:
    proof = kind.proof(planned.form, planned.by, planned.rules)
    readers = kind.readers(planned.form, planned.by, planned.rules)
    accounts = [account for step in planned.steps for _, account in _parts(step)]
    people = People(session, [*accounts, *readers])
    return Preview(
        route=[_stop(step, people) for step in planned.steps],
        facts=[(kind.fact_labels.get(name, name), text_of(value)) for name, value in planned.facts.items()],
        readers=[person["name"] for each in readers if (person := people(each))],
        proof=None if attached else proof,
    )


def _stop(step: Step, people: People) -> Stop:
    named = [(PART_TITLES[part], people(each) or {}) for part, each in _parts(step)]
    return Stop(step.title, named, step.deadline_hours)


def _parts(step: Step) -> list[tuple[Part, str]]:
    return [
        *((Part.countersigner, each) for each in step.countersigners),
        *((Part.handler, each) for each in step.handlers),
        (Part.host, step.host),
    ]
