"""登记簿: who has it, how it is narrowed, and what is made of it."""

import io
import shutil
import subprocess
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from openpyxl import load_workbook
from sqlmodel import Session, col, select

from gateway.register import pages
from gateway.workbench.lists import PAGE
from models.access import Grant, SecurityEvent
from models.database import engine
from models.settings import settings
from tests.gateway.browser import Browser, Form, Page
from tests.gateway.filed import OnPaper, archived, damaged, file, filed, finished, printed, signed
from tests.gateway.office import (
    ADMINISTRATOR,
    CLERK,
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
    nothing_changed,
    seal,
    send,
    stamping,
)


def sealed(**form: Any) -> OnPaper:
    """A certificate, stamped and filed."""
    number = TEACHER.submit("seal", seal(**form))
    HEAD.decide(number)
    OFFICE_HEAD.decide(number)
    SEAL_KEEPER.decide(number, fields=stamping(stamps_used=1))
    return file(number)


def found(browser: Browser, *papers: OnPaper, **sought: str) -> list[int]:
    """Which of these papers the register shows, by their place here, in its order."""
    page = browser.open(f"/register?{urlencode(sought)}")
    assert page.status == 200, page.text
    numbers = [next((at for at, each in enumerate(papers) if each.number in row), None) for row in page.rows]
    return [at for at in numbers if at is not None]


def made(browser: Browser, action: str, **posted: str) -> tuple[Page, httpx.Response]:
    """The job's page once it has ended, and its file."""
    answer = browser.post(Form(f"/register/{action}", {"csrf": browser.csrf}), **posted)
    assert answer.status_code == 303, answer.text
    place = answer.headers["location"]
    return browser.open(place), send("GET", f"{place}/file", headers=browser.cookie)


def workbook(answer: httpx.Response) -> list[tuple[Any, ...]]:
    assert answer.status_code == 200, answer.text
    return list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))  # type: ignore[union-attr]


def test_the_clerk_and_the_administrator_have_every_filed_sheet_the_newest_first() -> None:
    first, second = filed(), filed()
    for who in (CLERK, ADMINISTRATOR):
        assert found(Browser(who), first, second, q="QJ-") == [1, 0]
        assert 'href="/register"' in Browser(who).open("/").html


@pytest.mark.parametrize("who", [STRANGER, TEACHER, HEAD])
def test_for_everyone_else_there_is_no_register(who: As) -> None:
    browser = Browser(who)
    assert browser.open("/register").status == 404
    for action in ("export", "package"):
        with nothing_changed():
            answer = browser.post(Form(f"/register/{action}", {"csrf": browser.csrf}))
        assert answer.status_code == 404
    assert 'href="/register"' not in browser.open("/").html


def test_a_sub_administrator_has_what_was_granted_and_nothing_else(granted: Any) -> None:
    on_leave, stamped = filed(), sealed()
    granted(kind="seal")
    assert found(Browser(SUB), on_leave, stamped) == [1]
    assert 'href="/register"' in Browser(SUB).open("/").html
    granted(kind="leave", department="信息工程系")
    assert found(Browser(SUB), on_leave, stamped, kind="leave") == [0]
    _, file = made(Browser(SUB), "export", q=on_leave.number)
    assert workbook(file)[1][1] == on_leave.number


def test_a_grant_of_another_department_has_none_of_it(granted: Any) -> None:
    on_leave = filed()
    granted(department="财务处")
    assert found(Browser(SUB), on_leave) == []


def test_what_a_sub_administrator_asked_for_themself_is_not_in_their_register(granted: Any) -> None:
    granted(kind="seal")
    mine = SUB.submit("leave", leave(SUB))
    with Session(engine()) as session:
        assert session.exec(select(Grant).where(Grant.account == SUB.account)).one().kind == "seal"
    assert mine not in Browser(SUB).open(f"/register?q={mine}").text.replace(f'value="{mine}"', "")


def test_it_is_searched_by_number_name_and_department() -> None:
    leaf, clerk = filed(), Browser(CLERK)
    name = good(TEACHER.get("/api/session"))["person"]["name"]
    for text in (leaf.number, f"  {leaf.number.lower()} ", name, "信息工程"):
        assert found(clerk, leaf, q=text) == [0], text
    for text in ("%", "_", "\\", "QJ%", "'; DROP TABLE sheet; --", "财务处"):
        assert found(clerk, leaf, q=text) == [], text


def test_it_is_narrowed_by_kind_outcome_and_department() -> None:
    leaf, clerk = filed(), Browser(CLERK)
    only = {"q": leaf.number}
    for sought, asked in {
        ("kind", "leave"): True,
        ("kind", "seal"): False,
        ("kind", "nonsense"): False,
        ("outcome", "approved"): True,
        ("outcome", "refused"): False,
        ("department", "信息工程系"): True,
        ("department", "财务处"): False,
    }.items():
        assert bool(found(clerk, leaf, **only, **dict([sought]))) is asked, sought


def test_a_refused_request_is_found_as_refused() -> None:
    number = TEACHER.submit("leave", leave())
    SECTION_HEAD.decide(number, "refuse", opinion="请改期")
    leaf, clerk = file(number), Browser(CLERK)
    assert found(clerk, leaf, outcome="refused") == [0]
    assert found(clerk, leaf, outcome="approved") == []


def test_days_are_those_of_the_outcome_in_the_office(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "timezone", "Asia/Shanghai")
    leaf, clerk = filed(), Browser(CLERK)
    finished(leaf, datetime(2025, 12, 31, 16, 30, tzinfo=UTC))  # half past midnight on New Year's Day
    for sought, asked in {
        (("from", "2026-01-01"), ("until", "2026-01-01")): True,
        (("until", "2025-12-31"),): False,
        (("from", "2026-01-02"),): False,
        (("year", "2026"),): True,
        (("year", "2025"),): False,
        (("year", "２０２６"),): True,
    }.items():
        assert bool(found(clerk, leaf, q=leaf.number, **dict(sought))) is asked, sought


def test_where_the_paper_is_can_be_asked() -> None:
    nowhere, on_desk, away, clerk = filed(), filed(), filed(), Browser(CLERK)
    printed(on_desk, 1)
    printed(on_desk, 2)
    entry = archived(away)
    papers = nowhere, on_desk, away
    assert [found(clerk, *papers, paper=each) for each in ("unprinted", "printed", "archived")] == [[0], [1], [2]]
    row = clerk.open(f"/register?q={away.number}").rows[0]
    assert f"Z109-WS·2026-D10-信息工程系-{entry.item_no:04}" in row
    assert "10年" in row


def test_what_still_has_to_be_signed_can_be_asked() -> None:
    waiting, done, clerk = filed(), filed(), Browser(CLERK)
    signed(done)
    assert found(clerk, waiting, done, unsigned="true") == [0]
    assert sorted(found(clerk, waiting, done)) == [0, 1]


def test_fifty_to_a_page_and_the_running_number_goes_on() -> None:
    clerk = Browser(CLERK)
    papers = [filed() for _ in range(PAGE + 1 - min(PAGE, len(clerk.open("/register?kind=leave").rows)))]
    assert papers
    first, second = clerk.open("/register?kind=leave"), clerk.open("/register?kind=leave&page=2")
    assert len(first.rows) == PAGE
    assert "第 51 至" in second.text
    assert 'href="/register?kind=leave&amp;page=2"' in first.html
    assert not set(first.rows) & set(second.rows)


@pytest.mark.parametrize(
    ("sought", "said"),
    [
        ("from=2026-02-30", "办结日期：不是有效的日期"),
        ("year=abcd", "年度：请填四位数字"),
        ("year=0", "年度：请填四位数字"),
        ("outcome=lost", "结果：请从列表中选择"),
        ("paper=burnt", "归档情况：请从列表中选择"),
        ("page=0", "参数有误：page"),
        ("q=%00", "字符"),
    ],
)
def test_what_cannot_be_sought_is_told(sought: str, said: str) -> None:
    page = Browser(CLERK).open(f"/register?{sought}")
    assert (page.status, said in page.text) == (422, True)


def test_the_workbook_has_what_is_sought_by_number_with_days_as_days() -> None:
    first, second, clerk = filed(), filed(), Browser(CLERK)
    page, answer = made(clerk, "export", q="QJ-", year=str(datetime.now(settings().zone).year))
    rows = workbook(answer)
    assert rows[0][:8] == ("序号", "编号", "申请人", "部门", "类型", "联次", "结果", "办结日期")
    numbers = [row[1] for row in rows[1:]]
    assert numbers.index(first.number) + 1 == numbers.index(second.number)
    assert [row[0] for row in rows[1:]] == list(range(1, len(rows)))
    assert isinstance(rows[1][7], datetime)
    assert f"已导出 {len(rows) - 1} 行" in page.text
    assert answer.headers["content-disposition"].startswith("attachment")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    assert sheet.freeze_panes == "A2"


def test_who_exported_what_is_in_the_security_log() -> None:
    leaf = filed()
    made(Browser(CLERK), "export", q=leaf.number)
    with Session(engine()) as session:
        event = session.exec(select(SecurityEvent).order_by(col(SecurityEvent.no).desc()).limit(1)).one()
    assert (event.what, event.account, event.detail["lines"]) == ("register_exported", CLERK.account, 1)


def test_nothing_found_is_not_exported() -> None:
    clerk = Browser(CLERK)
    page = Page(clerk.post(Form("/register/export", {"csrf": clerk.csrf}), q="没有"))
    assert (page.status, "没有符合条件的流程单" in page.text) == (422, True)


def test_more_than_the_most_is_told_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST_EXPORTED", 1)
    filed(), filed()
    clerk = Browser(CLERK)
    page = Page(clerk.post(Form("/register/export", {"csrf": clerk.csrf}), kind="leave"))
    assert (page.status, "一次最多 1 行" in page.text) == (422, True)


def test_without_the_token_of_the_page_nothing_is_made() -> None:
    clerk = Browser(CLERK)
    for action in ("export", "package"):
        assert clerk.post(Form(f"/register/{action}", {"csrf": "x"})).status_code == 403


def unpacked(answer: httpx.Response, into: Path) -> Path:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as package:
        assert package.testzip() is None
        package.extractall(into)
    return into


def verified(folder: Path) -> bool:
    """As whoever receives it does."""
    tool = shutil.which("sha256sum")
    assert tool
    checked = subprocess.run([tool, "-c", "--strict", "--quiet", "checksums.sha256"], cwd=folder, check=False)
    return checked.returncode == 0


def test_a_package_holds_what_is_filed_with_catalogue_and_checksums(tmp_path: Path) -> None:
    plain, with_signature, clerk = filed(), filed(), Browser(CLERK)
    unfiled = filed()
    first, second = archived(plain, 2031), archived(with_signature, 2031)
    sha256 = signed(with_signature)
    page, answer = made(
        clerk, "package", kind="leave", **{f"item__{each.id}": "true" for each in (plain, with_signature, unfiled)}
    )
    assert "已打包 2 份" in page.text
    folder = unpacked(answer, tmp_path)
    assert verified(folder)
    assert sorted(each.name for each in (folder / "pdf").iterdir()) == [
        f"{each.number}-archive.pdf" for each in (plain, with_signature)
    ]
    assert f"{sha256}  pdf/{with_signature.number}-archive.pdf" in (folder / "checksums.sha256").read_text()
    lines = (folder / "归档文件目录.csv").read_text("utf-8-sig").splitlines()
    assert lines[0] == "序号,档号,文号,责任者,题名,日期,密级,页数,备注,保管期限,全宗号,年度,件号,机构"
    codes = [f"Z109-WS·2031-D10-信息工程系-{each.item_no:04}" for each in (first, second)]
    assert [line.split(",")[:3] for line in lines[1:]] == [
        ["1", codes[0], plain.number],
        ["2", codes[1], with_signature.number],
    ]
    assert [line.split(",")[6:9] for line in lines[1:]] == [["非密", "3", "待补签"], ["非密", "3", ""]]
    book = load_workbook(folder / "归档文件目录.xlsx").active
    assert book is not None
    assert [[str(cell or "") for cell in row] for row in book.iter_rows(values_only=True)] == [
        line.split(",") for line in lines
    ]
    assert "流程单 2 份" in (folder / "说明.txt").read_text("utf-8-sig")


def test_a_changed_file_is_found_by_whoever_receives_it(tmp_path: Path) -> None:
    leaf = filed()
    archived(leaf)
    folder = unpacked(made(Browser(CLERK), "package", q=leaf.number)[1], tmp_path)
    pdf = folder / "pdf" / f"{leaf.number}-archive.pdf"
    pdf.chmod(0o644)
    pdf.write_bytes(pdf.read_bytes() + b" ")
    assert not verified(folder)


def test_what_is_not_filed_yet_comes_along_when_asked_for(tmp_path: Path) -> None:
    leaf, clerk = filed(), Browser(CLERK)
    nothing = clerk.post(Form("/register/package", {"csrf": clerk.csrf}), q=leaf.number)
    assert (nothing.status_code, "含尚未归档的" in nothing.text) == (422, True)
    folder = unpacked(made(clerk, "package", q=leaf.number, unfiled="true")[1], tmp_path)
    assert "待补签；未打印" in (folder / "归档文件目录.csv").read_text("utf-8-sig")


def test_a_damaged_sheet_is_left_out_and_named(tmp_path: Path) -> None:
    sound, broken, clerk = filed(), filed(), Browser(CLERK)
    archived(sound, 2032), archived(broken, 2032)
    damaged(broken)
    chosen = {f"item__{each.id}": "true" for each in (sound, broken)}
    page, answer = made(clerk, "package", **chosen)
    assert ("已打包 1 份" in page.text, f"{broken.number} 归档联" in page.text) == (True, True)
    folder = unpacked(answer, tmp_path)
    assert verified(folder)
    assert [each.name for each in (folder / "pdf").iterdir()] == [f"{sound.number}-archive.pdf"]
    assert f"{broken.number} 归档联" in (folder / "说明.txt").read_text("utf-8-sig")
    assert broken.number not in (folder / "归档文件目录.csv").read_text("utf-8-sig")


def test_the_same_package_twice_is_in_the_same_order() -> None:
    papers, clerk = [filed() for _ in range(3)], Browser(CLERK)
    for each in reversed(papers):
        archived(each, 2033)
    chosen = {f"item__{each.id}": "true" for each in papers}
    names = []
    for _ in range(2):
        with zipfile.ZipFile(io.BytesIO(made(clerk, "package", **chosen)[1].content)) as package:
            names.append(package.namelist())
    assert names[0] == names[1]
    assert names[0][:3] == [f"pdf/{each.number}-archive.pdf" for each in reversed(papers)]


@pytest.mark.parametrize("item", ["nonsense", "00000000-0000-0000-0000-000000000000"])
def test_a_tick_that_is_none_makes_nothing(item: str) -> None:
    clerk = Browser(CLERK)
    with nothing_changed():
        assert clerk.post(Form("/register/package", {"csrf": clerk.csrf}), **{f"item__{item}": "true"}).status_code in (
            404,
            422,
        )


def test_a_package_is_nobody_elses() -> None:
    leaf, clerk = filed(), Browser(CLERK)
    archived(leaf)
    answer = clerk.post(Form("/register/package", {"csrf": clerk.csrf}), q=leaf.number)
    place = answer.headers["location"]
    assert send("GET", f"{place}/file", headers=Browser(ADMINISTRATOR).cookie).status_code == 404
