"""From a JSON schema to the inputs of a page, and from what was typed back to the JSON that the schema asks for."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flows.engine.forms import Schema

LONG = 100  # characters: beyond it a text gets several lines
SEVERAL = re.compile(r"[\s、，,;；]+")  # between people
WHOLE = re.compile(r"[+-]?[0-9]{1,18}")


@dataclass(frozen=True)
class Input:
    """One input of a page. `value` is what was typed, or what is on record; `fault` what is wrong with it."""

    name: str
    label: str
    control: str  # text, long, person, people, whole, number, date, moment, tick, select, files, json
    value: str = ""
    fault: str = ""
    required: bool = False
    longest: int | None = None
    choices: tuple[tuple[str, str], ...] = ()  # of a select, and of the words in JSON
    files: tuple[tuple[str, str], ...] = ()  # id and name of each that was handed in
    hint: str = ""

    @property
    def is_text(self) -> bool:
        return self.control in ("text", "long")


def inputs(schema: Schema, prefix: str, values: Mapping[str, Any], faults: Mapping[str, str]) -> list[Input]:
    """An input for each property that can be typed, chosen or handed in.

    Args:
        prefix: put before each name, so that several schemas fit on one page.
        values: by property; text as typed, or JSON as kept; of files the names by `property.id`.
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
                    name in schema.get("required", ()) or plain.get("default") not in (None, ""),
                    plain.get("maxLength"),
                    _choices(schema, plain),
                    tuple(_files(name, values)) if control == "files" else (),
                    about.get("description", ""),
                )
            )
    return made


def as_data(schema: Schema, prefix: str, typed: Mapping[str, str]) -> dict[str, Any]:
    """What was typed, as JSON. What is left empty is left out; what does not fit stays text, for the form to refuse."""
    data: dict[str, Any] = {}
    for name, about in schema["properties"].items():
        text = typed.get(prefix + name, "").strip()
        control = _control(_plain(schema, about))
        if control == "files":
            if prefix + name in typed:  # the page asked for them
                data[name] = [key for key, _ in _files(prefix + name, typed)]
        elif control == "tick":
            data[name] = text == "true"
        elif control == "people":
            data[name] = [each for each in SEVERAL.split(text) if each]
        elif control == "json" and text:
            data[name] = _parsed(text)
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


def _choices(schema: Schema, plain: Schema) -> tuple[tuple[str, str], ...]:
    """Values and labels to choose from; of a list those of its items, of an object those of its names."""
    about = _plain(schema, plain.get("items") or plain.get("propertyNames") or plain)
    return tuple((each, about.get("x-labels", {}).get(each, each)) for each in about.get("enum", ()))


def _control(plain: Schema) -> str | None:
    if "enum" in plain:
        return "select"
    if plain.get("picker") in ("person", "people"):
        return str(plain["picker"])
    if plain.get("items", {}).get("format") == "uuid":
        return "files"
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
        case "array" | "object", _:
            return "json"
    return None


def _files(name: str, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Id and name of each file in a field; each is a value `field.id` of its own."""
    for key, value in values.items():
        if key.startswith(f"{name}."):
            yield key.removeprefix(f"{name}."), str(value)


def _written(control: str, value: Any) -> str:
    if value is None or control == "files":
        return ""
    if isinstance(value, bool):
        return "true" if value else ""
    if control == "json" and not isinstance(value, str):
        return _laid_out(value)
    return str(value)[:16] if control == "moment" else str(value)


def _laid_out(value: Any) -> str:
    """JSON with each entry of the outermost list or object on a line of its own."""
    if isinstance(value, dict):
        entries = [f"{_json(name)}: {_json(each)}" for name, each in value.items()]
    else:
        entries = [_json(each) for each in value]
    opens, closes = "{}" if isinstance(value, dict) else "[]"
    return "\n".join([opens, ",\n".join(f"  {each}" for each in entries), closes])


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _parsed(text: str) -> Any:
    """As it was meant, or as it was typed where it is no JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
