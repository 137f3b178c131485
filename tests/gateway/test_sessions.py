"""Sessions: cookies as browsers may keep them, limits, ending one or all; one's own password."""

from datetime import timedelta

import pytest
from sqlmodel import Session, col, select, update

from gateway.login.cookies import COOKIE
from gateway.login.password_rules import fault
from models.access import LogIn
from models.database import engine, transaction
from models.organisation import Person, StaffState
from models.settings import settings
from tests.gateway.door import PASSWORD, Visitor, give_passwords, later, noted, start_anew
from tests.gateway.office import good, new_log_in, refused, send

ACCOUNT, NEW = "T1056", "浮云游子意落日故人情"


@pytest.fixture(autouse=True)
def _people(database: str) -> None:  # noqa: ARG001 - up first
    give_passwords(ACCOUNT)
    start_anew(ACCOUNT)


@pytest.fixture
def _https(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "public_url", "https://oa.test")


@pytest.mark.usefixtures("_https")
def test_over_https_the_cookie_is_for_this_host_and_for_https_alone() -> None:
    visitor = Visitor(ACCOUNT, base="https://oa.test")
    cookie = visitor.log_in().headers["set-cookie"]
    assert cookie.startswith(f"__Host-{COOKIE}=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert visitor.inside() == 200


@pytest.mark.usefixtures("_https")
def test_only_the_cookie_that_applies_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    token = new_log_in(ACCOUNT, "csrf")

    def answered(name: str) -> int:
        return send("GET", "/api/inbox", headers={"Cookie": f"{name}={token}"}).status_code

    assert (answered(COOKIE), answered(f"__Host-{COOKIE}")) == (401, 200)
    monkeypatch.setattr(settings(), "public_url", None)
    assert (answered(COOKIE), answered(f"__Host-{COOKIE}")) == (200, 401)


def test_each_log_in_has_a_token_of_its_own_and_only_its_hash_is_kept() -> None:
    tokens = [Visitor(ACCOUNT).logged_in().cookies[COOKIE] for _ in range(2)]
    assert tokens[0] != tokens[1]
    assert min(map(len, tokens)) >= 43  # 256 bits
    with Session(engine()) as session:
        kept = session.exec(select(LogIn.token_hash).where(LogIn.account == ACCOUNT)).all()
    assert not set(kept) & set(tokens)


def test_logging_in_anew_ends_what_this_browser_had() -> None:
    visitor = Visitor(ACCOUNT).logged_in()
    before = visitor.cookies
    refused(visitor.log_in("wrong"), 401)
    assert visitor.inside() == 200
    visitor.logged_in().take_cookies(before)
    assert visitor.inside() == 401


def test_on_a_shared_device_the_cookie_goes_with_the_browser() -> None:
    assert "Max-Age" not in Visitor(ACCOUNT).log_in(shared=True).headers["set-cookie"]
    assert "Max-Age=43200" in Visitor(ACCOUNT).log_in().headers["set-cookie"]


@pytest.mark.parametrize(
    ("shared", "minutes", "status"), [(True, 9, 200), (True, 11, 401), (False, 29, 200), (False, 31, 401)]
)
def test_a_session_left_alone_ends_sooner_on_a_shared_device(shared: bool, minutes: int, status: int) -> None:
    visitor = Visitor(ACCOUNT).logged_in(shared=shared)
    later(ACCOUNT, minutes=minutes)
    assert visitor.inside() == status


@pytest.mark.parametrize(("shared", "hours"), [(True, 2), (False, 12)])
def test_a_session_in_use_ends_all_the_same(shared: bool, hours: int) -> None:
    Visitor(ACCOUNT).logged_in(shared=shared)
    with Session(engine()) as session:
        row = session.exec(select(LogIn).where(LogIn.account == ACCOUNT)).one()
    assert row.expires_at - row.created_at == timedelta(hours=hours)


def test_who_leaves_is_out_at_once() -> None:
    visitor = Visitor(ACCOUNT).logged_in()
    _become(StaffState.left)
    assert visitor.inside() == 401
    _become(StaffState.on_duty)


def _become(state: StaffState) -> None:
    with transaction() as session:
        session.execute(update(Person).where(col(Person.account) == ACCOUNT).values(state=state))


def test_logging_out_leaves_nothing_in_the_browser() -> None:
    visitor = Visitor(ACCOUNT).logged_in()
    assert visitor.send("DELETE", "/api/session").headers["clear-site-data"] == '"storage"'
    assert visitor.cookies == {}


def test_one_sees_ones_log_ins_and_ends_one() -> None:
    here, there = Visitor(ACCOUNT, "10.6.0.1").logged_in(), Visitor(ACCOUNT, "10.6.0.2").logged_in(shared=True)
    listed = {each["address"]: each for each in good(here.send("GET", "/api/sessions"))}
    assert (listed["10.6.0.1"]["this"], listed["10.6.0.2"]["this"]) == (True, False)
    assert (listed["10.6.0.2"]["device"], listed["10.6.0.2"]["shared"]) == ("Chrome · Windows", True)
    assert here.send("DELETE", f"/api/sessions/{listed['10.6.0.2']['id']}").status_code == 204
    assert (here.inside(), there.inside()) == (200, 401)


def test_nobody_ends_anothers_log_in() -> None:
    visitor = Visitor(ACCOUNT).logged_in()
    (own,) = good(visitor.send("GET", "/api/sessions"))
    give_passwords("T1057")
    stranger = Visitor("T1057").logged_in()
    refused(stranger.send("DELETE", f"/api/sessions/{own['id']}"), 404)
    assert visitor.inside() == 200


@pytest.mark.parametrize(("query", "here"), [("", 401), ("?others=true", 200)])
def test_logging_out_everywhere(query: str, here: int) -> None:
    first, second = Visitor(ACCOUNT).logged_in(), Visitor(ACCOUNT).logged_in()
    token = {"Authorization": f"Bearer {new_log_in(ACCOUNT, csrf=None)}"}
    assert first.send("DELETE", f"/api/sessions{query}").status_code == 204
    assert (first.inside(), second.inside()) == (here, 401)
    assert send("GET", "/api/inbox", headers=token).status_code == 200


def test_ending_sessions_long_after_the_log_in_asks_for_the_password() -> None:
    visitor = Visitor(ACCOUNT).logged_in()
    later(ACCOUNT, minutes=6)
    refused(visitor.send("DELETE", "/api/sessions"), 403, "登录密码")
    refused(visitor.give("/api/session/password", password="wrong"), 403, "登录密码")
    good(visitor.give("/api/session/password", password=PASSWORD))
    assert visitor.send("DELETE", "/api/sessions").status_code == 204


def test_a_new_password_ends_the_other_sessions() -> None:
    here, there = Visitor(ACCOUNT).logged_in(), Visitor(ACCOUNT).logged_in()
    before = here.cookies
    assert here.give("/api/password", current=PASSWORD, new=NEW).status_code == 204
    assert here.cookies != before
    assert (here.inside(), there.inside()) == (200, 401)
    refused(Visitor(ACCOUNT).log_in(), 401)
    good(Visitor(ACCOUNT).log_in(NEW))
    assert "password_changed" in noted(ACCOUNT)


def test_without_the_current_password_there_is_no_new_one() -> None:
    visitor = Visitor(ACCOUNT).logged_in()
    refused(visitor.give("/api/password", current="wrong", new=NEW), 422, "现在的密码")
    good(Visitor(ACCOUNT).log_in())


@pytest.mark.parametrize(
    ("new", "told"),
    [
        ("七个字符的密码", "8 至 200"),
        ("x" * 201, "8 至 200"),
        ("password1", "常见"),
        ("T1056t1056", "工号"),
        ("天辰学院韩燕T1056", "工号"),
        ("10000001056韩燕", "电话"),
        ("aaaaaaaaaaaa", "组成"),
        (PASSWORD, "相同"),
    ],
)
def test_a_password_that_anyone_could_guess_is_refused(new: str, told: str) -> None:
    refused(Visitor(ACCOUNT).logged_in().give("/api/password", current=PASSWORD, new=new), 422, "新密码", told)


@pytest.mark.parametrize("new", ["correct horse battery staple", "黄河之水天上来奔", "12#x kQ9", "x9" * 100])
def test_any_characters_will_do(new: str) -> None:
    with Session(engine()) as session:
        assert fault(new, session.get_one(Person, ACCOUNT)) is None


def test_the_page_does_all_of_it() -> None:
    here, there = Visitor(ACCOUNT).logged_in(), Visitor(ACCOUNT).logged_in()
    page = here.open("/me")
    assert all(words in page.text for words in ("韩燕", "Chrome · Windows", "当前", "没有绑定"))
    page = here.fill_in(page.form("/me/password"), current=PASSWORD, new=NEW, again="other")
    assert "两次输入的新密码不同" in page.text
    page = here.fill_in(page.form("/me/password"), current=PASSWORD, new=NEW, again=NEW)
    assert "密码已修改" in page.text
    assert there.inside() == 401
    later(ACCOUNT, minutes=6)
    form = here.open("/me").form("/me/sessions/end")
    asked = here.fill_in(form, which="others")
    assert (asked.status, "请再次输入登录密码" in asked.text) == (403, True)
    assert "已结束" in here.fill_in(asked.form("/me/sessions/end"), which="others", password=NEW).text
    assert here.fill_in(here.open("/me").form("/me/sessions/end"), which="all").forms[0].action == "/login"
    assert here.inside() == 401
