"""The texts that a sheet shows, whoever wrote them: listed, and rewritten one by one."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from printouts.gathering.sheet import SheetData

OURS = {
    "kind",
    "copy_kind",
    "copy_title",
    "title",
    "number",
    "code",
    "sha256",
    "retention",
    "part",
    "added",
    "rule",
    "label",
}
Sheet = TypeVar("Sheet")


def texts(value: Any) -> Iterator[str]:
    """Everything that people wrote, names and departments included; and what is printed about it in their words."""
    match value:
        case str():
            yield value
        case tuple():
            for each in value:
                yield from texts(each)
        case Mapping():
            yield from texts(tuple(value.values()))
        case _ if is_dataclass(value):
            for name, each in _of(value).items():
                if name != "record":
                    yield from texts(each)


def rewritten(value: Sheet, change: Callable[[str], str]) -> Sheet:
    """The same with each text changed."""
    match value:
        case str():
            return change(value)  # type: ignore[return-value]
        case tuple():
            return tuple(rewritten(each, change) for each in value)  # type: ignore[return-value]
        case dict():
            return {name: rewritten(each, change) for name, each in value.items()}  # type: ignore[return-value]
        case _ if is_dataclass(value):
            return replace(value, **{name: rewritten(each, change) for name, each in _of(value).items()})  # type: ignore[type-var]
    return value


def excerpt(data: SheetData) -> SheetData:
    """What stands on a form page."""
    return replace(data, steps=(), readers=(), rules=(), effects=(), earlier_rounds=(), reminders=())


def _of(value: Any) -> dict[str, Any]:
    return {each.name: getattr(value, each.name) for each in fields(value) if each.name not in OURS}
