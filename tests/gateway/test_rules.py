"""The rules of the kinds, for the main administrator alone: read, saved as a new version, what that would change."""

import json
from dataclasses import fields
from itertools import count, takewhile

import pytest
from sqlmodel import col, select

from flows.engine.kind import kinds
from gateway.administration.rule_pages import DIFFERENCES
from models.access import SecurityEvent
from models.database import transaction
from models.route import Step
from tests.gateway.browser import Browser, Page
from tests.gateway.office import (
    ADMINISTRATOR,
    HEAD,
    STRANGER,
    TEACHER,
    As,
    Json,
    at_once,
    good,
    leave,
    refused,
    seal,
    send,
)
from tests.gateway.rulebook import rules, saved

PATH, PAGE = "/api/rules", "/admin/rules"


pytestmark = pytest.mark.usefixtures("as_shipped")


def test_the_kinds_are_listed_with_their_version_and_who_made_it() -> None:
    before = rules()["version"]
    made = saved(longest_days=100)
    assert (made["version"], made["made_by"]["account"]) == (before + 1, ADMINISTRATOR.account)
    listed = {each["kind"]: each for each in good(ADMINISTRATOR.get(PATH))}
    assert listed.keys() == kinds().keys()
    assert listed["leave"]["version"] == before + 1
    assert rules()["rules"]["longest_days"] == 100
    assert rules()["schema"]["properties"]["longest_days"]["title"] == "一次最长（天）"


def test_who_comes_second_is_told_who_was_first() -> None:
    now = rules()
    bodies = [{"version": now["version"], "rules": now["rules"] | {"longest_days": days}} for days in (100, 90)]
    headers = ADMINISTRATOR.headers
    answers = at_once(*(("POST", f"{PATH}/leave", {"json": each, "headers": headers}) for each in bodies))
    assert sorted(each.status_code for each in answers) == [201, 409]
    (late,) = [each for each in answers if each.status_code == 409]
    refused(late, 409, "沈晨英", f"第 {now['version'] + 1} 版")
    assert rules()["version"] == now["version"] + 1


@pytest.mark.parametrize("path", [PATH, f"{PATH}/leave", f"{PATH}/leave/older"])
@pytest.mark.parametrize("who", [TEACHER, HEAD, STRANGER])
def test_for_everyone_else_they_are_not_there(who: As, path: str) -> None:
    refused(who.get(path), 404)
    refused(who.post(f"{PATH}/leave", {"version": 1, "rules": {}}), 404)
    refused(who.post(f"{PATH}/leave/older", {"version": 1, "requests": [{"number": "QJ-2026-000001", "seq": 1}]}), 404)
    refused(send("GET", path), 401)


def test_an_unknown_kind_and_a_wrong_rule_are_named() -> None:
    refused(ADMINISTRATOR.get(f"{PATH}/nothing"), 404)
    now = rules()
    body = {"version": now["version"], "rules": now["rules"] | {"hr": "人事部"}}
    assert "hr" in refused(ADMINISTRATOR.post(f"{PATH}/leave", body), 422, "没有部门「人事部」")["fields"]
    assert rules()["version"] == now["version"]


def test_each_version_is_in_the_security_log() -> None:
    made = saved(longest_days=100)
    with transaction() as session:
        event = session.exec(
            select(SecurityEvent).where(SecurityEvent.what == "rules_saved").order_by(col(SecurityEvent.no).desc())
        ).first()
    assert event
    assert (event.account, event.detail) == (
        ADMINISTRATOR.account,
        {"kind": "leave", "version": made["version"]},
    )


def of(steps: list[Json]) -> list[tuple[str | None, str | None]]:
    """The hosts' names of each step before and after."""
    return [tuple(each[at] and each[at]["host"]["name"] for at in ("before", "after")) for each in steps]


def told_of(kind: str) -> list[Json]:
    """All requests of older versions, over all pages of the answer."""
    return [each for page in range(1, 20) for each in good(ADMINISTRATOR.get(f"{PATH}/{kind}/older?page={page}"))]


def test_an_open_request_keeps_its_rules_and_what_newer_ones_would_change_is_told() -> None:
    number = TEACHER.submit("leave", leave(days=2))
    saved(section_days="2")
    (mine,) = [each for each in told_of("leave") if each["number"] == number]
    assert of(mine["steps"]) == [("杨霞雨", None), (None, "高涛伟")]
    assert HEAD.decide(number)["status"] == "approved"
    assert number not in [each["number"] for each in told_of("leave")]


def opened(path: str) -> Page:
    return Browser(ADMINISTRATOR).open(path)


def test_on_the_page_a_rule_is_changed_in_its_field_and_the_rest_stays() -> None:
    administrator, before = Browser(ADMINISTRATOR), rules()
    form = administrator.open(f"{PAGE}/leave").form(f"{PAGE}/leave")
    older = administrator.fill_in(form, rule__section_days="2")
    assert older.status == 200
    assert rules()["rules"] == before["rules"] | {"section_days": "2"}
    assert f"第 {before['version'] + 1} 版" in administrator.open(PAGE).text


@pytest.mark.parametrize("kind", kinds())
def test_every_rule_of_every_kind_has_its_field(kind: str) -> None:
    form = opened(f"{PAGE}/{kind}").form(f"{PAGE}/{kind}")
    assert (form.values.keys() | form.choices.keys()) - {"csrf", "version"} == {
        f"rule.{name}" for name in rules(kind)["rules"]
    }


def test_a_nested_rule_is_typed_as_json() -> None:
    form = opened(f"{PAGE}/seal").form(f"{PAGE}/seal")
    assert json.loads(form.values["rule.countersign"]) == ["财务处", "审计处", "法务办公室"]
    assert "contract 合同专用章" in opened(f"{PAGE}/seal").text
    assert Browser(ADMINISTRATOR).post(form, rule__countersign='["财务处"]').status_code == 303
    assert rules("seal")["rules"]["countersign"] == ["财务处"]


def test_what_is_wrong_stands_beside_the_field_and_what_was_typed_is_kept() -> None:
    before = rules()
    form = opened(f"{PAGE}/leave").form(f"{PAGE}/leave")
    page = Page(Browser(ADMINISTRATOR).post(form, rule__ladder="[没有", rule__longest_days="零", rule__hr=""))
    assert page.status == 422
    assert all(told in page.text for told in ("催办阶梯：应为 JSON 列表", "一次最长（天）：应为整数", "人事部门：必填"))
    assert (
        page.form(f"{PAGE}/leave").values | {"rule.ladder": "[没有", "rule.longest_days": "零"}
        == page.form(f"{PAGE}/leave").values
    )
    assert rules()["version"] == before["version"]


def test_a_page_that_was_opened_before_someone_else_saved_is_refused() -> None:
    form = opened(f"{PAGE}/leave").form(f"{PAGE}/leave")
    saved(longest_days=100)
    page = Page(Browser(ADMINISTRATOR).post(form, rule__longest_days="90"))
    assert page.status == 409
    assert "沈晨英" in page.text
    again = Page(Browser(ADMINISTRATOR).post(page.form(f"{PAGE}/leave")))
    assert again.status == 409  # it must be opened anew, with what the other has saved
    assert rules()["rules"]["longest_days"] == 100


def compared(kind: str, number: str) -> str:
    """What the page says of a request of an older version, whatever page of the list it is on."""
    pages = takewhile(bool, (opened(f"{PAGE}/{kind}/older?page={at}").rows for at in count(1)))
    (found,) = [each for rows in pages for each in rows if number in each]
    return found


def test_the_page_shows_the_routes_side_by_side() -> None:
    number = TEACHER.submit("seal", seal(category="contract"))
    saved("seal", countersign=["财务处"])
    row = compared("seal", number)
    assert all(word in row for word in ("会签与分管校领导审批", "曾远", "冯桐", "不变"))


def test_rules_that_do_not_take_a_request_say_so() -> None:
    number = TEACHER.submit("leave", leave(days=4))
    saved(longest_days=3)
    assert "一次请假不能超过 3 天" in compared("leave", number)


def test_every_difference_of_a_step_has_a_name_on_the_page() -> None:
    assert DIFFERENCES.keys() == {each.name for each in fields(Step)} - {"key"}
