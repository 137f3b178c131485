"""Logging in with OpenID Connect and with DingTalk, against small ones of our own over real sockets."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from joserfc.jwk import RSAKey
from sqlmodel import Session, col, select

from models.access import LogIn, SecurityEvent
from models.database import engine
from models.settings import settings
from tests.gateway.browser import Page
from tests.gateway.door import Visitor, start_anew
from tests.gateway.office import ADMINISTRATOR, HEAD, TEACHER, good, new_log_in, seal, send
from tests.gateway.provider import CLIENT, SECRET, DingTalk, OpenId, listening

ACCOUNT, RETIRED = "T1059", "T1080"


@pytest.fixture
def openid(monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenId]:
    start_anew(ACCOUNT, ADMINISTRATOR.account)
    provider = OpenId(ACCOUNT)
    with listening(provider):
        _set(monkeypatch, oidc_issuer=provider.url, oidc_client_id=CLIENT, oidc_client_secret=SECRET)
        yield provider


@pytest.fixture
def dingtalk(monkeypatch: pytest.MonkeyPatch) -> Iterator[DingTalk]:
    start_anew(ACCOUNT, ADMINISTRATOR.account)
    provider = DingTalk(ACCOUNT)
    with listening(provider):
        _set(monkeypatch, dingtalk_client_id=CLIENT, dingtalk_client_secret=SECRET)
        _set(monkeypatch, dingtalk_api_url=provider.url, dingtalk_oapi_url=provider.url)
        yield provider


def _set(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in values.items():
        monkeypatch.setattr(settings(), name, value)


def _come_back(visitor: Visitor, name: str, query: dict[str, Any]) -> httpx.Response:
    return visitor.send("GET", f"/login/{name}/callback", params=query)


def _log_in(visitor: Visitor, provider: OpenId | DingTalk, query: str = "", **changed: str) -> httpx.Response:
    """Away to the provider and back, with something of what comes back changed."""
    name = "oidc" if isinstance(provider, OpenId) else "dingtalk"
    away = visitor.send("GET", f"/login/{name}{query}")
    assert away.status_code == 303, away.text
    return _come_back(visitor, name, provider.authorize(away.headers["location"]) | changed)


def _refused(answer: httpx.Response, status: int, words: str, why: str) -> None:
    """The log-in page says these words, nobody is logged in, and the log says why."""
    assert (answer.status_code, words in Page(answer).text) == (status, True), answer.text
    assert not any(each.startswith("oa_session=") for each in answer.headers.get_list("set-cookie"))
    with Session(engine()) as session:
        latest = select(SecurityEvent).where(SecurityEvent.what == "provider_refused")
        assert session.exec(latest.order_by(col(SecurityEvent.no).desc()).limit(1)).one().detail["why"] == why


@pytest.mark.parametrize("name", ["openid", "dingtalk"])
def test_who_comes_back_is_logged_in(name: str, request: pytest.FixtureRequest) -> None:
    visitor = Visitor(ACCOUNT)
    answer = _log_in(visitor, request.getfixturevalue(name), "?then=/requests/X%3Fy%3D1")
    assert answer.headers["location"] == "/requests/X?y=1"
    assert good(visitor.send("GET", "/api/session"))["person"]["account"] == ACCOUNT


def test_the_log_in_page_offers_what_is_set_up(openid: OpenId) -> None:
    page = Visitor(ACCOUNT).open("/login?then=/me").html
    assert "用统一身份认证登录" in page
    assert "/login/oidc?then=/me" in page
    assert "钉钉" not in page
    assert Visitor(ACCOUNT).send("GET", "/login/dingtalk").status_code == 404
    assert openid.url


def test_who_has_no_password_of_ours_proves_themself_with_the_provider_before_a_seal(openid: OpenId) -> None:
    number, long_ago = TEACHER.submit("seal", seal()), timedelta(minutes=6)
    token = new_log_in(HEAD.account, csrf="its own", age=long_ago)
    page = send("GET", f"/requests/{number}", headers={"Cookie": f"oa_session={token}"}).text
    assert f"/login/oidc?fresh=true&amp;then=/requests/{number}" in page
    assert "/login/dingtalk" not in page
    assert openid.url


@pytest.mark.parametrize("name", ["openid", "dingtalk"])
def test_another_state_is_refused(name: str, request: pytest.FixtureRequest) -> None:
    _refused(_log_in(Visitor(ACCOUNT), request.getfixturevalue(name), state="guessed"), 403, "统一登录", "state")


@pytest.mark.parametrize("name", ["openid", "dingtalk"])
def test_a_code_does_not_come_back_twice(name: str, request: pytest.FixtureRequest) -> None:
    provider, visitor, route = request.getfixturevalue(name), Visitor(ACCOUNT), name.replace("openid", "oidc")
    query = provider.authorize(visitor.send("GET", f"/login/{route}").headers["location"])
    kept = visitor.cookies
    assert _come_back(visitor, route, query).status_code == 303
    _refused(_come_back(Visitor(ACCOUNT), route, query), 403, "重新登录", "no_trip")  # nor in another browser
    visitor.take_cookies(kept)
    _refused(_come_back(visitor, route, query), 403, "统一登录", "code")


def test_the_trip_of_one_provider_is_not_good_for_the_other(openid: OpenId, dingtalk: DingTalk) -> None:
    visitor = Visitor(ACCOUNT)
    query = openid.authorize(visitor.send("GET", "/login/oidc").headers["location"])
    _refused(_come_back(visitor, "dingtalk", query), 403, "统一登录", "state")
    assert dingtalk.url


FORGED: dict[str, dict[str, Any]] = {
    "another nonce": {"nonce": "another"},
    "no nonce": {"nonce": None},
    "for another client": {"aud": "another"},
    "from another issuer": {"iss": "https://evil.example"},
    "expired": {"exp": 1_000_000_000},
    "of the future": {"iat": 9_000_000_000},
    "another party": {"aud": [CLIENT, "another"], "azp": "another"},
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_an_id_token_that_is_not_for_this_trip_is_refused(openid: OpenId, forged: dict[str, Any]) -> None:
    openid.spoil = lambda claims: {name: each for name, each in (claims | forged).items() if each is not None}
    _refused(_log_in(Visitor(ACCOUNT), openid), 403, "没有确认您的身份", "id_token")


def test_a_signature_by_another_key_is_refused(openid: OpenId) -> None:
    openid.shown_key = RSAKey.generate_key(2048, {"kid": "1"})
    _refused(_log_in(Visitor(ACCOUNT), openid), 403, "没有确认您的身份", "id_token")


def test_a_provider_that_says_it_is_another_is_refused(openid: OpenId) -> None:
    openid.issuer = "https://evil.example"
    answer = Visitor(ACCOUNT).send("GET", "/login/oidc")
    assert (answer.status_code, "统一登录" in answer.text) == (403, True)


def test_an_answer_that_says_it_is_from_another_is_refused(openid: OpenId) -> None:
    _refused(_log_in(Visitor(ACCOUNT), openid, iss="https://evil.example"), 403, "统一登录", "issuer")


@pytest.mark.parametrize("account", ["T9999", "", RETIRED])
def test_who_is_not_on_the_books_is_told_so(openid: OpenId, account: str) -> None:
    openid.account = account
    _refused(_log_in(Visitor(ACCOUNT), openid), 403, "没有您的账号", "person")


def test_who_has_no_staff_number_in_dingtalk_is_told_so(dingtalk: DingTalk) -> None:
    dingtalk.job_number = None
    _refused(_log_in(Visitor(ACCOUNT), dingtalk), 403, "工号", "job_number")


def test_the_staff_number_may_stand_in_another_claim(openid: OpenId, monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, oidc_claim="employee_number")
    openid.userinfo = {"sub": "42", "employee_number": ACCOUNT}
    assert _log_in(Visitor(ACCOUNT), openid).status_code == 303
    openid.userinfo = {"sub": "another", "employee_number": ACCOUNT}
    _refused(_log_in(Visitor(ACCOUNT), openid), 403, "没有您的账号", "person")


def test_a_provider_that_is_down_leaves_the_password(openid: OpenId, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = Visitor(ACCOUNT)
    query = openid.authorize(visitor.send("GET", "/login/oidc").headers["location"])
    _set(monkeypatch, oidc_issuer="http://127.0.0.1:9")
    answer = visitor.send("GET", "/login/oidc")
    assert (answer.status_code, "没有应答" in answer.text, "密码" in answer.text) == (503, True, True)
    _refused(_come_back(visitor, "oidc", query), 503, "没有应答", "away")


def test_dingtalk_down_leaves_the_password(dingtalk: DingTalk, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = Visitor(ACCOUNT)
    query = dingtalk.authorize(visitor.send("GET", "/login/dingtalk").headers["location"])
    _set(monkeypatch, dingtalk_api_url="http://127.0.0.1:9")
    _refused(_come_back(visitor, "dingtalk", query), 503, "没有应答", "away")


@pytest.mark.parametrize(("amr", "place"), [([], "/login/enrol?then=/"), (["pwd", "otp"], "/"), (["mfa"], "/")])
def test_an_administrator_needs_a_second_factor_here_or_there(openid: OpenId, amr: list[str], place: str) -> None:
    openid.account, openid.claims = ADMINISTRATOR.account, {"amr": amr}
    assert _log_in(Visitor(ADMINISTRATOR.account), openid).headers["location"] == place


def test_an_administrator_from_dingtalk_needs_one_here(dingtalk: DingTalk) -> None:
    dingtalk.job_number = ADMINISTRATOR.account
    assert _log_in(Visitor(ADMINISTRATOR.account), dingtalk).headers["location"] == "/login/enrol?then=/"


def test_one_proved_who_one_is_when_the_provider_asked(openid: OpenId, dingtalk: DingTalk) -> None:
    openid.claims = {"auth_time": 1_700_000_000}
    _log_in(Visitor(ACCOUNT), openid)
    _log_in(Visitor(ACCOUNT), dingtalk)  # which does not tell
    with Session(engine()) as session:
        found = select(LogIn.proved_at).where(LogIn.account == ACCOUNT).order_by(col(LogIn.created_at))
        assert list(session.exec(found)) == [datetime.fromtimestamp(1_700_000_000, UTC), None]


def test_a_shared_device_is_one_here_too(openid: OpenId) -> None:
    answer = _log_in(Visitor(ACCOUNT), openid, "?shared=true")
    (cookie,) = (each for each in answer.headers.get_list("set-cookie") if each.startswith("oa_session="))
    assert "Max-Age" not in cookie


def test_coming_back_leads_to_no_other_site(openid: OpenId) -> None:
    assert _log_in(Visitor(ACCOUNT), openid, "?then=//evil.example").headers["location"] == "/"


def test_nothing_that_the_provider_gave_is_kept_in_the_browser(openid: OpenId) -> None:
    visitor = Visitor(ACCOUNT)
    _log_in(visitor, openid)
    assert set(visitor.cookies) == {"oa_session"}
