"""A clerk's day: print, print again, file, check a paper, keep the register, hand over; all stays as it was written."""

import io
import subprocess
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from models.page import copy_box, stamp_box
from models.settings import settings
from tests.journeys.at_the_desk import filed, keep_pages, made, merged, seen
from tests.journeys.browsing import DESKTOP, PHONE, Desk
from tests.journeys.clerking import CLERK, Day, a_day, copies, oa
from tests.journeys.college import HEAD, TEACHER, leave
from tests.journeys.conftest import inside, outside
from tests.journeys.stack import Stack
from tests.journeys.timeline import ended
from tests.printouts.reading import LEAVES_A_FILE_OPEN, packed, pages_of, scanned, text_in

pytestmark = [pytest.mark.journey, pytest.mark.filterwarnings(LEAVES_A_FILE_OPEN)]
LINE = 15  # pixels: less than a line of text


@pytest.fixture(scope="module")
def day(installation: Stack) -> Day:
    with pytest.MonkeyPatch.context() as patch:
        inside(installation, patch)
        found = a_day()
    outside()
    return found


def test_the_days_sheets_are_printed_filed_and_printed_again(desk: Desk, home: Path, day: Day) -> None:
    with desk.of(CLERK) as clerk:
        clerk.page.get_by_role("link", name="打印台").click()
        rows = clerk.page.locator("#listed [data-row]")
        shown = [text.split()[0] for text in rows.locator(".number").all_inner_texts()]
        assert [number for number in shown if number in day.numbers] == sorted(day.numbers)
        seal = rows.filter(has_text=day.seal)
        assert clerk.status(str(seal.get_by_role("link", name="预览").get_attribute("href"))) == 200
        clerk.page.reload()
        expect(seal).to_contain_text("未打印")
        seen(clerk, "desk")
        index, *papers = pages_of(merged(clerk, home, "first", day.seal, day.leave, bound="附件一并装订"))
        assert index.index(day.leave) < index.index(day.seal)
        begins = [page for page, text in enumerate(papers, 2) if "第1页共" in text]
        assert len(begins) == 2
        assert all(page % 2 for page in begins)
        assert {"第1份" in text for text in papers if text} == {True}
        assert sum("附件1：采购合同.pdf" in text for text in papers) == 3
        again = merged(clerk, home, "brief", day.seal, layout="精简")
        assert {"第2份（补打）精简，非归档件" in text for text in pages_of(again)} == {True}

        code = filed(clerk, day.seal, day.leave)
        clerk.page.goto("/desk?view=all")
        expect(rows.filter(has_text=day.seal)).to_contain_text(code)
        stamped = merged(clerk, home, "filed", day.seal, layout="全文", bound="不装订附件")
        fields = ["全宗号Z109", f"年度{day.year}", "机构信息工程系", "保管期限永久", "件号0001"]
        stamp = packed(text_in(stamped, 0, stamp_box(settings().page)))
        assert [field for field in fields if field not in stamp] == []
        assert "第3份（补打）" in packed(text_in(stamped, 0, copy_box(settings().page)))
        assert clerk.errors == []
    assert [copies(number) for number in (day.leave, day.seal, day.trip)] == [[1], [1, 2, 3], []]
    with desk.of(CLERK, PHONE) as clerk:
        for name, address in {"desk": "/desk", "desk-all": "/desk?view=all"}.items():
            clerk.page.goto(address)
            seen(clerk, name, PHONE)


def test_whoever_holds_a_paper_learns_what_it_is_worth(desk: Desk, day: Day) -> None:
    for size, number, outcome in ((DESKTOP, day.trip, "撤回"), (PHONE, day.leave, "办结")):
        for _ in range(2):
            paper = CLERK.send("POST", f"/api/requests/{number}/print", json={"layout": "full"}).content
        (address,) = scanned(paper)[0]
        with desk.anyone(size) as anyone:
            anyone.page.goto(address)
            expect(anyone.page.get_by_role("status")).to_contain_text("真实")
            for told in (number, outcome, "已签名（试用证书）"):
                expect(anyone.page.locator(".answers")).to_contain_text(told)
            seen(anyone, "check", size)
            for copy_no, told in (("2", "打印过"), ("9", "没有打印过，请留意")):
                anyone.page.get_by_label("份号").fill(copy_no)
                anyone.page.get_by_role("button", name="查验").click()
                expect(anyone.page.locator(".answers")).to_contain_text(f"第 {copy_no} 份：{told}")
                seen(anyone, f"check-{copy_no}", size)
            anyone.page.goto(address[:-1] + ("7" if address[-1] != "7" else "8"))
            expect(anyone.page.get_by_role("alert")).to_contain_text("查无此单")
            seen(anyone, "check-none", size)


def test_the_register_is_searched_exported_and_handed_over(desk: Desk, home: Path, day: Day, tmp_path: Path) -> None:
    number = TEACHER.submit("leave", leave())
    HEAD.decide(number, "finish")
    ended(number)
    CLERK.send("POST", f"/api/requests/{number}/print", json={"layout": "full"})
    with desk.of(CLERK, PHONE) as clerk:
        code = filed(clerk, number, size=PHONE)
    with desk.of(CLERK) as clerk:
        clerk.page.get_by_role("link", name="登记簿").click()
        clerk.page.locator("[data-search]").fill("冯文海")
        rows = clerk.page.locator("#listed [data-row]")
        expect(rows.filter(has_text=day.trip)).to_have_count(0)
        expect(rows.filter(has_text=number)).to_contain_text(code)
        seen(clerk, "register-found")
        clerk.page.get_by_role("button", name="导出 Excel").click()
        cells = load_workbook(io.BytesIO(made(clerk, "export"))).active
        assert code in {cell for row in cells.iter_rows(values_only=True) for cell in row}  # type: ignore[union-attr]
        clerk.page.goto("/register")
        seen(clerk, "register")
        rows.filter(has_text=number).get_by_role("checkbox").check()
        clerk.page.get_by_role("button", name="移交包").click()
        with zipfile.ZipFile(io.BytesIO(made(clerk, "package"))) as package:
            package.extractall(tmp_path)
        sums = ["sha256sum", "-c", "checksums.sha256"]
        checked = subprocess.run(sums, cwd=tmp_path, capture_output=True, text=True, check=True).stdout.splitlines()
        assert len(checked) == 4
        assert all(line.endswith(": OK") for line in checked)
        clerk.page.goto("/register/ledgers/seal")
        expect(clerk.page.locator("#listed")).to_contain_text(day.seal)
        seen(clerk, "ledger")
        clerk.page.get_by_role("button", name="打印 PDF").click()
        ledger = made(clerk, "ledger-made")
        keep_pages(ledger, home / "screenshots", "paper-ledger")
        assert day.seal in "".join(pages_of(ledger))
    with desk.of(CLERK, PHONE) as clerk:
        for name, address in {
            "register": "/register",
            "ledgers": "/register/ledgers",
            "ledger": "/register/ledgers/seal",
        }.items():
            clerk.page.goto(address)
            seen(clerk, name, PHONE)
        heights = clerk.page.locator("#listed td").evaluate_all("cells => cells.map(each => each.offsetHeight)")
        assert min(heights) > LINE, "an empty cell lies under the next one"


def test_initiators_print_their_own_and_approvers_do_not(desk: Desk, home: Path, day: Day) -> None:
    before = len(copies(day.leave))
    with desk.of(TEACHER, PHONE) as teacher:
        teacher.page.goto(f"/requests/{day.leave}")
        seen(teacher, "own-sheet", PHONE)
        teacher.page.get_by_role("button", name="打印流程单").click()
        pdf = made(teacher, "own-print", PHONE)
        keep_pages(pdf, home / "screenshots", "paper-own")
        assert f"第{before + 1}份" in pages_of(pdf)[0]
    with desk.of(HEAD) as head:
        head.page.goto(f"/requests/{day.leave}")
        expect(head.page.get_by_role("link", name="归档联 PDF")).to_be_visible()
        expect(head.page.get_by_role("button", name="打印流程单")).to_have_count(0)
    refused = HEAD.send("POST", f"/api/requests/{day.leave}/print", json={"layout": "full", "bind": False})
    assert (refused.status_code, "由发起人和档案员打印" in refused.text) == (403, True)


def test_all_is_as_written_until_a_byte_of_a_sheet_is_changed(stack: Stack, home: Path, day: Day) -> None:
    for command in ("check", "verify"):
        code, told = oa(stack, command)
        assert code == 0, told
    (sheet,) = CLERK.read(day.seal)["sheets"]
    file = home / sheet["path"]
    written = file.read_bytes()
    file.chmod(0o644)
    try:
        file.write_bytes(written[:5000] + bytes([written[5000] ^ 1]) + written[5001:])
        code, told = oa(stack, "verify")
        assert (code, f"✗ sheet {day.seal} " in told) == (1, True), told
    finally:
        file.write_bytes(written)
        file.chmod(0o444)
