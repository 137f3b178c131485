"""Inputs of the workbench as fields of a form that the Prefect UIs draw, and what they send back as it was typed."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gateway.workbench.inputs import Input
from models.refusals import Invalid

TYPES: Mapping[str, dict[str, Any]] = {
    "whole": {"type": "integer"},
    "number": {"type": "number"},
    "tick": {"type": "boolean", "default": False},
    "date": {"type": "string", "format": "date"},
    "moment": {"type": "string", "format": "date-time"},
}
MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~&$:@])")


def askable(inputs: Iterable[Input]) -> list[Input]:
    """What Prefect's UIs can ask for: files are handed in on the workbench."""
    return [each for each in inputs if each.control != "files"]


def key_of(each: Input) -> str:
    return each.name.replace(".", "_")


def question(each: Input) -> dict[str, Any]:
    """JSON schema of one input: its label as title, its choices by their labels."""
    about: dict[str, Any] = {"title": each.label, **TYPES.get(each.control, {"type": "string"})}
    if each.choices:
        about["enum"] = [label for _, label in each.choices]
    if each.longest and each.control in ("text", "long"):
        about["maxLength"] = each.longest
    if each.value:
        about["default"] = _default(each)
    if each.control == "person":
        about["description"] = "工号"
    return about


def check_known(sent: Mapping[str, Any], names: Mapping[str, str]) -> None:
    """Whether the form has all that was sent, each a single value. `names`: field to label. Raises Invalid."""
    if unknown := sorted(set(sent) - set(names)):
        told = dict.fromkeys(unknown, "没有这一栏，请删除")
        raise Invalid(f"表单中没有这些栏目：{'、'.join(unknown)}。", fields=told)
    if wrong := [name for name, value in sent.items() if not isinstance(value, str | int | float | bool | None)]:
        told = dict.fromkeys(wrong, "格式不对，请重新填写")
        raise Invalid("；".join(f"{names[name]}：{told[name]}" for name in wrong), fields=told)


def typed(inputs: Iterable[Input], sent: Mapping[str, Any]) -> dict[str, str]:
    """What was sent for each input, by its name on a page of the workbench, as it would be posted there."""
    return {each.name: _typed(each, sent.get(key_of(each))) for each in inputs}


def value_of(choices: Sequence[tuple[str, str]], label: Any) -> str:
    """The value behind a label; what is no label stays, for the rules to refuse."""
    return next((str(value) for value, shown in choices if shown == label), text_of(label))


def text_of(value: Any) -> str:
    return "" if value is None or value is False else "true" if value is True else str(value)


def plain(text: str) -> str:
    """Text in which no character is markdown, on one line."""
    return MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def _typed(each: Input, value: Any) -> str:
    return value_of(each.choices, value) if each.choices else text_of(value)


def _default(each: Input) -> Any:
    if each.control == "whole" and each.value.lstrip("-").isdigit():
        return int(each.value)
    if each.choices:
        return dict(each.choices).get(each.value, each.value)
    return each.value == "true" if each.control == "tick" else each.value
