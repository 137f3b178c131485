"""A real browser at the workbench: keyboard, filter, drafts, attachments, a lost session, second factor, every page."""

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pyotp
import pytest
from playwright.sync_api import FilePayload, expect
from sqlmodel import col, delete

from models.access import SecondFactor
from models.database import transaction
from models.settings import settings
from ops.people import SAMPLE
from tests.journeys.browsing import DESKTOP, PHONE, Desk, Person
from tests.journeys.college import HEAD, SECRETARY, TEACHER, Colleague, leave, trip
from tests.journeys.timeline import ended

pytestmark = pytest.mark.journey
ADMINISTRATOR = Colleague("T1031")


def test_work_is_found_chosen_and_agreed_to_by_keyboard(desk: Desk) -> None:
    first, second = (TEACHER.submit("leave", leave()) for _ in range(2))
    with desk.of(HEAD) as head:
        keys, rows = head.page.keyboard, head.page.locator("#waiting [data-row]")
        keys.press("/")
        keys.type(first)
        expect(rows).to_have_count(1)
        assert first in head.page.url
        head.page.locator("[data-search]").fill("")
        expect(head.page.locator("#waiting")).to_contain_text(second)
        head.page.locator("[data-search]").blur()
        keys.press("j")
        keys.press("x")
        expect(rows.first.locator("[type=checkbox]")).to_be_checked()
        keys.press("x")
        for number in (first, second):
            rows.filter(has_text=number).locator("[type=checkbox]").check()
        head.picture("inbox-chosen")
        head.page.get_by_role("button", name="同意所选").click()
        expect(head.page.get_by_role("status")).to_have_text("已同意 2 件。")
        keys.press("j")
        if rows.count():
            keys.press("Enter")
            head.page.wait_for_url("**/requests/*")
    for number in (first, second):
        assert ended(number)["state"]["name"] == "办结"


def test_a_decision_is_written_and_sent_by_keyboard_and_leads_to_the_sheet(desk: Desk) -> None:
    number = TEACHER.submit("leave", leave())
    with desk.of(HEAD) as head:
        head.page.goto(f"/requests/{number}")
        head.page.locator("[name=verdict][value=finish]").check()
        head.page.locator("[name=opinion]").fill("同意，请安排好工作。")
        head.picture("decide")
        head.page.keyboard.press("Control+Enter")
        expect(head.page.locator("h1 .state")).to_have_text("办结")
    ended(number)
    with desk.of(TEACHER) as teacher:
        teacher.page.goto(f"/requests/{number}")
        assert teacher.status(str(teacher.page.get_by_role("link", name="归档联 PDF").get_attribute("href"))) == 200
        teacher.picture("request-done")


def test_an_attachment_is_handed_in_and_a_button_pressed_twice_files_once(desk: Desk) -> None:
    with desk.of(TEACHER) as teacher:
        teacher.page.goto("/new/leave")
        sick = leave(leave_type="sick")
        teacher.fill_in({name: value for name, value in sick.items() if name != "substitute"})
        teacher.pick("form.substitute", sick["substitute"])
        expect(teacher.page.locator("#preview")).to_contain_text("须附诊断证明")
        paper = FilePayload(name="诊断证明.pdf", mimeType="application/pdf", buffer=b"%PDF-1.7 a diagnosis")
        teacher.page.set_input_files("[name=file]", paper)
        expect(teacher.page.locator(".file")).to_contain_text("诊断证明.pdf")
        expect(teacher.page.locator("#preview")).not_to_contain_text("须附诊断证明")
        teacher.picture("new-sick-leave")
        teacher.page.get_by_role("button", name="提交").dblclick()
        teacher.page.wait_for_url("**/requests/QJ-*")
        number = teacher.page.url.rpartition("/")[2]
    assert [each["name"] for each in TEACHER.read(number)["attachments"]] == ["诊断证明.pdf"]
    reasons = [TEACHER.read(each["number"])["form"] for each in TEACHER.get("/api/requests?mine=true&kind=leave")[:2]]
    assert [form["start"] for form in reasons].count(sick["start"]) == 1
    assert TEACHER.send("POST", f"/api/requests/{number}/withdraw", json={}).is_success


def test_what_was_typed_survives_a_lost_session(desk: Desk) -> None:
    with desk.of(TEACHER, PHONE) as teacher:
        teacher.page.goto("/new/vehicle")
        teacher.page.locator("[name='form.purpose']").fill("送考试材料")
        expect(teacher.page.locator("#preview")).to_contain_text("草稿已于")
        teacher.page.context.clear_cookies()
        teacher.page.locator("[name='form.destination']").fill("市考试院")
        expect(teacher.page.get_by_role("link", name="在新窗口登录")).to_be_visible()
        teacher.picture("session-lost")
        teacher.page.get_by_role("button", name="提交").click()
        expect(teacher.page.get_by_role("heading", name="未能办理")).to_be_visible()
        expect(teacher.page.get_by_label("目的地")).to_have_value("市考试院")
        teacher.log_in(TEACHER)
        teacher.page.get_by_role("link", name="草稿").click()
        teacher.page.locator("[data-row]", has_text="送考试材料").get_by_role("link").click()
        expect(teacher.page.locator("[name='form.purpose']")).to_have_value("送考试材料")


PAGES: Mapping[str, str] = {
    "inbox": "/",
    "done": "/done",
    "mine": "/mine",
    "reading": "/reading",
    "drafts": "/drafts",
    "choose": "/new",
    "new-vehicle": "/new/vehicle",
    "new-seal": "/new/seal",
    "account": "/me",
}


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_page_fits_shows_no_error_and_calls_nobody_else(desk: Desk, size: tuple[int, int]) -> None:
    trips = SECRETARY.submit("vehicle", trip())
    HEAD.decide(trips, "return", to="initiator", opinion="请写明乘车人员")
    number = TEACHER.submit("leave", leave(days=2))
    with desk.of(HEAD, size) as head:
        _look(head, {**PAGES, "request-to-decide": f"/requests/{number}"}, size)
    with desk.of(SECRETARY, size) as secretary:
        _look(secretary, {"request-returned": f"/requests/{trips}", "mine-returned": "/mine"}, size)
        secretary.page.goto("/language/en")
        _look(secretary, {"mine-english": "/mine"}, size)
    for each in (number, trips):
        who = TEACHER if each == number else SECRETARY
        assert who.send("POST", f"/api/requests/{each}/withdraw", json={}).is_success
    assert desk.hosts == {urlsplit(settings().address).netloc}


def test_the_administrator_sets_up_a_second_factor_and_administers(desk: Desk) -> None:
    try:
        with desk.of(ADMINISTRATOR, log_in=False) as administrator:
            administrator.enter(ADMINISTRATOR)
            administrator.page.wait_for_url("**/login/enrol**")
            secret = administrator.page.locator("code").inner_text()
            administrator.picture("enrol")
            administrator.page.get_by_label("动态口令").fill(pyotp.TOTP(secret).at(datetime.now(UTC)))
            administrator.page.get_by_role("button", name="绑定").click()
            administrator.page.get_by_role("link", name="管理").click()
            pages = {"admin": "/admin", "grants": "/admin/grants", "security": "/security", "import": "/admin/import"}
            _look(administrator, pages, DESKTOP)
            administrator.page.set_input_files("[name=staff]", SAMPLE)
            administrator.page.set_input_files("[name=departments]", SAMPLE.with_name("departments.csv"))
            administrator.page.get_by_role("button", name="导入").click()
            expect(administrator.page.get_by_role("status")).to_contain_text("已导入")
            administrator.picture("imported")
    finally:
        with transaction() as session:
            session.execute(delete(SecondFactor).where(col(SecondFactor.account) == ADMINISTRATOR.account))


def _look(person: Person, pages: Mapping[str, str], size: tuple[int, int]) -> None:
    """Open each page, keep a picture of it, and see that it fits and that nothing it asked for was refused."""
    for name, address in pages.items():
        person.page.goto(address, wait_until="networkidle")
        person.picture(f"{name}-{size[0]}")
        assert person.fits(), address
    assert person.errors == []
