"""Bodies that are none, whatever they are sent to: what is sent, and a word of what is said about it."""

import gzip

HYDRATED = '{"__prefect_kind": "jinja", "template": "{{ 9**9 }}"}'  # Prefect would render it in its server


def within(depth: int, inner: str) -> str:
    """`inner` so many objects deep, itself counted."""
    return '{"a": ' * (depth - 1) + inner + "}" * (depth - 1)


BODIES: dict[str, tuple[str, str]] = {
    "null": ("null", "JSON 对象"),
    "a list": ("[]", "JSON 对象"),
    "a string": ('"leave"', "JSON 对象"),
    "a number": ("1", "JSON 对象"),
    "no JSON": ("{", "JSON"),
    "two objects": ("{}{}", "JSON"),
    "a comment": ("{} // {}", "JSON"),
    "a byte order mark": ("\ufeff{}", "JSON"),
    "NaN": ('{"x": NaN}', "NaN"),
    "-Infinity": ('{"x": -Infinity}', "Infinity"),
    "1e309": ('{"x": 1e309}', "数字"),
    "-1e309 in a list": ('{"x": [-1e309]}', "数字"),
    "a number of 5000 digits": (f'{{"x": {"9" * 5000}}}', "JSON"),
    "a key twice": ('{"kind": "leave", "kind": "seal"}', "两次"),
    "a key twice, once escaped": ('{"kind": "leave", "\\u006bind": "seal"}', "两次"),
    "a key twice within": ('{"form": {"reason": "a", "reason": "b"}}', "两次"),
    "21 deep": (within(21, "{}"), "层级"),
    "1000 deep": ('{"x": ' + "[" * 1000 + "]" * 1000 + "}", "层级"),
    "100000 deep": ('{"x": ' + "[" * 100_000 + "]" * 100_000 + "}", "层级"),
    "NUL": ('{"x": "a\\u0000b"}', "NUL"),
    "NUL in a key": ('{"\\u0000": 1}', "NUL"),
    "NUL in a list": ('{"x": [["\\u0000"]]}', "NUL"),
    "a lone surrogate": ('{"x": "\\ud800"}', "字符"),
    "a lone surrogate in a key": ('{"\\udfff": 1}', "字符"),
    "__prefect_kind": (HYDRATED, "__prefect_kind"),
    "__prefect_kind, 5 deep": (within(5, HYDRATED), "__prefect_kind"),
    "__prefect_kind in a list": (f'{{"x": [[{HYDRATED}]]}}', "__prefect_kind"),
    "__prefect_kind, escaped": ('{"x": {"\\u005f_prefect_kind": "json"}}', "__prefect_kind"),
}

# Sent otherwise than as plain JSON: headers and content.
SENDINGS: dict[str, tuple[dict[str, str], bytes, int, str]] = {
    "no content type": ({"Content-Type": ""}, b"{}", 422, "application/json"),
    "as text": ({"Content-Type": "text/plain"}, b"{}", 422, "application/json"),
    "as a form": ({"Content-Type": "application/x-www-form-urlencoded"}, b"kind=leave", 422, "application/json"),
    "as a file": ({"Content-Type": "multipart/form-data; boundary=x"}, b"--x--", 422, "application/json"),
    "in UTF-16": ({}, "{}".encode("utf-16"), 422, "JSON"),
    "in GBK": ({}, '{"x": "请假"}'.encode("gbk"), 422, "JSON"),
    "packed": ({"Content-Encoding": "gzip"}, gzip.compress(b"{}"), 422, "压缩"),
    "a gzip bomb": ({"Content-Encoding": "gzip"}, gzip.compress(b"0" * 10_000_000), 422, "压缩"),
    "packed otherwise": ({"Content-Encoding": "br"}, b"\x8b\x00\x80{}\x03", 422, "压缩"),
    "10 MB": ({}, b'{"x": "' + b"x" * 10_000_000 + b'"}', 413, "过大"),
}
