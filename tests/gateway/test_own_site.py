"""Only our own pages write with a cookie; every answer has its headers; nobody's word is taken for who they are."""

import logging

import pytest

from models.settings import settings
from tests.gateway.door import PASSWORD, Visitor, give_passwords, noted, start_anew
from tests.gateway.office import ADMINISTRATOR, TEACHER, good, new_log_in, refused, send

ACCOUNT = "T1058"
FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://oa.test.evil.example"},
    {"Origin": "http://oa.test:81"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Referer": "https://evil.example/oa.test"},
    {"Origin": "http://oa.test", "Sec-Fetch-Site": "cross-site"},
]
OURS = [{}, {"Origin": "http://oa.test"}, {"Sec-Fetch-Site": "same-origin"}, {"Referer": "http://oa.test/requests/1"}]
WRITE = ("POST", "/api/requests/preview")


@pytest.fixture(autouse=True)
def _people(database: str) -> None:  # noqa: ARG001 - up first
    give_passwords(ACCOUNT)
    start_anew(ACCOUNT)


@pytest.fixture
def _https(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "public_url", "https://oa.test")


@pytest.mark.parametrize("headers", FOREIGN)
def test_another_sites_page_writes_nothing(headers: dict[str, str]) -> None:
    visitor = Visitor(ACCOUNT).logged_in()
    body = {"kind": "leave", "form": {}}
    refused(visitor.send(*WRITE, json=body, headers=headers), 403, "别的网站")
    assert visitor.send("POST", "/logout", data={"csrf": visitor.csrf}, headers=headers).status_code == 403
    assert visitor.inside() == 200
    assert noted(ACCOUNT)[-1] == "origin_refused"


@pytest.mark.parametrize("headers", FOREIGN)
def test_another_sites_page_logs_nobody_in(headers: dict[str, str]) -> None:
    body = {"account": ACCOUNT, "password": PASSWORD}
    refused(send("POST", "/api/session", json=body, headers=headers), 403, "别的网站")
    assert send("POST", "/login", data=body, headers=headers).status_code == 403


@pytest.mark.parametrize("headers", OURS)
def test_our_own_pages_do(headers: dict[str, str]) -> None:
    visitor = Visitor(ACCOUNT).logged_in()
    refused(visitor.send(*WRITE, json={"kind": "leave", "form": {}}, headers=headers), 422)


@pytest.mark.usefixtures("_https")
def test_behind_a_proxy_the_public_address_is_ours_too() -> None:
    visitor = Visitor(ACCOUNT, base="https://oa.test").logged_in()
    headers = {"Origin": "https://oa.test", "Host": "127.0.0.1:8080"}
    refused(visitor.send(*WRITE, json={"kind": "leave", "form": {}}, headers=headers), 422)


def test_programs_are_asked_for_no_origin() -> None:
    body = {"kind": "leave", "form": {}}
    refused(send(*WRITE, json=body, headers=TEACHER.headers | {"Origin": "https://elsewhere.example"}), 422)


def test_a_wrong_page_token_is_kept_in_the_log() -> None:
    visitor = Visitor(ACCOUNT).logged_in()
    visitor.csrf = "wrong"
    for _ in range(3):
        refused(visitor.send(*WRITE, json={"kind": "leave", "form": {}}), 403, "X-CSRF-Token")
    assert noted(ACCOUNT).count("csrf_refused") == 1  # once a minute: nobody fills the log


@pytest.mark.parametrize("name", ["X-Forwarded-User", "Remote-User", "X-Remote-User", "X-Auth-Request-User"])
def test_a_header_makes_nobody_someone(name: str) -> None:
    refused(send("GET", "/api/inbox", headers={name: "T1001"}), 401)
    mine = good(send("GET", "/api/session", headers=TEACHER.headers | {name: "T1001"}))
    assert mine["person"]["account"] == TEACHER.account


ANSWERS = [
    ("/login", 200),
    ("/", 303),
    ("/nowhere", 404),
    ("/static/oa.css", 200),
    ("/static/nothing.css", 404),
    ("/api/health", 200),
    ("/api/inbox", 401),
    ("/api/requests?status=x", 422),
    ("/api/openapi.json", 200),
    ("/prefect/runs", 303),
    ("/prefect/api/health", 401),
    ("/login/oidc", 404),
]


@pytest.mark.parametrize(("path", "status"), ANSWERS)
def test_every_kind_of_answer_has_the_headers(path: str, status: int) -> None:
    answer = send("GET", path)
    assert answer.status_code == status
    _check(answer.headers)
    assert "strict-transport-security" not in answer.headers


def test_an_error_of_ours_has_them_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("password=secret")

    monkeypatch.setattr("gateway.rest.api.inbox_rows", broken)
    answer = Visitor(TEACHER.account, raises=False).send("GET", "/api/inbox", headers=TEACHER.headers)
    assert (answer.status_code, answer.json()["error"]) == (500, "internal")
    assert "secret" not in answer.text
    _check(answer.headers)


def _check(headers: object) -> None:
    told = dict(headers)  # type: ignore[call-overload]
    assert {"default-src 'none'", "object-src 'none'", "frame-ancestors 'none'"} <= {
        each.strip() for each in told["content-security-policy"].split(";")
    }
    assert "base-uri" in told["content-security-policy"]
    assert told["x-content-type-options"] == "nosniff"
    assert told["referrer-policy"] == "same-origin"
    assert told["cache-control"] in ("no-store", "no-cache")
    assert "server" not in told
    assert "access-control-allow-origin" not in told


@pytest.mark.usefixtures("_https")
@pytest.mark.parametrize("path", ["/login", "/", "/nowhere", "/static/oa.css", "/api/inbox"])
def test_over_https_browsers_are_told_to_stay_there(path: str) -> None:
    told = send("GET", path).headers["strict-transport-security"]
    assert told == "max-age=31536000; includeSubDomains"


def test_what_is_not_ones_own_is_told_to_the_programs_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "oa.gateway"):
        refused(TEACHER.get("/api/requests/QJ-2026-999999%0Aforged"), 404)
    assert "404 GET /api/requests/QJ-2026-999999%0Aforged" in caplog.text
    assert TEACHER.account not in caplog.text  # logs hold no personal data


def test_the_log_reads_in_chinese() -> None:
    Visitor(ACCOUNT).logged_in(shared=True)
    page = send("GET", f"/security?account={ACCOUNT}", headers=ADMINISTRATOR.headers)
    assert "方式：密码；他人设备：是" in page.text


def test_the_main_administrator_alone_reads_the_security_log() -> None:
    Visitor(ACCOUNT).log_in("wrong")
    admin = {"Authorization": f"Bearer {new_log_in('T1031', csrf=None)}"}
    (latest, *_) = good(send("GET", f"/api/security-events?account={ACCOUNT}", headers=admin))
    assert (latest["what"], latest["account"]) == ("failed", ACCOUNT)
    page = send("GET", f"/security?account={ACCOUNT}", headers=admin)
    assert "登录失败" in page.text
    assert "/security" in send("GET", "/admin", headers=admin).text
    assert "/security" not in send("GET", "/me", headers=TEACHER.headers).text
    assert TEACHER.account not in page.text
    refused(TEACHER.get("/api/security-events"), 404)
    assert send("GET", "/security", headers=TEACHER.headers).status_code == 404
