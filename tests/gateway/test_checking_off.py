"""归档: archive fields by rule, 件号 gapless within its group, once for each sheet; the stamp on later prints."""

from datetime import UTC, datetime

import httpx
import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from models.archive import ArchiveEntry
from models.database import engine, transaction
from models.record import Request
from models.settings import settings
from printouts.filing.sheets import file_sheet
from tests.gateway.browser import Browser, Form, Page
from tests.gateway.desk import APPROVER, OWNER, Filed, copies, download, filed, on_desk, printed, ticked
from tests.gateway.office import (
    ADMINISTRATOR,
    CLERK,
    HEAD,
    HR_HEAD,
    SECRETARY,
    STRANGER,
    As,
    at_once,
    good,
    nothing_changed,
    refused,
    vehicle,
)
from tests.gateway.rulebook import saved
from tests.printouts.papers import paper
from tests.printouts.reading import text_within


@pytest.fixture(autouse=True)
def fonds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "fonds", "Z109")


def on_paper(**how: object) -> Filed:
    """A leave of a day, filed and printed once."""
    sheet = filed()
    good_print(sheet, **how)
    return sheet


def good_print(sheet: Filed, **how: object) -> None:
    assert CLERK.post(f"/api/requests/{sheet[0]}/print", {"layout": "full", "bind": False, **how}).status_code == 200


def check_off(number: str, who: As = CLERK) -> httpx.Response:
    return who.post(f"/api/requests/{number}/file")


def entries(*sheets: Filed) -> list[ArchiveEntry]:
    with Session(engine()) as session:
        rows = select(ArchiveEntry).where(col(ArchiveEntry.sheet_id).in_([sheet for _, sheet in sheets]))
        return list(session.exec(rows.order_by(col(ArchiveEntry.item_no))))


def posting(browser: Browser, path: str, *sheets: Filed) -> Page:
    return Page(browser.post(Form(path, {"csrf": browser.csrf}), **ticked(*sheets)))


def moved(sheet: Filed, **values: object) -> Filed:
    """As if the request were of another department or time; the record itself refuses such a change."""
    with transaction() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        for name, value in values.items():
            session.execute(
                text(f"UPDATE request SET {name} = :value WHERE number = :number"),  # noqa: S608 - names of ours
                {"value": value, "number": sheet[0]},
            )
    return sheet


def test_the_archive_fields_follow_from_the_request_and_its_rules() -> None:
    sheet = on_paper()
    shown = good(check_off(sheet[0]))
    year = datetime.now(settings().zone).year
    code = f"Z109-WS·{year}-D10-{shown['department']}-{shown['item_no']:04}"
    assert (shown["code"], shown["year"], shown["retention"], shown["pages"]) == (code, year, "D10", 1)
    assert shown["department"] == OWNER.read(sheet[0])["department"]
    assert copies(sheet[0], "filed") == [(CLERK.account, {"code": code})]
    assert f"归档，档号 {code}" in Browser(OWNER).open(f"/requests/{sheet[0]}").text


def test_a_year_ends_in_the_office_not_in_greenwich() -> None:
    sheet = moved(on_paper(), finished_at=datetime(2031, 12, 31, 16, 30, tzinfo=UTC))  # half past midnight in Shanghai
    assert good(check_off(sheet[0]))["year"] == 2032


@pytest.mark.usefixtures("as_shipped")
def test_retention_is_that_of_the_rules_the_request_began_with() -> None:
    before = on_paper()
    saved(retention_years=30)
    after = on_paper()
    assert [good(check_off(number))["retention"] for number, _ in (before, after)] == ["D10", "D30"]


def test_item_numbers_are_gapless_in_each_department_and_year_whoever_comes_at_once() -> None:
    sheets = [
        moved(on_paper(), department=department, finished_at=datetime(year, 6, 1, tzinfo=UTC))
        for department in ("甲系", "乙系")
        for year in (2041, 2042)
        for _ in range(3)
    ]
    answers = at_once(
        *(
            ("POST", f"/api/requests/{number}/file", {"headers": who.headers})
            for number, _ in sheets
            for who in (CLERK, ADMINISTRATOR)  # each twice
        )
    )
    assert {answer.status_code for answer in answers} == {200}
    found: dict[tuple[str, int], list[int]] = {}
    for each in entries(*sheets):
        found.setdefault((each.department, each.year), []).append(each.item_no)
    assert found == {(department, year): [1, 2, 3] for department in ("甲系", "乙系") for year in (2041, 2042)}
    assert [len(copies(number, "filed")) for number, _ in sheets] == [1] * 12


def test_several_chosen_are_shown_beforehand_then_checked_off_in_filing_order() -> None:
    first, second = (moved(on_paper(), department="丙系") for _ in range(2))
    clerk = Browser(CLERK)
    with nothing_changed():
        shown = posting(clerk, "/desk/filing", second, first)
    assert [f"{each:04}" in row for each, row in zip((1, 2), shown.rows, strict=True)] == [True, True]
    assert (first[0] in shown.rows[0], "预计" in shown.text) == (True, True)
    assert entries(first, second) == []
    done = clerk.fill_in(shown.form("/desk/filed"))
    assert "已归档 2 份" in done.text
    assert [each.item_no for each in entries(first, second)] == [1, 2]


def test_what_was_checked_off_before_is_told_and_stays() -> None:
    before, new, clerk = on_paper(), on_paper(), Browser(CLERK)
    good(check_off(before[0]))
    (kept,) = entries(before)
    page = posting(clerk, "/desk/filed", before, new)
    assert ("已归档 1 份" in page.text, "1 份以前已经归档" in page.text) == (True, True)
    assert entries(before) == [kept]
    again = good(check_off(new[0]))
    assert (again["before"], len(copies(new[0], "filed"))) == (True, 1)


@pytest.mark.parametrize("layout", [None, "brief", "form"])
def test_what_has_no_whole_copy_on_paper_is_not_checked_off(layout: str | None) -> None:
    sound, lacking = on_paper(), filed()
    if layout:
        good_print(lacking, layout=layout)
    refused(check_off(lacking[0]), 409, "还没有打印全文", lacking[0])
    page = posting(Browser(CLERK), "/desk/filed", sound, lacking)
    assert (page.status, lacking[0] in page.text) == (409, True)
    assert entries(sound, lacking) == []


def test_a_dispatch_copy_is_not_for_the_archive() -> None:
    number = SECRETARY.submit("vehicle", vehicle(ahead=20))
    with transaction() as session:
        request = session.exec(select(Request).where(Request.number == number)).one()
        slip = file_sheet(session, request.id, "dispatch", paper(1) + number.encode(), 1, datetime.now(UTC))
    page = posting(Browser(ADMINISTRATOR), "/desk/filing", (number, str(slip.id)))
    assert (page.status, f"{number} 派车联" in page.text, "只有归档联归档" in page.text) == (409, True, True)
    assert check_off(number, ADMINISTRATOR).status_code == 404  # there is no archive copy yet


def test_without_a_fonds_nothing_is_checked_off(monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = on_paper()
    monkeypatch.setattr(settings(), "fonds", None)
    refused(check_off(sheet[0]), 422, "全宗号", "OA_FONDS")
    page = posting(Browser(CLERK), "/desk/filing", sheet)
    assert (page.status, "OA_FONDS" in page.text, entries(sheet)) == (422, True, [])


@pytest.mark.parametrize("who", [OWNER, APPROVER, HEAD, STRANGER, HR_HEAD])
def test_only_the_desk_checks_off(who: As) -> None:
    sheet = on_paper()
    assert check_off(sheet[0], who).status_code == 404
    for path in ("/desk/filing", "/desk/filed"):
        assert posting(Browser(who), path, sheet).status == 404
    assert entries(sheet) == []


@pytest.mark.parametrize("path", ["/desk/filing", "/desk/filed"])
def test_checking_off_that_cannot_be(path: str) -> None:
    clerk = Browser(CLERK)
    assert posting(clerk, path).status == 422
    assert posting(clerk, path, ("", "nonsense")).status == 404
    assert Page(clerk.post(Form(path), **ticked(on_paper()))).status == 403  # without the token


def test_the_views_show_what_is_to_be_done() -> None:
    new, on_its_way, done, clerk = filed(), on_paper(), on_paper(), Browser(CLERK)
    excerpt = on_paper(layout="form")
    code = good(check_off(done[0]))["code"]
    all_four = (new, on_its_way, done, excerpt)
    assert on_desk(clerk.open("/desk"), *all_four) == [number for number, _ in all_four]
    assert on_desk(clerk.open("/desk?view=unfiled"), *all_four) == [on_its_way[0]]
    page = clerk.open("/desk?view=all")
    rows = {number: row for number, _ in all_four for row in page.rows if number in row}
    assert ("未打印" in rows[new[0]], "未打印全文" in rows[excerpt[0]]) == (True, True)
    assert all(word in rows[on_its_way[0]] for word in ("1 份", "杨然东", "已打印未归档"))
    assert code in rows[done[0]]
    assert clerk.open("/desk?view=nonsense").status == 422


def test_later_prints_bear_the_stamp() -> None:
    sheet, clerk = on_paper(), Browser(CLERK)
    _, address = printed(clerk, sheet)
    place = (0, 80.0, 10.0, 130.0, 30.0)
    pdf = download(clerk, address).content
    assert text_within(pdf, *place) == ""
    shown = good(check_off(sheet[0]))
    _, address = printed(clerk, sheet)
    stamp = "".join(text_within(download(clerk, address).content, *place).split())
    year = f"年度{shown['year']}件号{shown['item_no']:04}"
    assert stamp == f"全宗号Z109{year}机构{shown['department']}保管期限10年页数1"
