"""移交: what a leaver still has to do is seen and handed over by personnel and the main administrator alone."""

import pytest

from tests.gateway.browser import Browser, Page
from tests.gateway.office import (
    ADMINISTRATOR,
    CLERK,
    COLLEAGUE,
    HEAD,
    HR_CLERK,
    SECTION_HEAD,
    STRANGER,
    TEACHER,
    As,
    good,
    leave,
    nothing_changed,
    refused,
)

PATH, PAGE = "/api/hand-overs", "/hand-overs"


def body(to: As = COLLEAGUE) -> dict[str, str]:
    return {"person": SECTION_HEAD.account, "to": to.account, "reason": "退休"}


def looked_at(who: As = HR_CLERK) -> Page:
    return Browser(who).open(f"{PAGE}?person={SECTION_HEAD.account}")


@pytest.mark.parametrize("who", [ADMINISTRATOR, HR_CLERK])
def test_who_keeps_the_staff_hands_over_what_someone_has(who: As) -> None:
    number = TEACHER.submit("leave", leave())
    refused(who.post(PATH, {**body(), "to": "T0000"}), 422, "接收人")
    assert number in good(who.post(PATH, body()))["numbers"]
    assert [each["account"] for each in TEACHER.read(number)["waiting_for"]] == [COLLEAGUE.account]
    assert SECTION_HEAD.read(number)["status"] == "open", "who held it goes on seeing it"


@pytest.mark.parametrize("who", [HEAD, CLERK, SECTION_HEAD, STRANGER])
def test_for_everyone_else_it_is_not_there(who: As) -> None:
    TEACHER.submit("leave", leave())
    with nothing_changed():
        refused(who.post(PATH, body()), 404)
    assert Browser(who).open(PAGE).status == 404
    assert f'href="{PAGE}"' not in Browser(who).open("/").html


def test_on_the_page_one_sees_what_is_left_hands_it_over_and_sees_where_it_went() -> None:
    number = TEACHER.submit("leave", leave())
    before = looked_at()
    assert any(number in row for row in before.rows)
    assert "家中有事" not in before.text, "what a request says is not the business of who hands it over"
    after = Browser(HR_CLERK).fill_in(before.forms[-1], to=COLLEAGUE.account, reason="退休")
    (row,) = [each for each in after.rows if number in each]
    assert all(word in row for word in (COLLEAGUE.account, "萧勇海", "退休"))
    assert "无须移交" in after.text
    assert COLLEAGUE.item(number)["number"] == number


def test_nobody_takes_over_their_own_request_and_what_was_typed_stays() -> None:
    number = TEACHER.submit("leave", leave())
    answer = Browser(HR_CLERK).post(looked_at().forms[-1], to=TEACHER.account, reason="调离")
    page = Page(answer)
    assert page.status == 422
    assert f"{number}：不能交给申请人本人" in page.text
    assert page.forms[-1].values["reason"] == "调离"
    assert SECTION_HEAD.item(number)["number"] == number


def test_an_unknown_person_is_said_to_be_unknown() -> None:
    assert "没有这位人员" in Browser(HR_CLERK).open(f"{PAGE}?person=T0000").text
