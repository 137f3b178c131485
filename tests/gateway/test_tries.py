"""Wrong tries: ten in five minutes for an account, or from an address; then the door waits, for the right one too."""

from datetime import timedelta

import pytest
from sqlmodel import col, func, select, update

from gateway.login.caller import Caller
from models.access import FailedLogIn
from models.database import transaction
from models.settings import settings
from tests.gateway.door import PASSWORD, Visitor, at_once, code_of, give_passwords, noted, start_anew
from tests.gateway.office import good, refused

ACCOUNT, OTHER = "T1051", "T1052"
MOST, WINDOW = settings().failed_log_ins, timedelta(minutes=settings().failed_log_in_minutes)


@pytest.fixture(autouse=True)
def _people(database: str) -> None:  # noqa: ARG001 - up first
    give_passwords(ACCOUNT, OTHER)
    start_anew(ACCOUNT, OTHER)


def _guess(account: str = ACCOUNT, times: int = MOST) -> None:
    """So many wrong passwords, each from another address."""
    for _ in range(times):
        refused(Visitor(account).log_in("wrong"), 401)


def _age(**ago: float) -> None:
    with transaction() as session:
        session.execute(update(FailedLogIn).values(at=FailedLogIn.at - timedelta(**ago)))


def test_after_ten_wrong_tries_the_right_password_does_not_get_in_either() -> None:
    _guess()
    answer = Visitor(ACCOUNT).log_in()
    assert refused(answer, 429, "输错的次数太多", "分钟")["retry_after"] == int(answer.headers["retry-after"])
    assert "set-cookie" not in answer.headers
    good(Visitor(OTHER).log_in())


def test_nine_wrong_tries_keep_nobody_out() -> None:
    _guess(times=MOST - 1)
    good(Visitor(ACCOUNT).log_in())


def test_the_page_says_so_too() -> None:
    _guess()
    visitor = Visitor(ACCOUNT)
    form = visitor.open("/login").form("/login")
    values = form.values | {"account": ACCOUNT, "password": PASSWORD}
    answer = visitor.send("POST", "/login", data=values)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= WINDOW.total_seconds()
    assert "输错的次数太多" in answer.text


def test_who_waits_as_long_as_told_gets_in() -> None:
    _guess()
    _age(seconds=WINDOW.total_seconds() - 60)
    told = int(Visitor(ACCOUNT).log_in().headers["retry-after"])
    assert 58 <= told <= 60
    _age(seconds=told)
    good(Visitor(ACCOUNT).log_in())


def test_tries_from_one_address_count_whatever_the_account() -> None:
    for number in range(MOST):
        refused(Visitor(f"N{number}", "10.9.0.1").log_in("wrong"), 401)
    refused(Visitor(ACCOUNT, "10.9.0.1").log_in(), 429)
    good(Visitor(ACCOUNT, "10.9.0.2").log_in())


def test_an_account_that_does_not_exist_is_answered_the_same() -> None:
    answers = {account: [Visitor(account).log_in("wrong") for _ in range(MOST + 1)] for account in (ACCOUNT, "T9999")}
    known, unknown = ([(each.status_code, each.json()["error"]) for each in several] for several in answers.values())
    assert known == unknown
    assert known[-1] == (429, "too_many_tries")


def test_twenty_at_the_same_moment_are_not_more_than_ten() -> None:
    answers = at_once([Visitor(ACCOUNT) for _ in range(2 * MOST)], password="wrong")
    assert sorted(each.status_code for each in answers) == [401] * MOST + [429] * MOST


def test_many_people_at_one_address_log_in_at_the_same_moment() -> None:
    people = [Visitor(account, "10.9.0.3") for account in (ACCOUNT, OTHER) for _ in range(MOST)]
    assert {each.status_code for each in at_once(people, password=PASSWORD)} == {200}


def test_wrong_codes_count_as_wrong_passwords_do() -> None:
    secret = Visitor(ACCOUNT).logged_in().enrolled()
    visitor = Visitor(ACCOUNT).logged_in()
    for _ in range(MOST):
        refused(visitor.give("/api/session/code", code="000000"), 403, "动态口令")
    refused(visitor.give("/api/session/code", code=code_of(secret, 1)), 429)
    refused(Visitor(ACCOUNT).log_in(), 429)


def test_what_no_longer_counts_is_thrown_away() -> None:
    _guess(times=3)
    _age(seconds=WINDOW.total_seconds())
    refused(Visitor(OTHER).log_in("wrong"), 401)
    with transaction() as session:
        assert session.scalar(select(func.count(col(FailedLogIn.no)))) == 1


def test_the_log_says_it_once_not_with_every_try_that_waits() -> None:
    before = len(noted(ACCOUNT))
    _guess()
    for _ in range(5):
        refused(Visitor(ACCOUNT).log_in(), 429)
    assert noted(ACCOUNT)[before:] == ["failed"] * (MOST - 1) + ["throttled", "failed"]


def test_an_address_that_a_stranger_claims_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "public_url", "http://oa.test")
    claimed = {"X-Forwarded-For": "10.8.0.1"}
    for peer, kept in (("10.7.0.1", "10.7.0.1"), ("127.0.0.1", "10.8.0.1")):  # the proxy on this machine is
        Visitor("N1", peer).send("POST", "/api/session", json={"account": "N1", "password": "x"}, headers=claimed)
        with transaction() as session:
            latest = select(FailedLogIn).order_by(col(FailedLogIn.no).desc()).limit(1)
            assert session.exec(latest).one().address == kept


def test_without_a_proxy_nobodys_word_is_taken_for_an_address() -> None:
    body = {"account": "N1", "password": "x"}
    for number in range(MOST):
        headers = {"X-Forwarded-For": f"10.8.0.{number}"}
        Visitor(f"N{number}", "127.0.0.1").send("POST", "/api/session", json=body, headers=headers)
    refused(Visitor(ACCOUNT, "127.0.0.1").log_in(), 429)


def test_an_ipv6_subscriber_has_one_address_not_many() -> None:
    assert Caller("2001:db8:1:2:3::4", "").network == Caller("2001:db8:1:2:ffff::1", "").network
    assert Caller("2001:db8:1:3::1", "").network != Caller("2001:db8:1:2::1", "").network
