"""Who is asked, in the sample college. 梁宇 T1001 is president, 刘桐 T1002 secretary, 赵建敏 T1003 and 袁娜 T1004
vice-presidents; 杨霞雨 T1021 heads 信息工程系 and 高涛伟 T1042 its first section, where 曹艳超 T1043 teaches."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import Session

from models.organisation import (
    Member,
    NobodyThere,
    Organisation,
    Person,
    StaffState,
    Unit,
    organisation,
)
from ops.people import SAMPLE, read_files

PRESIDENT, SECRETARY, TEACHING_VICE, OFFICE_VICE = "T1001", "T1002", "T1003", "T1004"
DEPARTMENT_HEAD, SECTION_HEAD, TEACHER = "T1021", "T1042", "T1043"


@pytest.fixture
def college() -> Organisation:
    file = read_files(SAMPLE)
    people = {
        each.account: Member(each.account, each.name, each.department, each.post, each.rank, each.state)
        for each in file.people
        if each.state is not StaffState.retired
    }
    return Organisation(people, {unit.name: unit for unit in file.departments})


def away(college: Organisation, *accounts: str) -> Organisation:
    gone = {account: replace(college.people[account], state=StaffState.away) for account in accounts}
    return replace(college, people={**college.people, **gone})


def changed(college: Organisation, unit: str, **change: Any) -> Organisation:
    return replace(college, units={**college.units, unit: replace(college.units[unit], **change)})


@pytest.mark.parametrize(
    ("account", "section", "department", "vice"),
    [
        (TEACHER, SECTION_HEAD, DEPARTMENT_HEAD, TEACHING_VICE),
        (SECTION_HEAD, SECTION_HEAD, DEPARTMENT_HEAD, TEACHING_VICE),
        ("T1050", None, DEPARTMENT_HEAD, TEACHING_VICE),  # secretary of the department, in no section
        (DEPARTMENT_HEAD, None, DEPARTMENT_HEAD, TEACHING_VICE),
        ("T1037", "T1012", "T1005", OFFICE_VICE),  # 法务办公室 is a unit below 党政办公室
        ("T1038", None, "T1017", OFFICE_VICE),
        (TEACHING_VICE, None, PRESIDENT, PRESIDENT),
    ],
)
def test_who_stands_above_whom(
    college: Organisation, account: str, section: str | None, department: str, vice: str
) -> None:
    asked = (college.section_head(account), college.department_head(account), college.vice_president(account))
    assert asked == (section, department, vice)


def test_a_section_belongs_to_its_department(college: Organisation) -> None:
    assert college.department_of(TEACHER) == "信息工程系"
    assert college.department_of("T1012") == "党政办公室"
    assert college.department_of(TEACHING_VICE) is None
    assert college.parent("信息工程系第一教研室") == "信息工程系"
    assert college.parent("校领导") is None


def test_heads_are_those_of_departments(college: Organisation) -> None:
    heads = [account for account in college.people if college.is_head(account)]
    assert len(heads) == 11
    assert not {SECTION_HEAD, PRESIDENT, "T1012", TEACHER} & set(heads)


def test_posts_are_held_by_those_on_duty_in_order_of_staff_number(college: Organisation) -> None:
    assert college.holder("后勤保障处", "车队调度") == "T1038"
    assert college.holders("后勤保障处", "驾驶员") == ("T1039", "T1040", "T1041")
    assert away(college, "T1039").holder("后勤保障处", "驾驶员") == "T1040"
    assert college.holder("财务处", "驾驶员") is None
    assert college.secretary() == SECRETARY


def test_only_those_on_duty_are_present(college: Organisation) -> None:
    assert college.present(TEACHER)
    assert not any(college.present(account) for account in ("T1078", "T1079", "T1080", "nobody"))


Asking = Callable[[Organisation, str], str | None]
QUESTIONS: dict[str, Asking] = {
    "section": Organisation.section_head,
    "department": Organisation.department_head,
    "vice": Organisation.vice_president,
    "president": lambda college, _: college.president(),
}


@pytest.mark.parametrize(
    ("question", "applicant", "gone", "signer"),
    [
        ("section", TEACHER, (), SECTION_HEAD),
        ("section", TEACHER, (SECTION_HEAD,), DEPARTMENT_HEAD),
        ("section", TEACHER, (SECTION_HEAD, DEPARTMENT_HEAD), TEACHING_VICE),
        ("section", TEACHER, (SECTION_HEAD, DEPARTMENT_HEAD, TEACHING_VICE), PRESIDENT),
        ("section", TEACHER, (SECTION_HEAD, DEPARTMENT_HEAD, TEACHING_VICE, PRESIDENT), SECRETARY),
        ("section", SECTION_HEAD, (), DEPARTMENT_HEAD),  # the applicant is the approver: one level up
        ("section", "T1050", (), DEPARTMENT_HEAD),  # in no section
        ("section", "T1012", (), "T1005"),
        ("department", DEPARTMENT_HEAD, (), TEACHING_VICE),
        ("department", DEPARTMENT_HEAD, (TEACHING_VICE,), PRESIDENT),
        ("department", TEACHING_VICE, (), PRESIDENT),
        ("department", PRESIDENT, (), SECRETARY),
        ("department", SECRETARY, (), PRESIDENT),
        ("vice", TEACHING_VICE, (), PRESIDENT),
        ("vice", PRESIDENT, (), SECRETARY),
        ("vice", TEACHER, (TEACHING_VICE,), PRESIDENT),
        ("president", PRESIDENT, (), SECRETARY),
        ("president", TEACHER, (PRESIDENT,), SECRETARY),
    ],
)
def test_who_signs(college: Organisation, question: str, applicant: str, gone: tuple[str, ...], signer: str) -> None:
    office = away(college, *gone)
    assert office.approver(QUESTIONS[question](office, applicant), for_=applicant) == signer


def test_whoever_asks_a_present_other_person_signs(college: Organisation) -> None:
    office = away(college, SECTION_HEAD, "T1005", "T1023", OFFICE_VICE)
    for applicant in office.people:
        for question in QUESTIONS.values():
            signer = office.approver(question(office, applicant), for_=applicant)
            assert signer != applicant
            assert office.present(signer)


def test_a_vacant_post_is_answered_by_the_next_one_up(college: Organisation) -> None:
    headless = changed(changed(college, "信息工程系第一教研室", head=None), "信息工程系", head=None)
    assert headless.section_head(TEACHER) is None
    assert headless.department_head(TEACHER) == TEACHING_VICE
    assert changed(headless, "信息工程系", vice=None).head_of("信息工程系") == PRESIDENT
    assert headless.approver(headless.section_head(TEACHER), for_=TEACHER) == TEACHING_VICE


def test_a_section_may_have_its_own_vice_president(college: Organisation) -> None:
    own = changed(college, "信息工程系第一教研室", vice=OFFICE_VICE)
    assert own.vice_president(TEACHER) == OFFICE_VICE
    assert own.vice_president("T1047") == TEACHING_VICE


def test_a_head_on_the_books_of_their_own_section_does_not_ask_their_section_head(college: Organisation) -> None:
    moved = replace(college.people[DEPARTMENT_HEAD], department="信息工程系第一教研室")
    office = replace(college, people={**college.people, DEPARTMENT_HEAD: moved})
    assert office.section_head(DEPARTMENT_HEAD) is None
    assert office.superior(DEPARTMENT_HEAD) == TEACHING_VICE


def test_a_head_who_retired_is_stood_in_for(college: Organisation) -> None:
    left = {account: member for account, member in college.people.items() if account != DEPARTMENT_HEAD}
    office = replace(college, people=left)
    assert office.approver(office.department_head(TEACHER), for_=TEACHER) == TEACHING_VICE


def test_one_level_up(college: Organisation) -> None:
    line = ("T1042", "T1021", "T1003", "T1001", "T1002")
    assert college.superiors(TEACHER) == line
    assert [college.superior(account) for account in line] == ["T1021", "T1003", "T1001", "T1002", "T1001"]
    assert college.stand_in(TEACHER) == TEACHER
    assert away(college, TEACHER).stand_in(TEACHER) == SECTION_HEAD


def test_nobody_there_names_the_post_and_the_administrator(college: Organisation) -> None:
    office = away(college, DEPARTMENT_HEAD, TEACHING_VICE, PRESIDENT, SECRETARY)
    with pytest.raises(NobodyThere, match=r"信息工程系负责人（杨霞雨）.*管理员") as refused:
        office.approver(office.department_head(TEACHER), for_=TEACHER)
    assert (refused.value.status, refused.value.code) == (422, "nobody_there")


def test_a_unit_that_is_not_there_is_nobodys(college: Organisation) -> None:
    with pytest.raises(NobodyThere, match="部门「人事处」"):
        college.head_of("人事处")
    with pytest.raises(NobodyThere, match="组织机构"):
        Organisation({}, {}).president()
    with pytest.raises(NobodyThere, match="校长、党委书记"):
        Organisation({}, {"校领导": Unit("校领导", None, None, None)}).president()


def test_the_organisation_on_record_is_the_sample_without_the_retired(session: Session, college: Organisation) -> None:
    assert organisation(session) == college
    assert "T1080" not in organisation(session).people


def test_the_display_name_is_department_name_and_phone(session: Session) -> None:
    person = session.get_one(Person, TEACHER)
    assert person.display_name == "信息工程系第一教研室-曹艳超-10000001043"
