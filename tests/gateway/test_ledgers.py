"""台账: what the seal, vehicle and leave ledgers say, to whom; printed, and as a workbook."""

import io
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from openpyxl import load_workbook
from sqlmodel import Session, col, select

from flows.engine.kind import kinds
from models.access import SecurityEvent
from models.database import engine, transaction
from models.record import Request
from tests.gateway.browser import Browser, Form, Page
from tests.gateway.filed import file
from tests.gateway.office import (
    ADMINISTRATOR,
    CLERK,
    COLLEAGUE,
    DISPATCHER,
    DRIVER,
    HEAD,
    OFFICE_HEAD,
    SEAL_KEEPER,
    SECTION_HEAD,
    STRANGER,
    SUB,
    TEACHER,
    As,
    good,
    leave,
    moment,
    nothing_changed,
    seal,
    send,
    stamping,
    trip,
    vehicle,
)
from tests.printouts.reading import LEAVES_A_FILE_OPEN, pages_of

pytestmark = pytest.mark.filterwarnings(LEAVES_A_FILE_OPEN)
ALL = {"from": "2000-01-01", "until": "2999-12-31"}


def name(who: As) -> str:
    return str(good(who.get("/api/session"))["person"]["name"])


def stamped(**form: Any) -> str:
    """A certificate that was stamped, entered and filed, as the flow would."""
    number = TEACHER.submit("seal", seal(**form))
    HEAD.decide(number)
    OFFICE_HEAD.decide(number)
    SEAL_KEEPER.decide(number, fields=stamping(stamps_used=2, stamps_spoiled=1))
    with transaction() as session:
        request = session.exec(select(Request).where(Request.number == number)).one()
        kinds()["seal"].settle(session, request, kinds()["seal"].read(request.form))
    file(number)
    return number


def lines(browser: Browser, kind: str, **asked: str) -> list[dict[str, Any]]:
    """The workbook's lines, by their column; whether the page shows as many is looked at too."""
    asked = ALL | asked
    page = browser.open(f"/register/ledgers/{kind}?{urlencode(asked)}")
    found = workbook(browser, kind, **asked)
    assert f"共 {len(found)} 行" in page.text
    return found


def made(browser: Browser, kind: str, form: str, **asked: str) -> bytes:
    answer = browser.post(Form(f"/register/ledgers/{kind}", {"csrf": browser.csrf, "as": form}), **(ALL | asked))
    assert answer.status_code == 303, answer.text
    got = send("GET", f"{answer.headers['location']}/file", headers=browser.cookie)
    assert got.status_code == 200, browser.open(answer.headers["location"]).text
    return got.content


def workbook(browser: Browser, kind: str, **asked: str) -> list[dict[str, Any]]:
    page = load_workbook(io.BytesIO(made(browser, kind, "xlsx", **asked))).active
    assert page is not None
    head, *rows = page.iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


def line(browser: Browser, kind: str, number: str, **asked: str) -> dict[str, Any]:
    (found,) = (each for each in lines(browser, kind, **asked) if each["编号"] == number)
    return found


def test_a_stamped_paper_is_a_line_of_its_seals_ledger() -> None:
    number, clerk = stamped(recipient="市教育局", take_out=False), Browser(CLERK)
    found = line(clerk, "seal", number, volume="school")
    assert found.pop("日期").date() == date.today() + timedelta(days=1)  # noqa: DTZ011 - as the test stamps
    assert isinstance(found.pop("序号"), int)
    assert found == {
        "材料名称": "在读证明",
        "类别": "证明",
        "发往单位": "市教育局",
        "份数": 2,
        "用印次数": 2,
        "申请部门": "信息工程系第一教研室",
        "申请人": name(TEACHER),
        "批准人": name(OFFICE_HEAD),
        "监印人": name(SEAL_KEEPER),
        "领取人": "冯文海",
        "编号": number,
        "备注": "作废 1 个",
    }
    assert number not in {each["编号"] for each in lines(clerk, "seal", volume="party")}


def test_running_numbers_begin_at_one_and_follow_the_days() -> None:
    stamped(), stamped()
    found = lines(Browser(CLERK), "seal")
    assert [each["序号"] for each in found] == list(range(1, len(found) + 1))
    assert [each["日期"] for each in found] == sorted(each["日期"] for each in found)


def test_a_title_that_looks_like_a_formula_stays_text() -> None:
    number = stamped(document_title='=HYPERLINK("http://evil.example","x")')
    page = load_workbook(io.BytesIO(made(Browser(CLERK), "seal", "xlsx"))).active
    assert page is not None
    assert not [cell for row in page.iter_rows() for cell in row if cell.data_type == "f"]
    assert any(row[2].value and str(row[2].value).startswith("=HYPERLINK") for row in page.iter_rows())
    assert line(Browser(CLERK), "seal", number)


@pytest.mark.usefixtures("motor_pool")
def test_a_trip_is_a_line_of_its_cars_ledger_while_out_and_when_back() -> None:
    number, administrator = COLLEAGUE.submit("vehicle", vehicle(90)), Browser(ADMINISTRATOR)
    HEAD.decide(number)
    DISPATCHER.decide(number, fields={"plate": "京A00001", "driver": DRIVER.account})
    out = line(administrator, "vehicle", number)
    assert (out["车号"], out["驾驶员"], out["里程数"], out["返回时间"]) == ("京A00001", name(DRIVER), None, None)
    back = trip(departed_at=moment(90), returned_at=moment(90, 17), fuel="200.50", tolls="30")
    DRIVER.decide(number, fields=back)
    DISPATCHER.decide(number)
    file(number)
    found = line(Browser(CLERK), "vehicle", number, volume="京A00001")
    assert {name: found[name] for name in ("起止里程", "里程数", "费用", "目的地", "事由", "用车部门", "用车人")} == {
        "起止里程": "1000–1060",
        "里程数": 60,
        "费用": 230.5,
        "目的地": "市教育局",
        "事由": "送材料",
        "用车部门": "信息工程系第一教研室",
        "用车人": name(COLLEAGUE),
    }
    assert (found["批准人"], found["派车人"]) == (name(HEAD), name(DISPATCHER))
    assert (found["出车时间"].hour, found["返回时间"].hour) == (8, 17)


def test_a_leave_is_a_line_once_it_is_approved() -> None:
    number, clerk = TEACHER.submit("leave", leave(destination="天水")), Browser(ADMINISTRATOR)
    assert number not in {each["编号"] for each in lines(clerk, "leave")}
    SECTION_HEAD.decide(number, "finish")
    found = line(clerk, "leave", number)
    assert (found["姓名"], found["假别"], found["天数"], found["前往地点"]) == (name(TEACHER), "事假", 1, "天水")
    assert found["批准人"] == name(SECTION_HEAD)


def test_days_narrow_it_both_included() -> None:
    number, clerk = stamped(), Browser(CLERK)
    day = line(clerk, "seal", number)["日期"].date()
    before, after = (str(day + timedelta(days=by)) for by in (-1, 1))
    same = str(day)
    for (since, until), asked in {
        (same, same): True,
        ("2000-01-01", before): False,
        (after, "2999-12-31"): False,
    }.items():
        numbers = {each["编号"] for each in lines(clerk, "seal", **{"from": since, "until": until})}
        assert (number in numbers) is asked


def test_it_prints_as_its_paper_ledger() -> None:
    number = stamped(recipient="市教育局")
    pages = pages_of(made(Browser(CLERK), "seal", "pdf", volume="school"))
    assert f"第1页共{len(pages)}页" in pages[0]
    for said in (
        "天辰学院用印登记簿",
        "印章：学校公章",
        "监印人",
        number,
        "市教育局",
        "本页：行数",
        f"打印：{name(CLERK)}",
    ):
        assert any(said in page for page in pages), said
    assert "合计：" in pages[-1]


def test_a_sub_administrator_has_the_lines_of_what_was_granted(granted: Any) -> None:
    number = stamped()
    granted(kind="leave")
    assert lines(Browser(SUB), "seal") == []
    granted(kind="seal", department="信息工程系")
    assert line(Browser(SUB), "seal", number)


@pytest.mark.parametrize("who", [STRANGER, TEACHER, HEAD])
def test_for_everyone_else_there_is_none(who: As) -> None:
    browser = Browser(who)
    for path in ("/register/ledgers", "/register/ledgers/seal"):
        assert browser.open(path).status == 404
    with nothing_changed():
        assert browser.post(Form("/register/ledgers/seal", {"csrf": browser.csrf})).status_code == 404


def test_the_page_of_ledgers_leads_to_each() -> None:
    page = Browser(CLERK).open("/register/ledgers")
    assert [f"/register/ledgers/{kind}" in page.html for kind in ("seal", "vehicle", "leave")] == [True] * 3


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("nothing", 404, "没有这个事项"),
        ("revocation", 404, "没有这个事项"),
        ("seal?from=2026-02-30", 422, "不是有效的日期"),
        ("seal?from=2026-02-02&until=2026-01-01", 422, "止早于起"),
        ("seal?volume=nonsense", 422, "印章：请从列表中选择"),
        ("vehicle?volume=%00", 422, "请从列表中选择"),
    ],
)
def test_what_cannot_be_asked_is_told(path: str, status: int, said: str) -> None:
    page = Browser(CLERK).open(f"/register/ledgers/{path}")
    assert (page.status, said in page.text) == (status, True)


def test_more_than_the_most_is_told_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.register.ledgers.MOST_PRINTED", {".pdf": 0, ".xlsx": 0})
    stamped()
    clerk = Browser(CLERK)
    page = Page(clerk.post(Form("/register/ledgers/seal", {"csrf": clerk.csrf}), **ALL))
    assert (page.status, "一次最多 0 行" in page.text) == (422, True)


def test_who_printed_it_is_in_the_security_log() -> None:
    stamped()
    made(Browser(CLERK), "seal", "pdf", volume="school")
    with Session(engine()) as session:
        newest = (
            select(SecurityEvent).where(SecurityEvent.what == "ledger_exported").order_by(col(SecurityEvent.no).desc())
        )
        event = session.exec(newest.limit(1)).one()
    assert event.account == CLERK.account
    assert "用印登记簿 学校公章" in event.detail["sought"]
