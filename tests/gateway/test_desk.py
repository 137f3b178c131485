"""打印台: who has it, what lies there, and several sheets printed together."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest
from sqlmodel import col, select

from gateway.app import app
from gateway.desk.lists import MOST
from models.database import transaction
from models.jobs import Job
from models.record import Request
from models.settings import settings
from printouts.filing.sheets import file_sheet
from tests.gateway.browser import Browser, Page
from tests.gateway.desk import (
    APPROVER,
    OWNER,
    copies,
    download,
    file,
    filed,
    on_desk,
    printed,
    printing,
    swapped_on_disk,
)
from tests.gateway.office import (
    ADMINISTRATOR,
    CLERK,
    HEAD,
    STRANGER,
    As,
    leave,
    nothing_changed,
    run_all,
    seal,
    send,
)
from tests.printouts.papers import paper, widths
from tests.printouts.reading import pages_of

FRESH = {"populate_existing": True}


def test_the_clerk_finds_what_was_filed_today_in_the_order_of_the_numbers() -> None:
    first, second = (OWNER.submit("leave", leave(OWNER)) for _ in range(2))
    for number in (second, first):
        APPROVER.decide(number, "finish")
    sheets = [file(second), file(first)]
    assert on_desk(Browser(CLERK).open("/desk"), *sheets) == [first, second]
    assert on_desk(Browser(ADMINISTRATOR).open("/desk"), *sheets) == [first, second]


def test_a_sheet_filed_earlier_is_found_by_its_days_kind_and_number() -> None:
    older, clerk = filed(when=datetime.now(UTC) - timedelta(days=40)), Browser(CLERK)
    day = (datetime.now(settings().zone) - timedelta(days=40)).date()
    for found, asked in {
        "": False,
        f"from={day}&until={day}": True,
        f"from={day + timedelta(days=1)}": False,
        f"from=&until={day - timedelta(days=1)}": False,
        f"from=&number={older[0].lower()}": True,
        "from=&number=QJ-2026-9999": False,
        "from=&kind=leave": True,
        "from=&kind=seal": False,
        "from=0001-01-01&until=9999-12-31": True,
    }.items():
        assert bool(on_desk(clerk.open(f"/desk?{found}"), older)) is asked, found


def test_what_is_chosen_becomes_one_pdf_for_both_sides_of_the_paper() -> None:
    one, three, clerk = filed(1, 401), filed(3, 403), Browser(CLERK)
    page, address = printed(clerk, three, one)
    assert "已合并 2 份流程单，共 4 页" in page.text
    pdf = download(clerk, address)
    assert widths(pdf.content)[2:] == [401, 401, 403, 403, 403]
    index = pages_of(pdf.content)[0]
    assert index.index(one[0]) < index.index(three[0])
    assert pdf.headers["cache-control"] == "no-store"
    assert pdf.headers["content-disposition"].startswith("inline")


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://127.0.0.1:8080/desk?view=all&number=QJ", "/desk?view=all&amp;number=QJ"),
        ("http://127.0.0.1:8080//elsewhere.example/", "/elsewhere.example/"),
        ("http://elsewhere.example/desk", None),
        ("http://127.0.0.1:8080/jobs/1", None),
        ("", None),
    ],
)
def test_from_a_print_one_comes_back_to_where_it_was_begun(referer: str, back: str | None) -> None:
    clerk = Browser(CLERK)
    _, address = printed(clerk, filed())
    page = send("GET", address, headers=clerk.cookie | {"Referer": referer}).text
    assert (f'<a href="{back}">← 返回</a>' in page, "← 返回" in page) == (bool(back), bool(back))


def test_each_print_is_in_the_journal_of_its_request() -> None:
    one, other, clerk = filed(), filed(), Browser(CLERK)
    printed(clerk, one, other, layout="full", bound="no")
    printed(clerk, one)
    first, second = ({"copy": "归档联", "copy_no": no, "layout": "full", "bound": False} for no in (1, 2))
    assert copies(one[0]) == [(CLERK.account, first), (CLERK.account, second)]
    assert copies(other[0]) == [(CLERK.account, first)]
    told = Browser(OWNER).open(f"/requests/{one[0]}").text
    assert ("打印归档联第 1 份，全文" in told, "打印归档联第 2 份（补打），全文" in told) == (True, True)


def test_a_swapped_file_is_left_out_and_named() -> None:
    sound, swapped, clerk = filed(1, 401), filed(1, 402), Browser(CLERK)
    swapped_on_disk(swapped)
    page, address = printed(clerk, sound, swapped)
    assert "下列 1 份没有合并" in page.text
    assert f"{swapped[0]} 归档联" in page.text
    assert widths(download(clerk, address).content)[2:] == [401]
    assert (copies(sound[0]) != [], copies(swapped[0])) == (True, [])


def test_of_swapped_files_alone_nothing_is_made() -> None:
    swapped, clerk = filed(), Browser(CLERK)
    swapped_on_disk(swapped)
    page, address = printed(clerk, swapped)
    assert f"{swapped[0]} 归档联" in page.text
    assert 'class="banner bad' in page.html
    download(clerk, address, 404)


def test_the_page_shows_how_far_it_has_come_while_it_goes_on() -> None:
    one, two, clerk = filed(), filed(), Browser(CLERK)
    sheets = {"csrf": clerk.csrf, **{f"item.{sheet}": "true" for _, sheet in (one, two)}}
    gateway = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://oa.test", headers=clerk.cookie)

    async def watching() -> httpx.Response:
        """Its page, while the journal of the second waits for someone else."""
        with transaction() as session:
            session.exec(select(Request).where(Request.number == two[0]).with_for_update()).one()
            for _ in range(300):
                await asyncio.sleep(0.1)
                job = session.exec(select(Job).order_by(col(Job.started_at).desc()).execution_options(**FRESH)).first()
                if job and job.done:
                    return await gateway.get(f"/jobs/{job.id}")
        raise AssertionError("it never came any further")

    page, answer = run_all(watching(), gateway.post("/desk", data=sheets))
    assert any(f"已完成 {percent}%" in page.text for percent in (25, 50, 75))
    assert f'hx-get="{answer.headers["location"]}"' in page.text
    assert "hx-get" not in clerk.open(answer.headers["location"]).html


def test_what_one_had_made_is_nobody_elses() -> None:
    _, address = printed(Browser(CLERK), filed())
    for who in (STRANGER, ADMINISTRATOR):
        assert Browser(who).open(address).status == 404
        download(Browser(who), address, 404)


@pytest.mark.parametrize("who", [STRANGER, OWNER, HEAD])
def test_for_everyone_else_there_is_no_desk(who: As) -> None:
    sheet, browser = filed(), Browser(who)
    assert browser.open("/desk").status == 404
    with nothing_changed():
        assert printing(browser, sheet).status_code == 404
    assert 'href="/desk"' not in browser.open("/").html
    assert 'href="/desk"' in Browser(CLERK).open("/").html


@pytest.mark.parametrize("sheet", ["nonsense", str(uuid4())])
def test_a_sheet_that_is_none_stops_the_print(sheet: str) -> None:
    sound = filed()
    with nothing_changed():
        assert printing(Browser(CLERK), sound, ("", sheet)).status_code == 404
    assert copies(sound[0]) == []


def test_a_sheet_of_a_request_that_is_not_yet_the_clerks_is_none() -> None:
    number = OWNER.submit("seal", seal(OWNER))
    with transaction() as session:
        request = session.exec(select(Request).where(Request.number == number)).one()
        sheet = file_sheet(session, request.id, "dispatch", paper(1) + number.encode(), 1, datetime.now(UTC))
    assert not on_desk(Browser(CLERK).open("/desk"), (number, str(sheet.id)))
    assert printing(Browser(CLERK), (number, str(sheet.id))).status_code == 404


def test_nothing_ticked_is_told() -> None:
    page = Page(printing(Browser(CLERK)))
    assert (page.status, "请先勾选" in page.text) == (422, True)


def test_more_than_five_hundred_are_refused() -> None:
    page = Page(printing(Browser(CLERK), *(("", str(uuid4())) for _ in range(MOST + 1))))
    assert (page.status, "一次最多合并打印 500 份流程单，您选了 501 份" in page.text) == (422, True)


@pytest.mark.parametrize("day", ["2026-02-30", "20260101", "２０２６-０１-０１", "昨天"])
def test_a_day_that_is_none_is_told(day: str) -> None:
    page = Browser(CLERK).open(f"/desk?from={day}")
    assert (page.status, "生成日期：不是有效的日期" in page.text) == (422, True)
