"""Who is asking: passwords, browser sessions with their CSRF token, tokens for programs; and nothing else."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import col, update

from gateway.login.cookies import COOKIE
from gateway.login.passwords import hash_password
from models.database import transaction
from models.organisation import Person, StaffState
from models.settings import settings
from tests.gateway.office import TEACHER, As, Json, good, leave, new_log_in, nothing_changed, refused, send

ACCOUNT, PASSWORD, CSRF = "T1049", "正确的 password", "csrf-of-the-session"


@pytest.fixture(scope="module", autouse=True)
def _password(database: str) -> None:  # noqa: ARG001 - up first
    _set(ACCOUNT, password_hash=hash_password(PASSWORD))


@pytest.fixture
def leaver() -> Iterator[As]:
    """Someone with a token, who has left since."""
    leaver = As("T1066")
    good(leaver.get("/api/inbox"))
    _set("T1066", state=StaffState.left)
    yield leaver
    _set("T1066", state=StaffState.on_duty)


def _set(account: str, **values: object) -> None:
    with transaction() as session:
        session.execute(update(Person).where(col(Person.account) == account).values(**values))


def _log_in(**body: object) -> Json:
    return {"json": {"account": ACCOUNT, "password": PASSWORD} | body}


def _cookie(token: str, csrf: str | None = None) -> Json:
    return {"headers": {"Cookie": f"{COOKIE}={token}"} | ({"X-CSRF-Token": csrf} if csrf else {})}


def test_the_right_password_gives_a_cookie_and_a_csrf_token() -> None:
    answer = send("POST", "/api/session", **_log_in())
    shown = good(answer)
    assert shown["person"] == {"account": ACCOUNT, "name": "程宇敏", "department": "信息工程系第二教研室"}
    attributes = answer.headers["set-cookie"].lower()
    assert "httponly" in attributes
    assert "samesite=" in attributes
    token = answer.headers["set-cookie"].split(";")[0].partition("=")[2]
    assert good(send("GET", "/api/session", **_cookie(token)))["csrf"] == shown["csrf"]
    good(send("DELETE", "/api/session", **_cookie(token, shown["csrf"])))
    refused(send("GET", "/api/inbox", **_cookie(token)), 401, "登录")


@pytest.mark.parametrize("wrong", [{"password": "wrong"}, {"account": "T9999"}, {"account": TEACHER.account}])
def test_a_wrong_log_in_does_not_tell_what_was_wrong(wrong: Json) -> None:
    refused(send("POST", "/api/session", **_log_in(**wrong)), 401, "工号或密码不对")


def test_one_who_left_cannot_log_in_nor_use_a_token(leaver: As) -> None:
    _set(leaver.account, password_hash=hash_password(PASSWORD))
    refused(send("POST", "/api/session", **_log_in(account=leaver.account)), 401, "工号或密码不对")
    with nothing_changed():
        refused(leaver.get("/api/inbox"), 401, "登录已失效")
        refused(leaver.post("/api/requests", {"kind": "leave", "form": leave(leaver)}), 401, "登录已失效")


@pytest.mark.parametrize("csrf", [None, "wrong", CSRF[:-1], CSRF.upper()])
def test_a_browsers_write_needs_the_sessions_csrf_token(csrf: str | None) -> None:
    how = _cookie(new_log_in(ACCOUNT, CSRF), csrf)
    with nothing_changed():
        refused(send("POST", "/api/requests", json={"kind": "leave", "form": leave()}, **how), 403, "X-CSRF-Token")
    good(send("GET", "/api/inbox", **how))


def test_the_csrf_token_of_another_session_is_not_good() -> None:
    new_log_in(ACCOUNT, "another")
    how = _cookie(new_log_in(ACCOUNT, CSRF), "another")
    refused(send("POST", "/api/requests/preview", json={"kind": "leave", "form": leave()}, **how), 403, "CSRF")


def test_a_cookie_given_as_a_bearer_token_still_needs_its_csrf_token() -> None:
    headers = {"Authorization": f"Bearer {new_log_in(ACCOUNT, CSRF)}"}
    refused(send("POST", "/api/requests/preview", json={}, headers=headers), 422)
    body = {"kind": "leave", "form": leave()}
    refused(send("POST", "/api/requests/preview", json=body, headers=headers), 403, "CSRF")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Forwarded-User": "T1001"},
        {"X-Remote-User": "T1001", "Remote-User": "T1001"},
        {"Authorization": "Basic VDEwMDE6"},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer T1001"},
        {"Cookie": f"{COOKIE}="},
    ],
)
def test_nobody_is_told_to_log_in(headers: dict[str, str]) -> None:
    refused(send("GET", "/api/inbox", headers=headers), 401, "登录")


def test_a_session_left_idle_ends_but_a_programs_token_does_not() -> None:
    idle = timedelta(minutes=settings().session_idle_minutes + 1)
    refused(send("GET", "/api/inbox", **_cookie(new_log_in(ACCOUNT, CSRF, idle=idle))), 401, "登录已失效")
    good(send("GET", "/api/inbox", headers={"Authorization": f"Bearer {new_log_in(ACCOUNT, None, idle=idle)}"}))


def test_a_session_in_use_ends_all_the_same_after_its_hours() -> None:
    age = timedelta(hours=settings().session_hours, seconds=1)
    refused(send("GET", "/api/inbox", **_cookie(new_log_in(ACCOUNT, CSRF, age=age))), 401, "登录已失效")


def test_using_a_session_keeps_it_from_going_idle() -> None:
    almost = timedelta(minutes=settings().session_idle_minutes - 1)
    token = new_log_in(ACCOUNT, CSRF, idle=almost)
    for _ in range(2):
        good(send("GET", "/api/inbox", **_cookie(token)))


def test_health_needs_no_log_in() -> None:
    assert good(send("GET", "/api/health")) == {"status": "ok"}
