"""份号: each copy on paper is numbered, whoever prints; who may; what each chose last is offered again."""

import pickle
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID

import httpx
import pytest
from sqlmodel import Session, col, select

from gateway.desk.choices import How
from gateway.desk.lists import Lying, listed
from gateway.desk.orders import orders_of
from models.archive import Layout, PrintedCopy
from models.database import engine
from ops.check import faults
from tests.gateway.browser import Browser, Form, Page
from tests.gateway.desk import APPROVER, OWNER, Filed, copies, download, file, filed, printed, swapped_on_disk
from tests.gateway.office import (
    ADMINISTRATOR,
    CLERK,
    COLLEAGUE,
    STRANGER,
    SUB,
    As,
    Json,
    at_once,
    good,
    leave,
    nothing_changed,
    refused,
    seal,
    send,
)
from tests.gateway.rulebook import saved
from tests.printouts.reading import pages_of


def copy_of(who: As, number: str, **how: object) -> httpx.Response:
    return who.post(f"/api/requests/{number}/print", how)


def numbers(*sheets: Filed) -> list[list[int]]:
    """The copies of each on record, in order."""
    with Session(engine()) as session:
        rows = select(PrintedCopy.copy_no).order_by(col(PrintedCopy.copy_no))
        return [list(session.exec(rows.where(PrintedCopy.sheet_id == sheet))) for _, sheet in sheets]


def last_layouts(number: str) -> list[tuple[str, bool]]:
    return [(detail["layout"], detail["bound"]) for _, detail in copies(number)]


def test_twenty_at_once_get_twenty_numbers() -> None:
    sheet = filed()
    call = ("POST", f"/api/requests/{sheet[0]}/print", {"json": {}, "headers": CLERK.headers})
    answers = at_once(*[call] * 20)
    said = [pages_of(answer.content)[0] for answer in answers if answer.status_code == 200]
    assert sorted(int(text.partition("份")[0].removeprefix("第")) for text in said) == [*range(1, 21)]
    assert ["补打" in text for text in said].count(False) == 1
    assert numbers(sheet) == [[*range(1, 21)]]
    assert [detail["copy_no"] for _, detail in copies(sheet[0])] == [*range(1, 21)]


def test_two_clerks_with_the_same_pile_come_one_after_the_other() -> None:
    one, other = filed(), filed()
    clerk, administrator = Browser(CLERK), Browser(ADMINISTRATOR)

    def both_ways(browser: Browser, *sheets: Filed) -> tuple[str, str, Json]:
        ticks = {f"item.{sheet}": "true" for _, sheet in sheets}
        return "POST", "/desk", {"data": {"csrf": browser.csrf, **ticks}, "headers": browser.cookie}

    answers = at_once(*[both_ways(clerk, one, other), both_ways(administrator, other, one)] * 3)
    assert {answer.status_code for answer in answers} == {303}
    assert numbers(one, other) == [[*range(1, 7)]] * 2


def test_what_was_printed_leaves_the_record_sound() -> None:
    sheet = filed()
    for _ in range(2):
        assert copy_of(OWNER, sheet[0]).status_code == 200
    with Session(engine()) as session:
        assert [each for each in faults(session, datetime.now(UTC)) if each.subject == sheet[0]] == []


def test_a_reprint_says_so_on_every_page() -> None:
    sheet, clerk = filed(3), Browser(CLERK)
    printed(clerk, sheet)
    page, address = printed(clerk, sheet)
    assert f"已生成 {sheet[0]} 归档联 第 2 份（补打），共 3 页。" in page.text
    texts = pages_of(download(clerk, address).content)
    assert ["第2份（补打）打印人：" in text for text in texts] == [True] * 3
    assert [message in Browser(CLERK).open("/desk?view=all&from=").text for message in (sheet[0], "2 份")] == [True] * 2


def test_the_initiator_prints_their_own_from_its_page() -> None:
    number, _ = filed()
    browser = Browser(OWNER)
    form = browser.open(f"/requests/{number}").form(f"/requests/{number}/print")
    assert (form.values["layout"], form.values["bound"]) == ("full", "no")
    answer = browser.post(form, layout="form")
    page = browser.open(answer.headers["location"])
    assert f"已生成 {number} 归档联 第 1 份，共 1 页。" in page.text
    (text,) = pages_of(download(browser, answer.headers["location"]).content)
    assert all(word in text for word in ("第1份表单页，非归档件", "打印人：吕敏浩", "请假流程单"))
    assert copies(number) == [(OWNER.account, {"copy": "归档联", "copy_no": 1, "layout": "form", "bound": False})]


def test_what_was_chosen_is_offered_again_for_that_kind_alone() -> None:
    first, second, clerk = filed(), filed(), Browser(CLERK)
    paper_number = OWNER.submit("seal", seal(OWNER))
    good(OWNER.post(f"/api/requests/{paper_number}/withdraw", {}))
    paper = file(paper_number)
    printed(clerk, first, layout="brief", bound="yes")
    printed(clerk, second, paper)
    assert (last_layouts(second[0]), last_layouts(paper[0])) == ([("brief", True)], [("full", False)])
    assert "上次的选择：请假：精简，附件一并装订" in clerk.open("/desk").text
    form = clerk.open(f"/requests/{second[0]}").form(f"/requests/{second[0]}/print")
    assert (form.values["layout"], form.values["bound"]) == ("brief", "yes")
    printed(clerk, first, layout="full", bound="no")
    printed(clerk, first)
    assert last_layouts(first[0])[1:] == [("full", False)] * 2
    assert Browser(ADMINISTRATOR).open(f"/requests/{first[0]}").form(f"/requests/{first[0]}/print").values[
        "layout"
    ] == ("full")


@pytest.mark.parametrize(
    ("who", "status"),
    [(OWNER, 200), (CLERK, 200), (ADMINISTRATOR, 200), (APPROVER, 403), (STRANGER, 404), (COLLEAGUE, 404)],
)
def test_who_may_print(who: As, status: int) -> None:
    number, _ = filed()
    answer = copy_of(who, number)
    assert answer.status_code == status
    assert len(copies(number)) == (status == 200)
    if status == 403:
        refused(answer, 403, number, "由发起人和档案员打印")
        assert f"/requests/{number}/print" not in Browser(who).open(f"/requests/{number}").html
        assert who.get(f"/api/requests/{number}/sheet").status_code == 200  # to read is another matter


@pytest.mark.usefixtures("as_shipped")
def test_approvers_and_readers_print_where_the_rules_of_the_kind_let_them() -> None:
    before, _ = filed()
    saved(approvers_print=True)
    number, _ = filed()
    assert [copy_of(who, number).status_code for who in (APPROVER, STRANGER)] == [200, 404]
    assert f"/requests/{number}/print" in Browser(APPROVER).open(f"/requests/{number}").html
    assert copy_of(APPROVER, before).status_code == 403  # it began with the rules from before


def test_a_sub_administrator_sees_within_their_scope_and_prints_nothing(granted: Callable[..., None]) -> None:
    number, sheet = filed()
    granted(kind="leave")
    assert [copy_of(SUB, number).status_code] == [403]
    assert Browser(SUB).post(Form("/desk", {}), csrf=f"csrf of {SUB.account}").status_code == 404
    assert numbers((number, sheet)) == [[]]


def test_an_unfinished_request_has_nothing_to_print() -> None:
    number = OWNER.submit("leave", leave(OWNER))
    refused(copy_of(OWNER, number), 404, "还没有这一联")
    assert copy_of(CLERK, number).status_code == 404  # not yet the clerk's


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        ({"layout": "huge"}, 422, "版式"),
        ({"bind": "maybe"}, 422, "附件一并装订"),
        ({"copy": "dispatch"}, 404, "还没有这一联"),
        ({"copy": "x" * 17}, 422, "copy"),
        ({"copies": 2}, 422, "copies"),
        ({"copy": None}, 422, "copy"),
    ],
)
def test_a_print_that_cannot_be(body: Json, status: int, word: str) -> None:
    sheet = filed()
    with nothing_changed():
        refused(OWNER.post(f"/api/requests/{sheet[0]}/print", body), status, word)
    assert numbers(sheet) == [[]]


@pytest.mark.parametrize(("typed", "word"), [({"layout": "huge"}, "版式"), ({"bound": "2"}, "附件")])
def test_a_form_that_cannot_be(typed: dict[str, str], word: str) -> None:
    number, sheet = filed()
    clerk = Browser(CLERK)
    for form in (Form("/desk", {f"item.{sheet}": "true"}), Form(f"/requests/{number}/print", {"copy": "archive"})):
        page = Page(clerk.post(form, csrf=clerk.csrf, **typed))
        assert (page.status, word in page.text) == (422, True)
    assert numbers((number, sheet)) == [[]]


def test_a_print_without_the_token_of_the_session_is_refused() -> None:
    number, sheet = filed()
    browser = Browser(OWNER)
    assert browser.post(Form(f"/requests/{number}/print", {"copy": "archive"})).status_code == 403
    assert send("POST", f"/api/requests/{number}/print", json={}, headers=browser.cookie).status_code == 403
    assert numbers((number, sheet)) == [[]]


def test_a_damaged_sheet_is_named_and_not_counted() -> None:
    sheet = filed()
    swapped_on_disk(sheet)
    refused(copy_of(OWNER, sheet[0]), 500, f"{sheet[0]} 归档联", "从备份恢复")
    assert numbers(sheet) == [[]]


@contextmanager
def files_up_to(size: int) -> Iterator[None]:
    """No file can grow beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("room", [500, 5000])  # not even for a page; for the pages, not for the print with its index
def test_a_full_disk_costs_no_number(room: int) -> None:
    one, other, clerk = filed(), filed(), Browser(CLERK)
    with files_up_to(room):
        page, address = printed(clerk, one, other)
    assert ("打印文件无法保存" in page.text, 'class="banner bad' in page.html) == (True, True)
    download(clerk, address, 404)
    assert (numbers(one, other), copies(one[0])) == ([[], []], [])
    printed(clerk, one, other)
    assert numbers(one, other) == [[1], [1]]


def test_attachments_are_bound_in_behind_their_sheet() -> None:
    pdf_and_word = [OWNER.hand_in("证明.pdf", _page("诊断")), OWNER.hand_in("说明.docx", b"PK\x03\x04 docx")]
    number = OWNER.submit("leave", leave(OWNER, attachments=pdf_and_word))
    APPROVER.decide(number, "finish")
    sheet, clerk = file(number, 1, 401), Browser(CLERK)
    page, address = printed(clerk, sheet, bound="yes", layout="full")
    assert "附件 2：说明.docx（没有装订：不是 PDF 或图片）" in page.text
    texts = pages_of(download(clerk, address).content)
    assert (len(texts), texts[1]) == (3, "")
    assert f"{number}附件1：证明.pdf" in texts[2]
    assert all(word in texts[2] for word in ("诊断", "第1份"))


def _page(text: str) -> bytes:
    from weasyprint import HTML

    made: bytes = HTML(string=f'<p style="font-family: Noto Serif CJK SC">{text}').write_pdf()
    return made


def test_an_excerpt_can_be_drawn_by_another_process() -> None:
    """What an order draws goes there and back whole."""
    number, sheet = filed()
    with Session(engine()) as session:
        (order,) = orders_of(session, CLERK.account, listed(session, Lying.id == UUID(sheet)), How(Layout.brief, False))
    assert order.draw is not None
    drawn = pickle.loads(pickle.dumps(order.draw))()  # noqa: S301 - our own
    assert "精简打印" in "".join(pages_of(drawn))
    assert number in "".join(pages_of(drawn))
