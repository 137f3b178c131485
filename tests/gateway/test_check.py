"""查验: what anyone who holds a paper is told, and what nobody is."""

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from sqlmodel import Session, col, func, select, update

from models.access import SecurityEvent, SheetCheck
from models.database import engine, transaction
from models.settings import settings
from tests.gateway.browser import Browser, Page
from tests.gateway.door import Visitor
from tests.gateway.filed import OnPaper, file, filed, printed, signed
from tests.gateway.office import CLERK, SECTION_HEAD, STRANGER, TEACHER, good, refused, run_all, vehicle

NOT_GENUINE, GENUINE = "查无此单", "真实：编号和校验码与归档的流程单相符"
SECRETS = ("冯文海", "T1045", "信息工程系", "家中有事", "高涛伟", "事假")  # of the leave, its applicant, its approver


@pytest.fixture(scope="module")
def leaf(database: str) -> OnPaper:  # noqa: ARG001 - up first
    return filed()


@pytest.fixture
def anyone() -> Visitor:
    """Nobody we know, at an address of their own."""
    return Visitor("")


def other(code: str) -> str:
    return code[:-1] + ("0" if code[-1] != "0" else "1")


def test_a_paper_is_genuine_for_anyone_who_scans_it(leaf: OnPaper, anyone: Visitor) -> None:
    page = anyone.open(leaf.address)
    assert (page.status, GENUINE in page.text, leaf.number in page.text) == (200, True, True)
    assert all(word in page.text for word in ("归档联", "办结", "待补签"))
    assert "退出" not in page.text


def test_the_answer_tells_nobody_and_nothing_of_the_form(leaf: OnPaper, anyone: Visitor) -> None:
    for path in (leaf.address, f"/api{leaf.address}", leaf.address.replace(leaf.code[:4], "0000")):
        answer = anyone.send("GET", path)
        assert [word for word in (*SECRETS, str(leaf.id)) if word in answer.text] == []


def test_a_program_is_told_the_same(leaf: OnPaper, anyone: Visitor) -> None:
    told = good(anyone.send("GET", f"/api{leaf.address}"))
    assert told.pop("outcome_at").endswith("Z")
    assert told == {
        "genuine": True,
        "number": leaf.number,
        "copy": "归档联",
        "outcome": "办结",
        "revoked_at": None,
        "signed": "waiting",
        "copy_printed": None,
        "file_matches": None,
    }


@pytest.mark.parametrize("spelling", [str.lower, lambda code: code.replace("0", "O").replace("1", "l")])
def test_whatever_the_spelling(leaf: OnPaper, anyone: Visitor, spelling: Callable[[str], str]) -> None:
    code = spelling(leaf.code)
    assert GENUINE in anyone.open(f"/check?number=%20{leaf.number.lower()}&code=%20{code}").text


def test_a_wrong_code_and_a_number_that_is_none_are_answered_the_very_same(leaf: OnPaper, anyone: Visitor) -> None:
    asked = [
        (leaf.number, other(leaf.code)),
        (leaf.number, filed().code),  # another's
        (leaf.number, "?"),
        ("QJ-2026-999999", leaf.code),
        ("nonsense", leaf.code),
    ]
    programs = [anyone.send("GET", f"/api/check?number={number}&code={code}") for number, code in asked]
    assert {(each.status_code, each.text) for each in programs} == {(200, programs[0].text)}
    assert good(programs[0]) == dict.fromkeys(good(programs[0])) | {"genuine": False}
    pages = [anyone.send("GET", f"/check?number={number}&code={code}") for number, code in asked]
    told = [
        answer.text.replace(f'"{number}"', "").replace(f'"{code}"', "")
        for answer, (number, code) in zip(pages, asked, strict=True)
    ]
    assert len(set(told)) == 1
    assert NOT_GENUINE in told[0]


def test_one_that_was_revoked_later_says_since_when(anyone: Visitor) -> None:
    leaf = filed()
    number = good(TEACHER.post(f"/api/requests/{leaf.number}/revoke", {"reason": "行程取消"}))["request"]
    SECTION_HEAD.decide(number["number"] if isinstance(number, dict) else number, "finish")
    page = anyone.open(leaf.address)
    assert (GENUINE in page.text, "撤销，不再有效" in page.text, "已撤销" in page.text) == (True, True, True)
    assert "办结。" in page.text
    assert good(anyone.send("GET", f"/api{leaf.address}"))["revoked_at"]


def test_a_copy_that_was_never_printed_is_told(leaf: OnPaper, anyone: Visitor) -> None:
    printed(leaf, 1)
    assert "第 1 份：打印过" in anyone.open(f"{leaf.address}&copy=1").text
    assert "第 2 份：没有打印过" in anyone.open(f"{leaf.address}&copy=2").text


def test_the_filed_file_is_told_from_any_other(anyone: Visitor) -> None:
    leaf = filed()
    assert "与归档的文件一致" in anyone.open(f"{leaf.address}&sha256={leaf.sha256.upper()}").text
    assert "与归档的文件不一致" in anyone.open(f"{leaf.address}&sha256={'0' * 64}").text
    later = signed(leaf, trial=True)
    for sha256 in (leaf.sha256, later):
        assert good(anyone.send("GET", f"/api{leaf.address}&sha256={sha256}"))["file_matches"] is True


@pytest.mark.parametrize(("trial", "told"), [(False, "已签名"), (True, "已签名（试用证书）")])
def test_who_signed_is_not_told_but_that_it_is(anyone: Visitor, trial: bool, told: str) -> None:
    leaf = filed()
    signed(leaf, trial=trial)
    page = anyone.open(leaf.address)
    assert told in page.text
    assert "天辰学院</dd>" not in page.html


def test_a_copy_of_one_still_under_way_says_so(anyone: Visitor) -> None:
    page = anyone.open(file(TEACHER.submit("vehicle", vehicle()), "dispatch").address)
    assert ("办理中" in page.text, "派车联" in page.text) == (True, True)


def test_who_is_logged_in_sees_the_same_page(leaf: OnPaper, anyone: Visitor) -> None:
    assert Browser(STRANGER).open(leaf.address).html == anyone.send("GET", leaf.address).text


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("&copy=二", "份号：应为整数"),
        ("&copy=-1", "份号：应为整数"),
        ("&copy=99999999", "份号：应为整数"),
        ("&sha256=123", "SHA-256：应为 64 位十六进制数"),
    ],
)
def test_what_cannot_be_read_is_told_before_anything_is_looked_up(
    leaf: OnPaper, anyone: Visitor, more: str, said: str
) -> None:
    for path in (leaf.address, leaf.address.replace(leaf.number, "QJ-2026-999999")):
        page = anyone.open(path + more)
        assert (page.status, said in page.text, GENUINE in page.text) == (422, True, False)
        refused(anyone.send("GET", f"/api{path}{more}"), 422, said)


@pytest.mark.parametrize("path", ["/check?number=QJ-2026-000001", "/check?code=0000-0000-0000"])
def test_half_a_question_is_told_what_is_missing(anyone: Visitor, path: str) -> None:
    page = anyone.open(path)
    assert (page.status, "请" in page.text, NOT_GENUINE in page.text) == (422, True, False)


def test_the_empty_page_asks_and_counts_nothing(anyone: Visitor) -> None:
    page = anyone.open("/check")
    assert (page.status, NOT_GENUINE in page.text, page.form("/check").values["number"]) == (200, False, "")
    with Session(engine()) as session:
        assert session.scalar(select(func.count(col(SheetCheck.no)))) == 0


def test_a_code_with_markup_is_shown_as_typed(anyone: Visitor) -> None:
    page = anyone.open('/check?number="><script>alert(1)</script>&code=<b>')
    assert NOT_GENUINE in page.text
    assert "<script>alert" not in page.html


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_there_is_nothing_to_write(anyone: Visitor, method: str) -> None:
    assert anyone.send(method, "/check").status_code == 405
    assert anyone.send(method, "/api/check").status_code == 405


def test_nothing_of_it_is_kept_or_found_by_search_engines(leaf: OnPaper, anyone: Visitor) -> None:
    answer = anyone.send("GET", leaf.address)
    assert (answer.headers["cache-control"], answer.headers["x-robots-tag"]) == ("no-store", "noindex, nofollow")
    assert '<meta name="robots" content="noindex, nofollow">' in answer.text
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "set-cookie" not in answer.headers


def limited(answer: httpx.Response) -> int:
    """It is: after how many seconds one may ask again."""
    assert answer.status_code == 429, answer.text
    return int(answer.headers["retry-after"])


def test_so_many_questions_from_an_address_then_it_waits(leaf: OnPaper, anyone: Visitor) -> None:
    for _ in range(settings().checks_per_address):
        assert anyone.send("GET", f"/api{leaf.address}").status_code == 200
    assert 0 < limited(anyone.send("GET", f"/api{leaf.address}")) <= settings().check_minutes * 60
    page = anyone.send("GET", leaf.address)
    assert limited(page)
    assert ("查验的次数太多" in page.text, GENUINE in page.text) == (True, False)
    assert Visitor("").open(leaf.address).status == 200


def test_so_many_wrong_codes_for_a_number_then_the_right_one_waits_too(anyone: Visitor) -> None:
    leaf = filed()
    for _ in range(settings().checks):
        good(Visitor("").send("GET", f"/api/check?number={leaf.number.lower()}&code={other(leaf.code)}"))
    assert limited(anyone.send("GET", leaf.address))
    assert anyone.open(filed().address).status == 200


def test_a_number_that_is_none_waits_as_one_that_is() -> None:
    for _ in range(settings().checks):
        good(Visitor("").send("GET", "/api/check?number=QJ-2026-999998&code=0000"))
    assert limited(Visitor("").send("GET", "/api/check?number=QJ-2026-999998&code=0000"))


def test_right_answers_keep_nobody_from_a_number(leaf: OnPaper) -> None:
    for _ in range(settings().checks + 1):
        assert Visitor("").send("GET", f"/api{leaf.address}").status_code == 200


def test_twenty_at_the_same_moment_are_not_more_than_ten(
    leaf: OnPaper, anyone: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings(), "checks_per_address", 10)
    answers = run_all(*(anyone.asking("GET", f"/api{leaf.address}") for _ in range(20)))
    assert sorted(each.status_code for each in answers) == [200] * 10 + [429] * 10


def test_of_ipv6_the_network_counts(leaf: OnPaper) -> None:
    for last in range(settings().checks_per_address):
        good(Visitor("", f"2001:db8:0:1::{last:x}").send("GET", f"/api{leaf.address}"))
    assert limited(Visitor("", "2001:db8:0:1:ffff::1").send("GET", leaf.address))
    assert Visitor("", "2001:db8:0:2::1").send("GET", leaf.address).status_code == 200


def test_who_waits_as_long_as_told_is_answered(leaf: OnPaper, anyone: Visitor) -> None:
    for _ in range(settings().checks_per_address):
        anyone.send("GET", f"/api{leaf.address}")
    seconds = limited(anyone.send("GET", leaf.address))
    with transaction() as session:
        session.execute(update(SheetCheck).values(at=SheetCheck.at - timedelta(seconds=seconds)))
    assert anyone.open(leaf.address).status == 200


def test_the_security_log_says_it_once(leaf: OnPaper, anyone: Visitor) -> None:
    for _ in range(settings().checks_per_address + 3):
        anyone.send("GET", f"/api{leaf.address}")
    with Session(engine()) as session:
        same = SecurityEvent.what == "check_throttled", SecurityEvent.address == anyone.address
        assert session.scalar(select(func.count(col(SecurityEvent.no))).where(*same)) == 1


def test_asking_here_keeps_nobody_from_logging_in(leaf: OnPaper) -> None:
    visitor = Visitor(CLERK.account)
    for _ in range(settings().checks_per_address + 1):
        visitor.send("GET", f"/api{leaf.address}")
    assert visitor.log_in("wrong").status_code == 401


def test_the_hash_is_worked_out_in_the_browser_and_the_file_stays_there(anyone: Visitor) -> None:
    page: Page = anyone.open("/check")
    assert "file" not in page.form("/check").values
    assert 'type="file"' in page.html
    assert 'type="file" name' not in page.html
