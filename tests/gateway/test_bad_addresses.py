"""Addresses, methods and headers that are wrong: refused as JSON under /api and /prefect/api, as a page elsewhere.

Of what is not HTTP at all, or an address beyond 64 KB, the web server itself says so before the gateway sees it.
"""

import httpx
import pytest

from tests.gateway.browser import Browser
from tests.gateway.office import ADMINISTRATOR, SECTION_HEAD, TEACHER, good, leave, nothing_changed, refused, send

NOWHERE, NOT_YOURS = "没有这个地址", "没有这个事项，或者它与您无关"
NOBODY = "00000000-0000-0000-0000-000000000000"

NOT_FOUND: dict[str, tuple[str, str]] = {
    "//": ("//api/inbox", NOWHERE),
    "// within": ("/api//inbox", NOWHERE),
    ";x": ("/api/inbox;x", NOWHERE),
    "upper case": ("/API/inbox", NOWHERE),
    "upper case within": ("/api/INBOX", NOWHERE),
    "..": ("/api/%2e%2e/api/inbox", NOWHERE),
    ".. packed": ("/api/%2e%2e%2fapi/inbox", NOWHERE),
    "another site": ("//evil.example/", NOWHERE),
    "nothing": ("/api/nothing", NOWHERE),
    "no page": ("/nothing", NOWHERE),
    "no item": ("/work-items", NOWHERE),
    "a number that is ..": ("/api/requests/%2e%2e", NOT_YOURS),
    "a number with a blank": ("/api/requests/{number}%20", NOT_YOURS),
    "a number with ;x": ("/api/requests/{number};x", NOT_YOURS),
    "a number in small letters": ("/api/requests/{lower}", NOT_YOURS),
    "a number that is no UTF-8": ("/api/requests/%ff", NOT_YOURS),
    "a page's number with ;x": ("/requests/{number};x", NOT_YOURS),
    "a sheet of another folder": ("/api/requests/{number}/sheet?copy=..%2f..%2frun", "还没有这一联"),
    "a file that is a path": ("/api/files/..%2f..%2frun%2fprefect_auth", NOWHERE),
    "a file with ;x": (f"/api/files/{NOBODY};x", NOT_YOURS),
    "a file that is a word": ("/api/files/passwd", NOT_YOURS),
    "out of the static files": ("/static/%2e%2e/app.py", NOWHERE),
    "out of the static files, packed": ("/static/..%2fapp.py", NOWHERE),
    "a static file of the root": ("/static//etc/passwd", NOWHERE),
    "a static file with NUL": ("/static/%00", NOWHERE),
    "out of Prefect's files": ("/prefect/%2e%2e/api/admin/settings", NOT_YOURS),
    "out of Prefect's files, packed": ("/prefect/..%2f..%2fapi", NOT_YOURS),
    "out of Prefect's API": ("/prefect/api/%2e%2e/inbox", NOT_YOURS),
    "Prefect's API in upper case": ("/prefect/api/ADMIN/version", NOT_YOURS),
    "Prefect's API with //": ("/prefect/api//admin/version", NOT_YOURS),
    "a run with ;x": (f"/prefect/api/flow_runs/{NOBODY};x", NOT_YOURS),
    "out of a run": (f"/prefect/api/flow_runs/{NOBODY}%2f..%2f..%2fadmin%2fsettings", NOT_YOURS),
    "out of the deployments": ("/prefect/api/deployments/..%2fadmin", NOT_YOURS),
    "a forged page of events": ("/prefect/api/events/filter/next?page-token=eyJhbnkiOiB0cnVlfQ", NOT_YOURS),
    "Prefect's websocket": ("/prefect/api/events/in", NOT_YOURS),
}
WRONG: dict[str, tuple[str, int, str, str]] = {
    "NUL in a number": ("/api/requests/%00", 422, "invalid", "字符"),
    "NUL in a page's number": ("/requests/%00", 422, "invalid", "字符"),
    "NUL in a search": ("/api/requests?q=%00", 422, "invalid", "字符"),
    "NUL in a kind": ("/api/requests?kind=a%00", 422, "invalid", "字符"),
    "a status that is none": ("/api/requests?status=lost", 422, "invalid", "参数有误：status"),
    "a search too long": ("/api/requests?q=" + "x" * 51, 422, "invalid", "参数有误：q"),
    "yes or no that is neither": ("/api/requests?mine=maybe", 422, "invalid", "参数有误：mine"),
    "an address too long": ("/api/requests?q=" + "x" * 8_000, 414, "address_too_long", "地址过长"),
    "a page's address too long": ("/?q=" + "x" * 8_000, 414, "address_too_long", "地址过长"),
    "Prefect's address too long": ("/prefect/api/admin/version?" + "x" * 8_000, 414, "address_too_long", "地址过长"),
}
NOT_TAKEN: dict[str, tuple[str, str, str]] = {
    "PUT": ("PUT", "/api/inbox", "GET"),
    "POST": ("POST", "/api/inbox", "GET"),
    "a method that is none": ("BREW", "/api/requests", "GET, POST"),
    "OPTIONS": ("OPTIONS", "/api/session", "GET, POST, DELETE"),
    "TRACE": ("TRACE", "/login", "GET, POST"),
    "GET of an item": ("GET", "/work-items/x", "POST"),
    "DELETE of the home page": ("DELETE", "/", "GET"),
    "POST to a static file": ("POST", "/static/oa.css", "GET, HEAD"),
}


@pytest.fixture(scope="module")
def number(prefect_credential: None) -> str:  # noqa: ARG001 - up first
    """A leave of the teacher's at the section head."""
    return TEACHER.submit("leave", leave())


def _is_told(answer: httpx.Response, status: int, error: str, word: str) -> None:
    """As JSON to programs, as a page to people."""
    if answer.url.path.startswith(("/api", "/prefect/api")):
        refused(answer, status, word)
        assert answer.json()["error"] == error
    else:
        assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
        assert "未能办理" in answer.text
        assert word in answer.text


@pytest.mark.parametrize(("path", "word"), NOT_FOUND.values(), ids=NOT_FOUND)
def test_what_is_not_there(number: str, path: str, word: str) -> None:
    place = "http://oa.test" + path.format(number=number, lower=number.lower())
    _is_told(send("GET", place, headers=SECTION_HEAD.headers), 404, "not_found", word)


@pytest.mark.parametrize(("path", "status", "error", "word"), WRONG.values(), ids=[*WRONG])
def test_what_cannot_be_read(path: str, status: int, error: str, word: str) -> None:
    _is_told(TEACHER.get(path), status, error, word)


@pytest.mark.parametrize(("method", "path", "taken"), NOT_TAKEN.values(), ids=NOT_TAKEN)
def test_what_an_address_does_not_take(method: str, path: str, taken: str) -> None:
    with nothing_changed():
        answer = send(method, path, headers=TEACHER.headers)
    _is_told(answer, 405, "refused", "不接受这种操作")
    assert answer.headers["allow"] == taken


@pytest.mark.parametrize("path", ["/", "/api/inbox", "/prefect/api/health", "/static/oa.css"])
def test_headers_too_large(path: str) -> None:
    answer = send("GET", path, headers=TEACHER.headers | {"X-Padding": "x" * 32_000})
    _is_told(answer, 431, "headers_too_large", "请求头过大")
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/api/inbox", "/prefect/api/health", "/prefect/api/events/out"])
def test_a_websocket_is_not_opened(path: str) -> None:
    """Upgrade is a wish that may be left unheard (RFC 9110 7.8): it is answered as if it were not there."""
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    refused(send("GET", path, headers=upgrade), 401, "请先登录")
    plain, wished = (send("GET", path, headers=TEACHER.headers | more) for more in ({}, upgrade))
    assert (wished.status_code, wished.content) == (plain.status_code, plain.content)


@pytest.mark.parametrize("name", ["X-Forwarded-User", "X-Remote-User", "Remote-User", "X-Forwarded-For", "Forwarded"])
def test_a_header_makes_nobody_of_me(name: str) -> None:
    """Neither someone when I am nobody, nor someone else when I am myself: here, on a page and in Prefect's API."""
    told = {name: ADMINISTRATOR.account}
    for path in ("/api/session", "/prefect/api/csrf-token"):
        refused(send("GET", path, headers=told), 401, "请先登录")
    assert send("GET", "/", headers=told).headers["location"] == "/login?then=/"
    person = good(send("GET", "/api/session", headers=TEACHER.headers | told))["person"]
    assert person["account"] == TEACHER.account


def test_a_cookie_that_was_edited_opens_nothing(number: str) -> None:
    cookie = Browser(SECTION_HEAD).cookie["Cookie"]
    edits = [cookie[:-1], cookie + "x", cookie.upper(), cookie + "%00", cookie.replace("=", "=T1042:"), cookie + "é"]
    for edited in edits:
        told = {"Cookie": edited.encode("latin-1")}
        refused(send("GET", f"/api/requests/{number}", headers=told), 401, "登录")
        assert send("GET", f"/requests/{number}", headers=told).status_code == 303
