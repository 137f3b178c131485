"""Reading bodies at the door: one JSON object, of bounded size and depth, nothing twice, nothing that is not JSON."""

import json
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from fastapi import Request
from pydantic import BaseModel, ValidationError

from flows.engine.forms import told_of
from models.refusals import Invalid

LARGEST = 1_000_000  # bytes
DEEPEST = 20
TOO_DEEP = f"层级过深，最多 {DEEPEST} 层"
MOST_FIELDS = 100
FORM = "application/x-www-form-urlencoded"
FORBIDDEN = "__prefect_kind"  # Prefect would hydrate it: read its variables, render Jinja

B = TypeVar("B", bound=BaseModel)


async def read_object(request: Request) -> dict[str, Any]:
    """The body as a JSON object; an empty body is an empty object.

    Raises:
        Invalid: too large, no JSON, not an object, a key twice, NaN, too deep, NUL, or `__prefect_kind` anywhere.
    """
    raw = await _bounded(request)
    if not raw:
        return {}
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise _unreadable("请以 Content-Type: application/json 发送")
    try:
        data = json.loads(raw.decode(), object_pairs_hook=_once, parse_constant=_no_constant)
    except RecursionError:
        raise _unreadable(TOO_DEEP) from None
    except ValueError:  # not UTF-8 either (RFC 8259, 8.1)
        raise _unreadable("不是有效的 JSON") from None
    if not isinstance(data, dict):
        raise _unreadable("应为一个 JSON 对象 {…}")
    _look_through(data, 1)
    return data


async def read_body(request: Request, model: type[B]) -> B:
    """The body as `model`, strictly.

    Raises:
        Invalid: as `read_object`, or with the fields at fault.
    """
    data = await read_object(request)
    try:
        return model.model_validate_json(json.dumps(data), strict=True)
    except ValidationError as faults:
        raise told_of(model, faults) from None


async def read_posted(request: Request, most: int = MOST_FIELDS) -> dict[str, str]:
    """The fields of a posted page form, at most so many; its CSRF token goes to `request.state.csrf`.

    Raises:
        Invalid: too large, not a form, a field twice, not UTF-8, or NUL in it.
    """
    raw = await _bounded(request)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise _unreadable("请从页面上的表单提交")
    try:
        pairs = parse_qsl(raw.decode(), keep_blank_values=True, errors="strict", max_num_fields=most)
    except ValueError:
        raise _unreadable("含有无法识别的字符，请删除后重填") from None
    posted = _once(pairs)
    _look_through(posted, 1)
    posted = {name: value.replace("\r\n", "\n") for name, value in posted.items()}
    request.state.csrf = posted.pop("csrf", "")
    return posted


def refuse_packed(request: Request) -> None:
    """Nothing is unpacked, so nothing can grow.

    Raises:
        Invalid: the body says that it is compressed.
    """
    if request.headers.get("content-encoding", "identity") != "identity":
        raise _unreadable("不接受压缩的内容")


async def _bounded(request: Request) -> bytes:
    refuse_packed(request)
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST:
            raise _unreadable(f"内容过大，最多 {LARGEST // 1_000_000} MB", status=413)
        parts.append(part)
    return b"".join(parts)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _unreadable("同一栏目出现了两次")
    return found


def _no_constant(name: str) -> None:
    raise _unreadable(f"{name} 不是有效的数字")


def _look_through(value: Any, depth: int) -> None:
    if depth > DEEPEST:
        raise _unreadable(TOO_DEEP)
    if isinstance(value, dict):
        if FORBIDDEN in value:
            raise _unreadable(f"不允许出现 {FORBIDDEN}")
        for key, each in value.items():
            _look_through(key, depth)
            _look_through(each, depth + 1)
    elif isinstance(value, list):
        for each in value:
            _look_through(each, depth + 1)
    elif isinstance(value, str):
        _plain(value)
    elif isinstance(value, float) and value in (float("inf"), float("-inf")):
        raise _unreadable("数字超出范围")


def _plain(text: str) -> None:
    if "\x00" in text:
        raise _unreadable("含有空字符（NUL），请删除后重填")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise _unreadable("含有无法识别的字符，请删除后重填") from None


def _unreadable(told: str, status: int = 422) -> Invalid:
    refusal = Invalid(f"提交的内容：{told}。", fields={"body": told})
    refusal.status = status
    return refusal
