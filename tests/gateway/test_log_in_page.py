"""The log-in page."""

import pytest
from sqlmodel import col, update

from gateway.login.passwords import hash_password
from models.database import transaction
from models.organisation import Person
from tests.gateway.browser import FORM, Browser, Form, Page
from tests.gateway.office import As, send

ACCOUNT, PASSWORD = "T1048", "密码 with spaces "


@pytest.fixture(scope="module", autouse=True)
def _password(database: str) -> None:  # noqa: ARG001 - up first
    with transaction() as session:
        row = update(Person).where(col(Person.account) == ACCOUNT).values(password_hash=hash_password(PASSWORD))
        session.execute(row)


def _post(then: str = "/", headers: dict[str, str] | None = None, **typed: str) -> Page | str:
    """The page shown again, or where the answer leads."""
    values = {"account": ACCOUNT, "password": PASSWORD, "then": then} | typed
    answer = send("POST", "/login", data=values, headers=headers or {})
    return str(answer.headers["location"]) if answer.status_code == 303 else Page(answer)


@pytest.mark.parametrize("then", ["/", "/requests/QJ-2026-000001?x=1"])
def test_the_right_password_leads_where_one_wanted_to_go(then: str) -> None:
    assert _post(then) == then


@pytest.mark.parametrize(
    "then",
    ["", "requests", "//evil.example", "/\\evil.example", "https://evil.example/", "/\r\nX: 1", "/\t/evil.example"],
)
def test_logging_in_leads_to_no_other_site(then: str) -> None:
    assert _post(then) == "/"


def test_a_wrong_password_is_told_and_the_account_kept() -> None:
    page = _post(password="wrong")
    assert isinstance(page, Page)
    assert (page.status, page.form("/login").values["account"]) == (401, ACCOUNT)
    assert "工号或密码不对" in page.text
    assert page.form("/login").values["password"] == ""


def test_another_site_cannot_log_people_in() -> None:
    page = _post(headers={"Sec-Fetch-Site": "cross-site"})
    assert isinstance(page, Page)
    assert page.status == 403


def test_logging_out_ends_the_session() -> None:
    browser = Browser(As(ACCOUNT))
    form = browser.open("/").form("/logout")
    assert browser.post(form).headers["location"] == "/login"
    answer = send("GET", "/", headers=browser.cookie)
    assert answer.headers["location"].startswith("/login")


def test_logging_out_needs_the_pages_own_token() -> None:
    browser = Browser(As(ACCOUNT))
    assert browser.post(Form("/logout", {"csrf": "wrong"})).status_code == 403
    assert browser.open("/").status == 200


def test_the_form_is_posted_as_a_form() -> None:
    assert send("POST", "/login", json={"account": ACCOUNT}).status_code == 422
    assert send("POST", "/login", content=b"account=%00", headers={"Content-Type": FORM}).status_code == 422
