"""The pages: what a person sees and does there, by the same rules as over REST; nothing that was typed is lost."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlmodel import Session

from flows.engine.decide import Choice, decide
from models.route import Verdict
from tests.gateway.browser import Browser, Form, Page
from tests.gateway.office import (
    COLLEAGUE,
    DISPATCHER,
    DRIVER,
    HEAD,
    OFFICE_HEAD,
    SEAL_KEEPER,
    SECRETARY,
    SECTION_HEAD,
    STRANGER,
    TEACHER,
    good,
    leave,
    nothing_changed,
    overtaken,
    seal,
    send,
    vehicle,
)


def _at(browser: Browser, number: str) -> Page:
    page = browser.open(f"/requests/{number}")
    assert page.status == 200
    return page


def test_agreeing_on_the_page_decides_and_shows_it() -> None:
    number, host = TEACHER.submit("leave", leave()), Browser(SECTION_HEAD)
    form = _at(host, number).form("/work-items/")
    assert form.choices["verdict"] == ["finish", "refuse", "return"]
    page = host.fill_in(form, verdict="finish", opinion="同意\r\n注意安全")
    assert "办结" in page.text
    assert "注意安全" in page.text
    assert TEACHER.read(number)["status"] == "approved"


def test_a_refusal_without_an_opinion_is_shown_beside_the_field_and_nothing_is_lost() -> None:
    number, host = TEACHER.submit("leave", leave()), Browser(SECTION_HEAD)
    form = _at(host, number).form("/work-items/")
    with nothing_changed():
        page = host.fill_in(form, verdict="refuse", opinion="")
    assert (page.status, page.form("/work-items/").values["verdict"]) == (422, "refuse")
    assert '<p class="fault">不同意或退回须填写意见</p>' in page.html


def test_no_verdict_chosen_is_told_and_the_opinion_kept() -> None:
    number, host = TEACHER.submit("leave", leave()), Browser(SECTION_HEAD)
    form = _at(host, number).form("/work-items/")
    with nothing_changed():
        page = host.fill_in(form, opinion="我的意见 <b>")
    assert page.status == 422
    assert page.form("/work-items/").values["opinion"] == "我的意见 <b>"
    assert "必填，请填写" in page.text


def test_returning_offers_the_earlier_steps_by_title() -> None:
    number, clerk = TEACHER.submit("seal", seal()), Browser(OFFICE_HEAD)
    HEAD.decide(number)
    page = _at(clerk, number)
    assert page.form("/work-items/").choices["to"] == ["initiator", "head"]
    page = clerk.fill_in(page.form("/work-items/"), verdict="return", to="head", opinion="请核对份数")
    assert HEAD.item(number)["round"] == 2
    assert "退回部门负责人审批" in page.text


@pytest.mark.usefixtures("motor_pool")
def test_the_dispatcher_chooses_from_free_cars_and_keeps_what_was_typed() -> None:
    number, dispatcher = SECRETARY.submit("vehicle", vehicle(ahead=50)), Browser(DISPATCHER)
    HEAD.decide(number)
    form = _at(dispatcher, number).form("/work-items/")
    assert form.choices["field.plate"] == ["", "京A00001", "京A00002"]
    page = dispatcher.fill_in(form, verdict="agree", field__plate="京A00002", field__driver="", opinion="带水")
    again = page.form("/work-items/").values
    assert (page.status, again["field.plate"], again["opinion"]) == (422, "京A00002", "带水")
    page = dispatcher.fill_in(page.form("/work-items/"), field__driver=DRIVER.account)
    assert "京A00002" in page.text
    assert DRIVER.item(number)


@pytest.mark.usefixtures("motor_pool")
def test_a_car_taken_meanwhile_is_told_beside_the_field() -> None:
    first, second = (SECRETARY.submit("vehicle", vehicle(ahead=60)) for _ in range(2))
    for number in (first, second):
        HEAD.decide(number)
    dispatcher = Browser(DISPATCHER)
    form = _at(dispatcher, second).form("/work-items/")
    DISPATCHER.decide(first, fields={"plate": "京A00001", "driver": DRIVER.account})
    page = dispatcher.fill_in(form, verdict="agree", field__plate="京A00001", field__driver="T1040")
    assert (page.status, page.form("/work-items/").values["field.driver"]) == (409, "T1040")
    assert f"已派给 {first}" in page.text


def test_a_keeper_may_refuse_without_counting() -> None:
    number, keeper = TEACHER.submit("seal", seal()), Browser(SEAL_KEEPER)
    for each in (HEAD, OFFICE_HEAD):
        each.decide(number)
    form = _at(keeper, number).form("/work-items/")
    page = keeper.fill_in(form, verdict="finish", field__stamps_used="三", field__collected_by="冯文海")
    assert (page.status, page.form("/work-items/").values["field.stamps_used"]) == (422, "三")
    keeper.fill_in(page.form("/work-items/"), verdict="refuse", opinion="材料不全")
    assert TEACHER.read(number)["status"] == "refused"


def test_too_late_is_told_on_the_page_with_the_opinion_that_was_typed() -> None:
    number, host = TEACHER.submit("leave", leave()), Browser(SECTION_HEAD)
    form = _at(host, number).form("/work-items/")
    good(TEACHER.post(f"/api/requests/{number}/withdraw", {}))
    with nothing_changed():
        page = host.fill_in(form, verdict="refuse", opinion="花了很久写的意见")
    assert page.status == 409
    assert "冯文海" in page.text
    assert "撤回" in page.text
    assert "花了很久写的意见" in page.text


def test_a_driver_whose_session_ended_sees_the_figures_again() -> None:
    form = Form(
        "/work-items/00000000-0000-0000-0000-000000000000", {"field.odometer_end": "1060", "opinion": "左灯不亮"}
    )
    page = Page(send("POST", form.action, data=form.values))
    assert page.status == 401
    assert all(text in page.text for text in ("收车里程表（公里）", "1060", "左灯不亮"))


def test_a_page_that_waited_for_another_decision_finds_it() -> None:
    number, host = TEACHER.submit("leave", leave()), Browser(SECTION_HEAD)
    form, item = _at(host, number).form("/work-items/"), UUID(SECTION_HEAD.item(number)["id"])
    posted = {"data": form.values | {"verdict": "refuse", "opinion": "不行"}, "headers": host.cookie}

    def agree(session: Session) -> None:
        decide(session, SECTION_HEAD.account, item, Choice(Verdict.agree), datetime.now(UTC))

    assert overtaken(("POST", form.action, posted), number, agree).status_code == 409


def test_a_form_from_an_earlier_round_is_stale() -> None:
    number, host = TEACHER.submit("leave", leave()), Browser(SECTION_HEAD)
    SECTION_HEAD.decide(number, "return", opinion="?", to="initiator")
    TEACHER.decide(number)
    form = _at(host, number).form("/work-items/")
    with nothing_changed():
        page = host.fill_in(form, round="1", verdict="finish")
    assert page.status == 409
    assert "已过期" in page.text


def test_the_initiator_sends_a_returned_request_again_as_it_was() -> None:
    number, initiator = TEACHER.submit("leave", leave()), Browser(TEACHER)
    SECTION_HEAD.decide(number, "return", opinion="请核对", to="initiator")
    page = _at(initiator, number)
    assert "修改后重新提交" in page.text
    initiator.fill_in(page.form("/work-items/"))
    assert SECTION_HEAD.item(number)["round"] == 2
    assert TEACHER.read(number)["steps"][0]["key"] == "section"


def test_the_initiator_amends_a_returned_request_on_the_page() -> None:
    number, initiator = TEACHER.submit("leave", leave()), Browser(TEACHER)
    SECTION_HEAD.decide(number, "return", opinion="请核对", to="initiator")
    form, longer = _at(initiator, number).form("/work-items/"), leave(days=3)
    changed = {"form__start": longer["start"], "form__end": longer["end"]}
    page = initiator.fill_in(form, **changed, opinion="改为三天")
    assert (page.status, page.form("/work-items/").values["form.end"]) == (422, longer["end"])
    assert "须填写（工号）" in page.text
    initiator.fill_in(page.form("/work-items/"), form__substitute=COLLEAGUE.account)
    assert HEAD.item(number)["round"] == 2


def test_a_returned_seal_request_keeps_its_attachments_when_amended() -> None:
    number, initiator = TEACHER.submit("seal", seal()), Browser(TEACHER)
    HEAD.decide(number, "return", opinion="份数", to="initiator")
    initiator.fill_in(_at(initiator, number).form("/work-items/"), form__copies="5")
    read = TEACHER.read(number)
    assert (read["form"]["copies"], len(read["attachments"]), read["status"]) == (5, 1, "open")


def test_the_initiator_withdraws_on_the_page() -> None:
    number, initiator = TEACHER.submit("leave", leave()), Browser(TEACHER)
    page = initiator.fill_in(_at(initiator, number).form(f"/requests/{number}/withdraw"), reason="不去了")
    assert "撤回申请：不去了" in page.text
    left = {form.action.rpartition("/")[2] for form in page.forms}
    assert left == {"logout", "circulate"}


def test_a_withdrawal_that_comes_too_late_is_told() -> None:
    number, initiator = TEACHER.submit("leave", leave()), Browser(TEACHER)
    form = _at(initiator, number).form(f"/requests/{number}/withdraw")
    SECTION_HEAD.decide(number)
    page = initiator.fill_in(form)
    assert page.status == 409
    assert "高涛伟" in page.text


@pytest.mark.parametrize("path", ["/requests/{}", "/requests/QJ-2026-999999"])
def test_someone_elses_request_is_a_page_that_says_there_is_none(path: str) -> None:
    number = TEACHER.submit("leave", leave())
    page = Browser(STRANGER).open(path.format(number))
    assert page.status == 404
    assert "没有这个事项，或者它与您无关" in page.text


def test_someone_elses_item_cannot_be_decided_on_the_page() -> None:
    number, stranger = TEACHER.submit("leave", leave()), Browser(STRANGER)
    form = _at(Browser(SECTION_HEAD), number).form("/work-items/")
    csrf = stranger.open("/").form("/logout").values["csrf"]
    with nothing_changed():
        page = Page(stranger.post(form, csrf=csrf, verdict="finish"))
    assert page.status == 404


@pytest.mark.parametrize("csrf", [None, "", "wrong"])
def test_a_page_posted_from_elsewhere_is_refused(csrf: str | None) -> None:
    number, host = TEACHER.submit("leave", leave()), Browser(SECTION_HEAD)
    form = _at(host, number).form("/work-items/")
    with nothing_changed():
        page = Page(host.post(form, csrf=csrf, verdict="refuse", opinion="写了很久"))
    assert page.status == 403
    assert "写了很久" in page.text


def test_when_the_session_has_ended_what_was_typed_is_shown() -> None:
    number, host = TEACHER.submit("leave", leave()), Browser(SECTION_HEAD)
    form = _at(host, number).form("/work-items/")
    host.post(host.open("/").form("/logout"))
    page = Page(host.post(form, verdict="refuse", opinion="写了很久"))
    assert page.status == 401
    assert "写了很久" in page.text


@pytest.mark.parametrize("path", ["/", "/requests/QJ-2026-000001", "/requests/QJ-2026-000001?x=%2F"])
def test_a_page_asks_to_log_in_and_comes_back(path: str) -> None:
    answer = send("GET", path)
    assert answer.status_code == 303
    page = Page(send("GET", answer.headers["location"]))
    assert page.form("/login").values["then"] == path


def test_an_unknown_page_is_told_as_a_page() -> None:
    page = Page(send("GET", "/nothing"))
    assert (page.status, "没有这个地址" in page.text) == (404, True)
    assert Page(send("GET", "/work-items/x")).status == 405


@pytest.mark.parametrize("path", ["/login", "/", "/static/oa.css", "/api/health"])
def test_every_answer_forbids_frames_and_all_that_is_not_ours(path: str) -> None:
    headers = send("GET", path).headers
    policy = dict(each.split(" ", 1) for each in headers["content-security-policy"].split("; "))
    assert {policy[name] for name in ("default-src", "frame-ancestors", "base-uri")} == {"'none'"}
    assert {policy[name] for name in ("script-src", "connect-src", "style-src", "form-action")} == {"'self'"}
    assert headers["cache-control"] == ("no-cache" if path.startswith("/static") else "no-store")
    assert headers["x-content-type-options"] == "nosniff"
