"""Bodies at the door: whatever is sent, a clear 4xx in Chinese, and nothing changed."""

import gzip
import json
from typing import Any

import pytest

from tests.gateway.office import SECTION_HEAD, TEACHER, good, leave, nothing_changed, refused

SUBMIT, PREVIEW = "/api/requests", "/api/requests/preview"
DEEP = "[" * 1000 + "]" * 1000
FORM = json.dumps(leave(), ensure_ascii=False)
WHOLE = f'{{"kind": "leave", "form": {FORM}'


@pytest.mark.parametrize(
    ("raw", "word"),
    {
        "empty": ("", "审批类型"),
        "null": ("null", "JSON 对象"),
        "list": ("[]", "JSON 对象"),
        "string": ('"leave"', "JSON 对象"),
        "number": ("1", "JSON 对象"),
        "no JSON": ("{", "JSON"),
        "two": ("{}{}", "JSON"),
        "NaN": (WHOLE + ', "x": NaN}', "NaN"),
        "Infinity": (WHOLE + ', "x": -Infinity}', "Infinity"),
        "1e309": (WHOLE + ', "x": 1e309}', "数字"),
        "a number of 5000 digits": (WHOLE + f', "x": {"9" * 5000}}}', "JSON"),
        "key twice": (WHOLE + ', "kind": "seal"}', "两次"),
        "key twice within": ('{"kind": "leave", "form": {"reason": "a", "reason": "b"}}', "两次"),
        "depth 1000": (WHOLE + f', "x": {DEEP}}}', "JSON"),
        "depth 100": (WHOLE + f', "x": {DEEP[900:1100]}}}', "层级"),
        "NUL": (WHOLE + ', "x": "a\\u0000b"}', "NUL"),
        "NUL in a key": (WHOLE + ', "\\u0000": 1}', "NUL"),
        "lone surrogate": (WHOLE + ', "x": "\\ud800"}', "字符"),
        "unknown field": (WHOLE + ', "status": "approved"}', "没有这一栏"),
        "kind unknown": ('{"kind": "robbery", "form": {}}', "请假"),
        "kind of the wrong type": (f'{{"kind": ["leave"], "form": {FORM}}}', "审批类型"),
        "form a list": ('{"kind": "leave", "form": []}', "表单"),
        "form null": ('{"kind": "leave", "form": null}', "表单"),
        "form missing": ('{"kind": "leave"}', "表单：必填"),
        "key too long": (WHOLE + f', "idempotency_key": "{"k" * 101}"}}', "幂等键"),
        "key empty": (WHOLE + ', "idempotency_key": ""}', "幂等键"),
    }.values(),
)
def test_a_body_that_is_not_one_is_refused(raw: str, word: str) -> None:
    with nothing_changed():
        detail = refused(TEACHER.post_raw(SUBMIT, raw.encode()), 422, word)
    assert detail["fields"]


@pytest.mark.parametrize("path", [SUBMIT, PREVIEW])
@pytest.mark.parametrize(
    "within",
    [
        {"__prefect_kind": "jinja", "template": "{{ 9**9 }}"},
        {"a": {"b": {"c": {"d": {"__prefect_kind": "workspace_variable"}}}}},
        [[{"__prefect_kind": "json", "value": "{}"}]],
    ],
)
def test_nothing_that_prefect_would_hydrate_gets_in(path: str, within: Any) -> None:
    with nothing_changed():
        refused(TEACHER.post(path, {"kind": "leave", "form": leave() | {"reason": within}}), 422, "__prefect_kind")
        refused(TEACHER.post(path, {"kind": "leave", "form": leave(), "x": within}), 422, "__prefect_kind")


def test_prefects_key_is_refused_escaped_and_in_a_decision_too() -> None:
    number = TEACHER.submit("leave", leave())
    path = f"/api/work-items/{SECTION_HEAD.item(number)['id']}/decision"
    body = b'{"verdict": "agree", "fields": {"\\u005f_prefect_kind": "jinja"}}'
    with nothing_changed():
        refused(SECTION_HEAD.post_raw(path, body), 422, "__prefect_kind")


@pytest.mark.parametrize(
    ("headers", "word"),
    [
        ({"Content_Type": "text/plain"}, "application/json"),
        ({"Content_Type": "application/x-www-form-urlencoded"}, "application/json"),
        ({"Content_Type": ""}, "application/json"),
        ({"Content_Encoding": "gzip"}, "压缩"),
    ],
)
def test_only_plain_json_is_read(headers: dict[str, str], word: str) -> None:
    with nothing_changed():
        refused(TEACHER.post_raw(SUBMIT, gzip.compress((WHOLE + "}").encode()), **headers), 422, word)


def test_ten_megabytes_are_too_much() -> None:
    with nothing_changed():
        refused(TEACHER.post_raw(SUBMIT, b'{"kind": "' + b"x" * 10_000_000 + b'"}'), 413, "过大")


@pytest.mark.parametrize(
    "path", ["/api/requests?q=%00", "/api/requests?kind=a%00", "/api/requests/%00", "/requests/%00"]
)
def test_a_nul_in_an_address_is_no_internal_error(path: str) -> None:
    assert 400 <= TEACHER.get(path).status_code < 500


@pytest.mark.parametrize("path", ["/api/requests?status=lost", "/api/requests?q=" + "x" * 51])
def test_a_filter_that_is_none_is_refused(path: str) -> None:
    refused(TEACHER.get(path), 422, "参数")


def test_an_unknown_address_or_method_is_told_in_chinese() -> None:
    refused(TEACHER.get("/api/nothing"), 404, "没有这个地址")
    refused(TEACHER.post("/api/inbox"), 405, "不接受")


def test_the_contract_is_published() -> None:
    paths = good(TEACHER.get("/api/openapi.json"))["paths"]
    assert {
        "/api/session",
        "/api/kinds",
        "/api/files",
        "/api/inbox",
        "/api/work-items/{item_id}/decision",
    } <= paths.keys()
    assert "verdict" in str(paths["/api/work-items/{item_id}/decision"])
    assert "/login" not in paths
