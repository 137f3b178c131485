"""The workbench's lists: what waits for me, what I decided, what I asked for, what I am to read."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlmodel import col, update

from flows.engine.climbing import climb
from flows.engine.kind import kinds
from gateway.language import LANGUAGES
from models.database import transaction
from models.messages import Reminder
from models.record import WorkItem
from tests.gateway.browser import Browser, Form, Page
from tests.gateway.office import (
    ADMINISTRATOR,
    HEAD,
    HR_HEAD,
    OFFICE_HEAD,
    SECRETARY,
    SECTION_HEAD,
    STRANGER,
    TEACHER,
    As,
    leave,
    nothing_changed,
    refused,
    seal,
    send,
    vehicle,
)


def rows(page: Page) -> list[str]:
    """The rows of a list, as text."""
    assert page.status == 200
    return page.rows


def row_of(page: Page, number: str) -> str:
    (found,) = (each for each in rows(page) if number in each)
    return found


def on_some_page(browser: Browser, path: str, number: str) -> str:
    """Its row, whatever page of the list it is on."""
    for at in range(1, 20):
        page = browser.open(f"{path}?page={at}")
        if any(number in each for each in rows(page)):
            return row_of(page, number)
    raise AssertionError(f"{number} is on no page of {path}")


def listed(browser: Browser, path: str, number: str) -> bool:
    return any(number in each for each in rows(browser.open(path)))


def overdue(who: As, number: str) -> None:
    with transaction() as session:
        item, past = UUID(who.item(number)["id"]), datetime.now(UTC) - timedelta(hours=1)
        session.execute(update(WorkItem).where(col(WorkItem.id) == item).values(due_at=past))


def test_the_inbox_tells_what_is_asked_by_whom_and_until_when() -> None:
    number = TEACHER.submit("leave", leave())
    line = row_of(Browser(SECTION_HEAD).open("/"), number)
    assert all(word in line for word in ("请假", "教研室（科室）主任审批", "事假", "主办"))
    assert not listed(Browser(STRANGER), "/", number)


def test_work_that_is_overdue_stands_out_and_can_be_looked_at_alone() -> None:
    late, other = (TEACHER.submit("leave", leave()) for _ in range(2))
    overdue(SECTION_HEAD, late)
    head = Browser(SECTION_HEAD)
    assert "已逾期" in row_of(head.open("/"), late)
    assert listed(head, "/?late=true", late)
    assert not listed(head, "/?late=true", other)


@pytest.mark.parametrize("word", ["number", "市教育局展览", "yc-", "信息工程系 用车"])
def test_the_inbox_is_narrowed_by_number_content_and_department(word: str) -> None:
    number = SECRETARY.submit("vehicle", vehicle(ahead=30, destination="市教育局展览"))
    other = TEACHER.submit("leave", leave(days=2))
    for each in (number, other):  # among the first, however many others wait
        overdue(HEAD, each)
    head = Browser(HEAD)
    page = f"/?q={number if word == 'number' else word}"
    assert listed(head, page, number)
    assert not listed(head, page, other)
    assert listed(head, "/?kind=leave", other)
    assert not listed(head, "/?kind=leave", number)


def test_several_leaves_are_agreed_to_at_once_each_on_its_own() -> None:
    first, second, gone = (TEACHER.submit("leave", leave()) for _ in range(3))
    head = Browser(SECTION_HEAD)
    form = head.open("/").form("/agree")
    ticked = {f"item__{SECTION_HEAD.item(number)['id']}": "true" for number in (first, second, gone)}
    TEACHER.post(f"/api/requests/{gone}/withdraw", {})
    page = Page(head.post(form, **ticked))
    assert "已同意 2 件" in page.text
    assert gone in page.text
    assert "撤回" in page.text
    assert [TEACHER.read(number)["status"] for number in (first, second, gone)] == ["approved"] * 2 + ["withdrawn"]


def test_a_request_leads_on_to_the_next_piece_of_work() -> None:
    number, head = TEACHER.submit("leave", leave()), Browser(SECTION_HEAD)
    TEACHER.submit("leave", leave())
    first = next(each for each in rows(head.open("/")) if number not in each)
    following = head.open(f"/requests/{number}").html.split('">下一件待办')[0].rpartition("/")[2]
    assert following in first
    assert "下一件待办" not in Browser(ADMINISTRATOR).open(f"/requests/{number}").html


def test_seals_are_never_agreed_to_in_bulk() -> None:
    number = TEACHER.submit("seal", seal())
    head = Browser(HEAD)
    page = head.open("/")
    item = f"item.{HEAD.item(number)['id']}"
    assert item not in page.html
    with nothing_changed():
        told = Page(head.post(_agreeing(head), **{item.replace(".", "__"): "true"}))
    assert "须逐件办理" in told.text


@pytest.mark.parametrize("item", ["nonsense", str(uuid4())])
def test_items_that_are_not_mine_are_not_agreed_to(item: str) -> None:
    head = Browser(HEAD)
    with nothing_changed():
        answer = head.post(_agreeing(head), **{f"item__{item}": "true"})
    assert answer.status_code in (200, 404)
    assert "没有这个事项" in answer.text


def _agreeing(browser: Browser) -> Form:
    return Form("/agree", {"csrf": browser.csrf})


def test_what_i_decided_stays_in_my_list_with_what_became_of_it() -> None:
    number = TEACHER.submit("seal", seal())
    HEAD.decide(number, opinion="情况属实")
    OFFICE_HEAD.decide(number, "return", opinion="请补材料")
    line = row_of(Browser(HEAD).open("/done"), number)
    assert all(word in line for word in ("部门负责人审批", "同意", "情况属实", "办理中"))
    TEACHER.post(f"/api/requests/{number}/withdraw", {})
    assert "退回" in row_of(Browser(OFFICE_HEAD).open("/done"), number)
    assert "撤回" in row_of(Browser(OFFICE_HEAD).open("/done"), number)
    assert not listed(Browser(STRANGER), "/done", number)


def test_my_requests_tell_whose_turn_it_is_and_for_how_many_working_hours() -> None:
    number = TEACHER.submit("leave", leave())
    since = datetime.now(UTC) - timedelta(days=7)  # a week has 35 working hours, give or take a holiday
    with transaction() as session:
        item = UUID(SECTION_HEAD.item(number)["id"])
        session.execute(update(WorkItem).where(col(WorkItem.id) == item).values(opened_at=since, due_at=since))
    line = row_of(Browser(TEACHER).open("/mine"), number)
    assert "高涛伟" in line
    hours = float(line.split("已等 ")[1].split(" 个工时")[0])
    assert 7 <= hours <= 42
    assert '<span class="late">已等' in Browser(TEACHER).open("/mine").html


def test_what_was_sent_for_reading_is_unread_until_it_is_opened() -> None:
    number = TEACHER.submit("leave", leave())
    SECTION_HEAD.decide(number, "finish")
    reader = Browser(HR_HEAD)
    assert "未读" in row_of(reader.open("/reading"), number)
    assert reader.open(f"/requests/{number}").status == 200
    assert "未读" not in on_some_page(reader, "/reading", number)
    assert not listed(Browser(STRANGER), "/reading", number)


def test_long_lists_have_pages() -> None:
    asker = As("T1053")
    numbers = [asker.submit("leave", leave(asker)) for _ in range(51)]
    browser = Browser(asker)
    first, second = rows(browser.open("/mine")), rows(browser.open("/mine?page=2"))
    assert (len(first), len(second)) == (50, 1)
    assert numbers[-1] in first[0]
    assert numbers[0] in second[0]
    assert "page=2" in browser.open("/mine").html


def test_who_was_told_that_another_s_work_waits_can_look_at_it() -> None:
    number, deputy = TEACHER.submit("vehicle", vehicle()), As("T1022")
    refused(deputy.get(f"/api/requests/{number}"), 404)
    with transaction() as session:
        waiting = update(Reminder).where(col(Reminder.work_item_id) == UUID(HEAD.item(number)["id"]))
        session.execute(waiting.values(rung=4, due_at=datetime.now(UTC)))
    climb(datetime.now(UTC))
    deputy.read(number)
    assert "告知副职或代理人" in Browser(TEACHER).open(f"/requests/{number}").text
    assert row_of(Browser(deputy).open("/reading"), number)
    refused(As("T1024").get(f"/api/requests/{number}"), 404)  # a deputy of another department


@pytest.mark.parametrize("path", ["/", "/done", "/mine", "/reading", "/drafts", "/new", "/new/leave", "/people?x=a"])
def test_nobody_sees_a_page_without_logging_in(path: str) -> None:
    answer = send("GET", path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login?then=/")


@pytest.mark.parametrize("path", ["/?late=maybe", "/mine?page=0", "/done?page=x", f"/?q={'长' * 51}"])
def test_odd_addresses_of_lists_are_told(path: str) -> None:
    page = Browser(TEACHER).open(path)
    assert page.status == 422
    assert "参数有误" in page.text


def test_a_part_of_a_page_says_in_place_that_the_log_in_is_over() -> None:
    answer = send("GET", "/", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["hx-reselect"] == ".fault"
    assert "在新窗口登录" in answer.text
    assert "<html" not in answer.text


def test_pages_speak_three_languages_and_come_back_to_where_one_was() -> None:
    for code, word in (("en", "To do"), ("zh-TW", "待辦"), ("zh-CN", "待办")):
        answer = send("GET", f"/language/{code}", headers={"Referer": "http://oa.test/mine?page=2"})
        assert answer.headers["location"] == "/mine?page=2"
        cookie = answer.headers["set-cookie"].partition(";")[0]
        browser = Browser(TEACHER)
        browser.cookie["Cookie"] += f"; {cookie}"
        page = browser.open("/")
        assert word in page.text
        assert f'lang="{code}"' in page.html
    assert len(LANGUAGES) == 3


def test_an_unknown_language_is_not_there_and_a_foreign_referer_leads_home() -> None:
    assert send("GET", "/language/xx").status_code == 404
    answer = send("GET", "/language/en", headers={"Referer": "https://evil.example/x"})
    assert answer.headers["location"] == "/"


def test_each_kind_can_be_started_from_the_list_of_kinds() -> None:
    page = Browser(TEACHER).open("/new")
    for kind in kinds().values():
        assert (f'href="/new/{kind.key}"' in page.html) is kind.listed
        assert (kind.title in page.text) is kind.listed
