"""A real browser at the real thing: approvers act through both Prefect UIs, from the workbench and back."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from models.settings import settings
from tests.journeys.browsing import DESKTOP, PHONE, Desk, Person
from tests.journeys.college import (
    AUDIT,
    FINANCE,
    HEAD,
    HR_CLERK,
    HR_HEAD,
    LEGAL,
    SECRETARY,
    TEACHER,
    Colleague,
    contract,
    leave,
)
from tests.journeys.timeline import ended, suspended

pytestmark = pytest.mark.journey
STRANGER = Colleague("T1060")


def decided_by(number: str) -> list[str]:
    journal = TEACHER.read(number)["journal"]
    return [each["actor"]["account"] for each in journal if each["act"] == "decided"]


def test_a_leave_goes_from_desk_to_desk_through_both_uis(desk: Desk) -> None:
    with desk.of(TEACHER, PHONE) as teacher:
        number = teacher.file_leave(leave(days=7))
    suspended(number)
    with desk.of(HEAD) as head:
        head.open_run_from(number)
        expect(head.page.get_by_role("button", name="Resume")).to_be_visible()
        expect(head.page.get_by_role("button", name="Cancel")).to_be_hidden()
        head.picture("run-v1")
        head.resume(1, "同意，课程已调。", "resume-v1")
    run = suspended(number)["id"]
    with desk.of(HR_CLERK) as clerk:
        assert clerk.open_menu(run) == ["Resume", "Copy ID"]
        clerk.picture("run-v2")
        clerk.resume_in_second(run, 1, "已核对。", "resume-v2")
    suspended(number)
    with desk.of(HR_HEAD) as hr:
        hr.open_run_from(number)
        hr.resume(1, "同意。", "resume-v1-last")
        hr.page.locator("#oa-back a", has_text=number).click()
        hr.page.wait_for_url(f"**/requests/{number}")
    assert ended(number)["state"]["name"] == "办结"
    assert decided_by(number) == [HEAD.account, HR_CLERK.account, HR_HEAD.account]
    assert desk.hosts == {urlsplit(settings().address).netloc}


def test_one_countersigner_in_the_workbench_another_in_prefect(desk: Desk) -> None:
    number = SECRETARY.submit("seal", contract())
    Colleague(SECRETARY.read(number)["steps"][0]["host"]["account"]).decide(number)
    run = suspended(number)["id"]
    with desk.of(FINANCE) as finance, desk.of(AUDIT) as audit:
        finance.open_menu(run)
        agree_in_workbench(audit, number)
        finance.resume_in_second(run, 1, "预算内。", "countersign-v2")
    LEGAL.decide(number)
    journal = SECRETARY.read(number)["journal"]
    said = {each["actor"]["account"]: each["detail"]["opinion"] for each in journal if each["act"] == "decided"}
    assert {FINANCE.account, AUDIT.account, LEGAL.account} <= set(said)
    assert said[FINANCE.account] == "预算内。"


def agree_in_workbench(who: Person, number: str) -> None:
    who.page.goto(f"/requests/{number}")
    form = who.page.locator("form[action^='/work-items/']")
    form.locator("[name=verdict][value=agree]").check()
    form.get_by_role("button", name="提交", exact=True).click()
    who.page.wait_for_load_state("networkidle")


def test_a_wrong_form_is_told_in_chinese_and_nothing_is_lost(desk: Desk) -> None:
    number = TEACHER.submit("leave", leave())
    suspended(number)
    with desk.of(HEAD) as head:
        head.open_run_from(number)
        head.page.get_by_role("button", name="Resume").click()
        head.page.locator(".p-modal").get_by_role("button", name="Submit").click()
        expect(head.page.get_by_text("处理意见：必填").first).to_be_visible()
        head.picture("refused-v1")
    assert decided_by(number) == []


def test_a_stranger_finds_neither_the_run_nor_anything_in_the_list(desk: Desk) -> None:
    number = TEACHER.submit("leave", leave())
    run = suspended(number)["id"]
    with desk.of(STRANGER) as stranger:
        assert stranger.status(f"/prefect/api/flow_runs/{run}") == 404
        for prefix in ("/prefect", "/prefect/v2"):
            with stranger.page.expect_response("**/flow_runs/paginate") as listed:
                stranger.page.goto(f"{prefix}/runs")
            assert listed.value.json()["count"] == 0
            stranger.page.goto(f"{prefix}/runs/flow-run/{run}")
            expect(stranger.page.get_by_text(number)).to_have_count(0)


def test_a_run_started_from_a_deployments_page_is_a_request_and_cancel_withdraws_it(desk: Desk) -> None:
    with desk.of(SECRETARY) as secretary:
        secretary.start(
            "用印",
            {"印章名称": 1, "材料类别": 3},
            {"材料名称": "学籍证明", "份数": "2", "用印事由": "办理签证", "用印材料": SECRETARY.hand_in()},
            "start-v1",
        )
        number = SECRETARY.get("/api/requests?mine=true")[0]["number"]
        made = SECRETARY.read(number)
        assert (made["form"]["document_title"], made["form"]["seal"]) == ("学籍证明", "school")
        assert made["journal"][0]["actor"]["account"] == SECRETARY.account
        run = suspended(number)["id"]
        assert secretary.open_menu(run) == ["Cancel", "Copy ID"]
        secretary.picture("menu-v2")
        secretary.page.keyboard.press("Escape")
        secretary.cancel_in_second(run)
    assert SECRETARY.read(number)["status"] == "withdrawn"
    assert ended(number)["state"]["name"] == "撤回"


PAGES = {"runs": "Runs", "flows": "Flows", "deployments": "Deployments"}


@pytest.mark.parametrize("prefix", ["/prefect", "/prefect/v2"])
def test_no_page_shows_an_error_or_calls_elsewhere(desk: Desk, prefix: str) -> None:
    number = TEACHER.submit("leave", leave())
    run = suspended(number)
    version = "v2" if prefix.endswith("v2") else "v1"
    addresses = {**{each: f"/{each}" for each in PAGES}, "run": f"/runs/flow-run/{run['id']}"}
    addresses |= {
        "deployment": f"/deployments/deployment/{run['deployment_id']}",
        "flow": f"/flows/flow/{run['flow_id']}",
    }
    for size, names in ((DESKTOP, list(addresses)), (PHONE, ["runs", "run"])):
        with desk.of(TEACHER, size) as teacher:
            for name, address in ((name, addresses[name]) for name in names):
                teacher.page.goto(prefix + address)
                expect(teacher.page.get_by_role("link", name="返回工作台")).to_be_visible()
                teacher.settle()
                teacher.picture(f"{version}-{name}-{size[0]}")
                expect(teacher.page.get_by_text("Something went wrong")).to_have_count(0)
            assert teacher.errors == []
    assert desk.hosts == {urlsplit(settings().address).netloc}


@pytest.mark.parametrize("page", ["", "/dashboard", "/blocks", "/settings", "/automations", "/work-pools"])
def test_pages_that_are_not_for_them_lead_to_the_runs(page: str) -> None:
    for prefix in ("/prefect", "/prefect/v2"):
        answer = TEACHER.send("GET", prefix + page, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, f"{prefix}/runs")


@pytest.mark.parametrize("prefix", ["/prefect", "/prefect/v2"])
def test_the_menu_offers_what_there_is(desk: Desk, prefix: str) -> None:
    with desk.of(TEACHER) as teacher:
        teacher.page.goto(prefix)
        teacher.page.wait_for_url(f"**{prefix}/runs")
        for title in PAGES.values():
            expect(teacher.page.locator("a", has_text=title).first).to_be_visible()
        for title in (
            "Dashboard",
            "Work Pools",
            "Blocks",
            "Variables",
            "Automations",
            "Event Feed",
            "Concurrency",
            "Settings",
        ):
            expect(teacher.page.locator("a", has_text=title)).to_be_hidden()
