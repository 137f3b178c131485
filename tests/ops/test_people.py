"""The staff file into the record, on a database that holds the sample college."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session, func, select

from models.calendar_table import calendar
from models.holidays import calendar_of, shipped_days
from models.organisation import Department, Person, StaffState
from models.staff_file import BadStaffFile
from models.staff_record import not_in_file
from ops import people
from ops.people import SAMPLE, load_organisation, read_files


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A copy of the sample; the path of its staff file."""
    for name in ("staff.csv", "departments.csv"):
        (tmp_path / name).write_bytes((SAMPLE.parent / name).read_bytes())
    return tmp_path / "staff.csv"


def edit(path: Path, old: str, new: str) -> None:
    content = path.read_text("utf-8")
    assert old in content
    path.write_text(content.replace(old, new), "utf-8")


def counted(session: Session) -> tuple[int, int]:
    return (
        session.exec(select(func.count()).select_from(Person)).one(),
        session.exec(select(func.count()).select_from(Department)).one(),
    )


def test_an_empty_record_takes_the_whole_sample(session: Session) -> None:
    assert counted(session) == (80, 19)  # as the fixture loaded it
    assert session.get_one(Department, "信息工程系").head == "T1021"


def test_a_new_department_comes_with_its_head_though_each_names_the_other(session: Session, files: Path) -> None:
    with (
        files.open("a", encoding="utf-8") as staff,
        files.with_name("departments.csv").open("a", encoding="utf-8") as departments,
    ):
        staff.write("T2001,张三,体育部,负责人,中层正职,10000002001,t2001@tianchen.example,教职工,在岗\n")
        departments.write("体育部,校领导,T2001,T1003\n")
    assert load_organisation(session, files) == (81, 20)
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))  # as at the commit


def test_the_same_file_again_changes_nothing(session: Session) -> None:
    before = session.exec(select(Person).order_by(Person.account)).all()
    numbers = [person.no for person in before]
    load_organisation(session, SAMPLE)
    session.expire_all()
    assert [person.no for person in session.exec(select(Person).order_by(Person.account))] == numbers
    assert counted(session) == (80, 19)


def test_a_new_phone_is_not_a_new_account_and_keeps_the_password(session: Session, files: Path) -> None:
    session.get_one(Person, "T1043").password_hash = "kept"
    session.flush()
    edit(files, "10000001043", "10000009999")
    load_organisation(session, files)
    session.expire_all()
    person = session.get_one(Person, "T1043")
    assert (person.phone, person.password_hash) == ("10000009999", "kept")
    assert counted(session) == (80, 19)


def test_who_is_no_longer_in_the_file_stays_and_is_told(session: Session, files: Path) -> None:
    line = next(line for line in files.read_text("utf-8").splitlines() if line.startswith("T1043"))
    edit(files, line + "\n", "")
    edit(files.with_name("departments.csv"), "科研处,校领导,T1019,T1003", "教育科研处,校领导,T1019,T1003")
    edit(files, ",科研处,", ",教育科研处,")
    assert load_organisation(session, files) == (79, 19)
    assert session.get_one(Person, "T1043").state is StaffState.on_duty
    assert not_in_file(session, read_files(files)) == ["T1043 曹艳超（信息工程系第一教研室）", "部门 科研处"]


def test_a_file_with_a_fault_changes_nothing(session: Session, files: Path) -> None:
    edit(files, "梁宇", "梁雨")
    edit(files, "10000001043", "none")
    with pytest.raises(BadStaffFile, match="第 44 行「手机号」"):
        load_organisation(session, files)
    assert session.get_one(Person, "T1001").name == "梁宇"


def test_a_second_top_unit_is_refused(session: Session, files: Path) -> None:
    edit(files, ",校领导,", ",学校领导,")
    edit(files.with_name("departments.csv"), "校领导,", "学校领导,")
    with pytest.raises(BadStaffFile, match="最上级部门「校领导」不在文件里"):
        load_organisation(session, files)


def test_departments_may_be_named_or_lie_beside_the_staff(session: Session, files: Path, tmp_path: Path) -> None:
    moved = files.with_name("departments.csv").rename(tmp_path / "部门.csv")
    assert load_organisation(session, files, moved) == (80, 19)
    with pytest.raises(BadStaffFile, match="没有部门表"):
        load_organisation(session, files)


def test_a_file_that_is_not_there_is_refused(session: Session, tmp_path: Path) -> None:
    with pytest.raises(BadStaffFile, match="读不到这个文件"):
        load_organisation(session, tmp_path / "none.csv")
    with pytest.raises(BadStaffFile, match="读不到这个文件"):
        load_organisation(session, tmp_path)


@pytest.mark.usefixtures("database")
def test_the_command_tells_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    assert people.main([str(SAMPLE)]) == 0
    assert capsys.readouterr().out == "已导入 80 人、19 个部门。\n"


@pytest.mark.usefixtures("database")
def test_the_command_lists_every_fault_and_fails(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(files, "梁宇", "")
    edit(files, "10000001043", "none")
    assert people.main([str(files), "--departments", str(files.with_name("departments.csv"))]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines() == [
        "人员文件有 2 处错误，没有导入任何内容：",
        "staff.csv 第 2 行「姓名」：不能为空",
        "staff.csv 第 44 行「手机号」：不是手机号：应为 11 位数字，境外号码以 + 和国家代码开头",
    ]


def test_the_calendar_on_record_begins_with_the_years_that_are_known(session: Session) -> None:
    assert calendar(session) == calendar_of(shipped_days())
