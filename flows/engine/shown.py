"""A form and a step's fields as people read them, on pages and sheets: label and text of each."""

from typing import Any

from sqlmodel import Session

from flows.engine.forms import Form, label_of, text_of
from flows.engine.kind import Kind
from models.organisation import Person
from models.record import Request
from printouts.gathering.sheet import Shown


def shown_form(session: Session, kind: Kind, request: Request) -> dict[str, Shown]:
    """Every field of the form, and every figure worked out from it, as label and text."""
    form = kind.read(request.form)
    fields = {
        name: Shown(label_of(kind.form, name), _text(session, kind.form, name, getattr(form, name)))
        for name in kind.form.model_fields
    }
    facts = {name: Shown(kind.fact_labels.get(name, name), text_of(value)) for name, value in request.facts.items()}
    return fields | facts


def shown_fields(session: Session, model: type[Form], values: dict[str, Any]) -> list[tuple[str, str]]:
    """A step's fields as label and text; empty texts for a step that is still to come."""
    if not values:
        return [(label_of(model, name), "") for name in model.model_fields]
    read = model.model_validate(values)
    return [(label_of(model, name), _text(session, model, name, getattr(read, name))) for name in model.model_fields]


def _text(session: Session, model: type[Form], name: str, value: Any) -> str:
    """People are shown by name."""
    extra = model.model_fields[name].json_schema_extra
    if value and isinstance(extra, dict) and extra.get("picker") == "person":
        person = session.get(Person, value)
        return f"{person.name}（{value}）" if person else str(value)
    return text_of(value)
