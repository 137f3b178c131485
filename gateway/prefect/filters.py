"""Filters of Prefect's lists, written anew: of what a browser sent only plain conditions are kept, and all must hold.

Nothing sent can widen a list: `operator` is never kept, so that every condition only narrows, and the ids that the
record gives are put in afterwards.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

Json = dict[str, Any]
MOST = 200  # rows a page, and values a condition
LONGEST = 100  # characters of a value
COMMON = ("id", "name", "tags", "state", "start_time", "expected_start_time")
FIELDS: Mapping[str, tuple[str, ...]] = {  # what may be filtered, by which of its fields
    "flow_runs": (*COMMON, "deployment_id", "parent_flow_run_id"),
    "task_runs": (*COMMON, "flow_run_id", "subflow_runs"),
    "flows": ("id", "name", "tags"),
    "deployments": ("id", "name", "tags", "flow_or_deployment_name"),
    "logs": ("flow_run_id", "task_run_id", "level"),
    "artifacts": ("id", "flow_run_id", "task_run_id", "type", "key"),
}
PARTS = ("type", "name")  # of a state
NUMBERS = ("limit", "offset", "page", "history_interval_seconds")
MOMENTS = ("history_start", "history_end")


def cleaned(body: Json) -> Json:
    """The conditions, order and page of a list, as far as they are plain."""
    kept = {what: _fields(body[what], fields) for what, fields in FIELDS.items() if isinstance(body.get(what), dict)}
    return kept | _page(body)


def wanted(body: Json, *places: str) -> list[UUID] | None:
    """The ids that a filter names at the first of these places (`flow_runs.id`), or None for all."""
    for place in places:
        found: Any = body
        for name in (*place.split("."), "any_"):
            found = found.get(name) if isinstance(found, dict) else None
        if isinstance(found, list):
            return ids(found)
    return None


def ids(found: Any) -> list[UUID]:
    """Those of a list that are ids."""
    return [key for each in found[:MOST] if (key := id_of(each))] if isinstance(found, list) else []


def id_of(text: Any) -> UUID | None:
    try:
        return UUID(text)
    except (ValueError, TypeError, AttributeError):
        return None


def only(asked: Json, what: str, field: str, values: list[str]) -> Json:
    """The same list, narrowed to these values of a field; its other conditions stay."""
    fields = asked.get(what, {})
    return asked | {what: fields | {field: fields.get(field, {}) | {"any_": values}}}


def _page(body: Json) -> Json:
    kept: Json = {name: body[name] for name in NUMBERS if _is_number(body.get(name))}
    kept |= {name: body[name] for name in MOMENTS if _is_moment(body.get(name))}
    if "limit" in kept:
        kept["limit"] = min(kept["limit"], MOST)
    if isinstance(sort := body.get("sort"), str) and sort.replace("_", "").isalpha() and len(sort) < LONGEST:
        kept["sort"] = sort
    return kept


def _fields(sent: Json, fields: tuple[str, ...]) -> Json:
    found = {name: _conditions(sent[name]) for name in fields if isinstance(sent.get(name), dict)}
    return {name: conditions for name, conditions in found.items() if conditions}


def _conditions(sent: Json) -> Json:
    kept = {name: value for name, value in sent.items() if name in PLAIN and PLAIN[name](value)}
    parts = {name: _conditions(sent[name]) for name in PARTS if isinstance(sent.get(name), dict)}
    return kept | {name: conditions for name, conditions in parts.items() if conditions}


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= MOST and all(map(_is_text, value))


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10_000_000


def _is_truth(value: Any) -> bool:
    return isinstance(value, bool)


def _is_moment(value: Any) -> bool:
    try:
        return isinstance(value, str) and len(value) < LONGEST and datetime.fromisoformat(value) is not None
    except ValueError:
        return False


PLAIN: Mapping[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("any_", "not_any_", "all_"), _is_texts),
    **dict.fromkeys(("before_", "after_"), _is_moment),
    **dict.fromkeys(("ge_", "le_"), _is_number),
    **dict.fromkeys(("exists_", "is_null_"), _is_truth),
    "like_": _is_text,
}
