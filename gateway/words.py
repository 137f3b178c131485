"""Forms and step fields in words: label and text of each, staff numbers with the name."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from sqlmodel import Session

from flows.engine.forms import label_of, text_of
from models.organisation import Person

FACTS = {"days": "请假天数", "stamps_granted": "准予用印总数", "short_notice": "提前量不足"}


def fields_in_words(session: Session, model: type[BaseModel], values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(label, text) of every field that has a text; of no values at all, every label with nothing."""
    if not values:
        return [(label_of(model, name), "") for name in model.model_fields]
    read = model.model_validate(values)
    lines = [(label_of(model, name), _text(session, model, name, getattr(read, name))) for name in model.model_fields]
    return [(label, text) for label, text in lines if text]


def facts_in_words(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(label, text) of the figures worked out from a form."""
    return [(FACTS[name], text_of(value)) for name, value in facts.items() if name in FACTS]


def _text(session: Session, model: type[BaseModel], name: str, value: Any) -> str:
    extra = model.model_fields[name].json_schema_extra
    if value and isinstance(extra, dict) and extra.get("picker") == "person":
        person = session.get(Person, value)
        return f"{person.name}（{value}）" if person else str(value)
    return text_of(value)
