"""The main administrator's pages: the import of staff, checked as a whole, its progress watched."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from sqlmodel import Session, col, delete, select

from gateway.jobs.work import LOST
from models.database import engine, transaction
from models.jobs import Job
from models.organisation import Person
from tests.gateway.browser import Browser, Page
from tests.gateway.office import ADMINISTRATOR, STRANGER, TEACHER, send

SAMPLE = Path("ops/sample")
STAFF, UNITS = (SAMPLE / "staff.csv").read_bytes(), (SAMPLE / "departments.csv").read_bytes()
NEWCOMER = "T7001,新来,信息工程系,教师,讲师,10000007001,t7001@tianchen.example,教职工,在岗\r\n".encode()


@pytest.fixture
def _newcomer_leaves() -> Iterator[None]:
    yield
    with transaction() as session:
        session.execute(delete(Person).where(col(Person.account) == "T7001"))


def import_files(browser: Browser, **files: bytes) -> httpx.Response:
    headers = browser.cookie | {"X-CSRF-Token": browser.csrf, "HX-Request": "true"}
    named = {field: (f"{field}.csv", content) for field, content in files.items()}
    return send("POST", "/admin/import", files=named or {"x": ("", b"")}, headers=headers)


def ended(browser: Browser, answer: httpx.Response) -> Page:
    """The page's part once the work is over: its request has ended only when that is."""
    assert answer.status_code == 303
    return browser.open(answer.headers["location"])


@pytest.mark.usefixtures("_newcomer_leaves")
def test_a_staff_file_is_imported_and_its_progress_was_noted() -> None:
    administrator = Browser(ADMINISTRATOR)
    page = ended(
        administrator, import_files(administrator, staff=STAFF.rstrip() + b"\r\n" + NEWCOMER, departments=UNITS)
    )
    assert "已导入" in page.text
    with Session(engine()) as session:
        assert session.get_one(Person, "T7001").name == "新来"
        job = session.exec(select(Job).order_by(col(Job.started_at).desc())).first()
        assert job is not None
        assert job.done == job.total > 80


def test_a_faulty_file_is_told_line_by_line_and_nothing_is_imported() -> None:
    administrator = Browser(ADMINISTRATOR)
    broken = STAFF.rstrip() + b"\r\n" + NEWCOMER.replace("在岗".encode(), "在天上".encode())
    page = ended(administrator, import_files(administrator, staff=broken, departments=UNITS))
    assert "没有导入任何内容" in page.text
    assert "staff.csv 第 " in page.text
    with Session(engine()) as session:
        assert session.get(Person, "T7001") is None


def test_an_import_without_a_file_is_told_in_place() -> None:
    answer = import_files(Browser(ADMINISTRATOR))
    assert answer.status_code == 422
    assert "请选择文件" in answer.text


def test_work_whose_process_died_is_told_as_lost() -> None:
    long_ago, administrator = datetime.now(UTC) - timedelta(minutes=5), Browser(ADMINISTRATOR)
    with transaction() as session:
        job = Job(account=ADMINISTRATOR.account, title="导入 x.csv", started_at=long_ago, seen_at=long_ago)
        session.add(job)
    assert LOST in administrator.open(f"/jobs/{job.id}").text
    assert Browser(TEACHER).open(f"/jobs/{job.id}").status == 404


def test_a_sub_administrator_is_granted_a_kind_and_a_department_and_it_is_ended_again() -> None:
    administrator = Browser(ADMINISTRATOR)
    form = administrator.open("/admin/grants").form("/admin/grants")
    page = administrator.fill_in(form, account="T1062", kind="leave", department="信息工程系")
    assert all(word in page.text for word in ("T1062", "请假", "信息工程系"))
    (ending,) = (each for each in page.forms if each.action.endswith("/end"))
    assert "没有子管理员" in administrator.fill_in(ending).text


def test_a_grant_to_nobody_is_told_beside_the_field() -> None:
    administrator = Browser(ADMINISTRATOR)
    form = administrator.open("/admin/grants").form("/admin/grants")
    page = administrator.fill_in(form, account="T9999", kind="leave", department="")
    assert page.status == 422
    assert '<p class="fault">没有此人' in page.html
    assert page.forms[-1].values["kind"] == "leave"


@pytest.mark.parametrize(
    "path",
    [
        "/admin",
        "/admin/import",
        "/admin/grants",
        "/admin/incidents",
        "/admin/rules",
        "/admin/rules/leave",
        f"/jobs/{UUID(int=1)}",
    ],
)
def test_for_everyone_else_there_is_nothing_to_administer(path: str) -> None:
    assert Browser(STRANGER).open(path).status == 404
    assert import_files(Browser(STRANGER), staff=STAFF).status_code == 404
    assert 'href="/admin"' not in Browser(STRANGER).open("/").html
    assert 'href="/admin"' in Browser(ADMINISTRATOR).open("/").html
