"""换用新版规则, by the main administrator: on the page for those ticked, over REST; each by itself, and told which."""

from itertools import count

import pytest
from sqlmodel import col, select

from models.access import SecurityEvent
from models.database import transaction
from tests.gateway.browser import Browser, Form, Page
from tests.gateway.office import (
    ADMINISTRATOR,
    HEAD,
    SECTION_HEAD,
    TEACHER,
    Json,
    good,
    leave,
    nothing_changed,
    refused,
    seal,
)
from tests.gateway.rulebook import saved

PATH, PAGE = "/api/rules/leave", "/admin/rules/leave/older"


pytestmark = pytest.mark.usefixtures("as_shipped")


def compared(number: str, kind: str = "leave") -> Json:
    """What newer rules would make of a request, whatever page of the list it is on."""
    pages = (good(ADMINISTRATOR.get(f"/api/rules/{kind}/older?page={at}")) for at in count(1))
    return next(dict(each) for page in pages for each in page if each["number"] == number)


def moved(version: int, *requests: Json, kind: str = "leave") -> list[Json]:
    asked = [{"number": each["number"], "seq": each["seq"]} for each in requests]
    return list(good(ADMINISTRATOR.post(f"/api/rules/{kind}/older", {"version": version, "requests": asked})))


def test_each_is_moved_by_itself_and_what_was_not_is_told() -> None:
    numbers = [TEACHER.submit("leave", leave(days=2)) for _ in range(3)]
    version = saved(section_days="2")["version"]
    seen = [compared(number) for number in numbers]
    HEAD.decide(numbers[1], "return", opinion="请补充事由。")
    answer = moved(version, *seen[:2], {"number": "QJ-1999-000001", "seq": 1})
    assert [(each["moved"], each["error"]) for each in answer] == [
        (True, ""),
        (False, "too_late"),
        (False, "not_found"),
    ]
    assert "杨霞雨" in answer[1]["message"]
    assert [TEACHER.read(number)["rule_version"] - version for number in numbers] == [0, -1, -1]
    assert SECTION_HEAD.decide(numbers[0])["status"] == "approved"
    assert HEAD.decide(numbers[2])["status"] == "approved"  # by the rules it began with


def test_what_would_begin_anew_is_told_beforehand() -> None:
    contract, other = (TEACHER.submit("seal", seal(category="contract", seal="contract")) for _ in range(2))
    saved("seal", countersign=["财务处"])
    HEAD.decide(other)
    assert compared(contract, "seal")["anew_from"] is None
    assert compared(other, "seal")["anew_from"]["key"] == "countersign"


def test_the_request_its_journal_and_the_security_log_tell_of_it() -> None:
    number = TEACHER.submit("leave", leave(days=2))
    version = saved(section_days="2")["version"]
    (answer,) = moved(version, compared(number))
    assert answer["moved"]
    page = Browser(TEACHER).open(f"/requests/{number}").text
    assert (
        f"换用新版规则：第 {TEACHER.read(number)['journal'][0]['detail']['rule_version']} 版 → 第 {version} 版" in page
    )
    steps = TEACHER.read(number)["steps"]
    assert [(step["key"], [each["round"] for each in step["rounds"]]) for step in steps] == [("section", [2])]
    with transaction() as session:
        events = (
            select(SecurityEvent).where(SecurityEvent.what == "rules_changed").order_by(col(SecurityEvent.no).desc())
        )
        event = session.exec(events).first()
        assert event
        assert (event.account, event.detail) == (ADMINISTRATOR.account, {"number": number, "version": version})


@pytest.mark.parametrize(
    "body",
    [
        {"version": 1, "requests": []},
        {"version": 0, "requests": [{"number": "QJ-2026-000001", "seq": 1}]},
        {"version": 1, "requests": [{"number": "QJ-2026-000001", "seq": -1}]},
        {"version": 1, "requests": [{"number": "QJ-2026-000001"}]},
        [{"number": "QJ-2026-000001", "seq": 1}],
    ],
)
def test_a_body_that_names_no_request_or_not_what_was_seen_is_refused(body: object) -> None:
    with nothing_changed():
        refused(ADMINISTRATOR.post(f"{PATH}/older", body), 422)


def opened(number: str) -> tuple[Browser, Form]:
    """The administrator's page on which a request is, ready to be ticked."""
    browser = Browser(ADMINISTRATOR)
    pages = (browser.open(f"{PAGE}?page={at}") for at in count(1))
    return browser, next(page.form(PAGE) for page in pages if number in page.text)


def ticked(browser: Browser, form: Form, *numbers: str) -> Page:
    seqs = {f"item__{number}": form.choices[f"item.{number}"][0] for number in numbers}
    return Page(browser.post(form, **seqs))


def test_on_the_page_those_ticked_are_moved_and_the_others_stay() -> None:
    first, second = (TEACHER.submit("leave", leave(days=2)) for _ in range(2))
    version = saved(section_days="2")["version"]
    page = ticked(*opened(first), first)
    assert page.status == 200
    assert f"已换用第 {version} 版：{first}" in page.text
    assert (TEACHER.read(first)["rule_version"], TEACHER.read(second)["rule_version"]) == (version, version - 1)


def test_the_page_says_why_one_was_not_moved() -> None:
    number = TEACHER.submit("leave", leave(days=2))
    saved(section_days="2")
    browser, form = opened(number)
    HEAD.decide(number)
    page = ticked(browser, form, number)
    assert "没有换用" in page.text
    assert "杨霞雨" in page.text
    assert "没有勾选任何申请" in Page(browser.post(form)).text


def test_one_that_the_rules_refuse_cannot_be_ticked() -> None:
    number = TEACHER.submit("leave", leave(days=4))
    saved(longest_days=3)
    _, form = opened(number)
    assert f"item.{number}" not in form.choices


def test_on_the_page_it_is_there_for_the_main_administrator_alone() -> None:
    number = TEACHER.submit("leave", leave(days=2))
    saved(section_days="2")
    _, form = opened(number)
    head = Browser(HEAD)
    form.values["csrf"] = head.csrf
    with nothing_changed():
        assert ticked(head, form, number).status == 404


def test_the_key_of_a_moved_request_is_still_for_its_own_form() -> None:
    form = leave(days=2)
    number = TEACHER.submit("leave", form, idempotency_key="moved")
    version = saved(section_days="2")["version"]
    (answer,) = moved(version, compared(number))
    assert answer["moved"]
    assert TEACHER.submit("leave", form, idempotency_key="moved") == number
    body = {"kind": "leave", "form": leave(), "idempotency_key": "moved"}
    refused(TEACHER.post("/api/requests", body), 409, number, "换一个")
