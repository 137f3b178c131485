"""From a JSON schema to the inputs of a page, and from what was typed back to the JSON that the schema asks for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]
LONG = 100  # characters: beyond it a text gets several lines
WHOLE = re.compile(r"[+-]?[0-9]{1,18}")


@dataclass(frozen=True)
class Input:
    """One input of a page. `value` is what was typed, or what is on record; `fault` what is wrong with it."""

    name: str
    label: str
    control: str  # what is typed or chosen: text, long, whole, number, date, moment, tick, select
    value: str = ""
    fault: str = ""
    required: bool = False
    longest: int | None = None
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()


def inputs(schema: Schema, prefix: str, values: Mapping[str, Any], faults: Mapping[str, str]) -> list[Input]:
    """An input for each property that can be typed; lists (attachments) stay as they are.

    Args:
        prefix: put before each name, so that several schemas fit on one page.
        values: by property; text as typed, or JSON as kept.
        faults: by property, in Chinese.
    """
    made = []
    for name, about in schema["properties"].items():
        plain = _plain(schema, about)
        control = _control(plain)
        if control:
            made.append(
                Input(
                    prefix + name,
                    plain["title"],
                    control,
                    _written(control, values.get(name, plain.get("default"))),
                    faults.get(name, ""),
                    name in schema.get("required", ()) or plain.get("default") is not None,
                    plain.get("maxLength"),
                    "工号" if plain.get("picker") == "person" else "",
                    tuple((each, plain.get("x-labels", {}).get(each, each)) for each in plain.get("enum", ())),
                )
            )
    return made


def as_data(schema: Schema, prefix: str, typed: Mapping[str, str]) -> dict[str, Any]:
    """What was typed, as JSON. What is left empty is left out; what does not fit stays text, for the form to refuse."""
    data: dict[str, Any] = {}
    for name, about in schema["properties"].items():
        text = typed.get(prefix + name, "").strip()
        control = _control(_plain(schema, about))
        if control == "tick":
            data[name] = text == "true"
        elif text:
            data[name] = int(text) if control == "whole" and WHOLE.fullmatch(text) else text
    return data


def _plain(schema: Schema, about: Schema) -> dict[str, Any]:
    """The property without references and without its "or nothing" branch."""
    branch: Schema = next((each for each in about.get("anyOf", ()) if each.get("type") != "null"), {})
    found = {**about, **branch}
    if "$ref" in found:
        found = {**schema["$defs"][found["$ref"].rpartition("/")[2]], **found}
    return {**found, "title": about.get("title", found.get("title"))}


def _control(plain: Schema) -> str | None:
    if "enum" in plain:
        return "select"
    match plain.get("type"), plain.get("format"):
        case "string", "date":
            return "date"
        case "string", "date-time":
            return "moment"
        case "string", _:
            return "long" if plain.get("maxLength", 0) > LONG else "text"
        case "integer", _:
            return "whole"
        case "number", _:
            return "number"
        case "boolean", _:
            return "tick"
    return None


def _written(control: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else ""
    return str(value)[:16] if control == "moment" else str(value)
