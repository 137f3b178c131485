"""Versions of the rules: new requests begin with the newest, open ones keep theirs; what would change is shown."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import Session

from flows.engine import rules
from flows.engine.kind import kinds
from flows.engine.prospects import prospects
from flows.engine.rule_versions import add_version, newest, versions
from models.record import Request, RuleTable
from models.refusals import Invalid, TooLate
from tests.flows import sample
from tests.flows.acting import ask, says
from tests.flows.sample import NOW

ADMINISTRATOR, OTHER, ASKS = "T1031", "T1005", "T1043"  # who asks is in the section of 高涛伟
LEAVE, SEAL, VEHICLE = kinds()["leave"], kinds()["seal"], kinds()["vehicle"]


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    """Versions of a test are rolled back, so they may not be remembered."""
    rules._read.clear()
    yield
    rules._read.clear()


def changed(session: Session, kind: Any = LEAVE, **to: Any) -> RuleTable:
    now_valid = newest(session, kind, NOW)
    return add_version(session, kind, now_valid.rules | to, now_valid.version, ADMINISTRATOR, NOW)


def test_new_requests_begin_with_the_newest_version_and_open_ones_keep_theirs(session: Session) -> None:
    old = ask(session, sample.leave_of(2), ASKS)
    made = changed(session, section_days="2")
    new = ask(session, sample.leave(start="2026-11-30", end="2026-12-01"), ASKS)
    assert made.version == old.rule_version + 1 == new.rule_version
    says(session, sample.HEAD, old)  # as the older rules have it
    assert old.status == "approved"
    assert says(session, sample.SECTION_HEAD, new).status == "approved"


def test_versions_are_added_each_with_its_maker(session: Session) -> None:
    first = newest(session, LEAVE, NOW).version
    changed(session, longest_days=100)
    changed(session, longest_days=90)
    latest, before, *_ = versions(session, LEAVE)
    assert [(each.version, each.made_by) for each in (latest, before)] == [
        (first + 2, ADMINISTRATOR),
        (first + 1, ADMINISTRATOR),
    ]
    assert (latest.rules["longest_days"], before.rules["longest_days"]) == (90, 100)


def test_of_two_administrators_at_once_the_second_is_told_who_was_first(session: Session) -> None:
    seen = newest(session, LEAVE, NOW)
    changed(session, longest_days=100)
    with pytest.raises(TooLate, match=rf"沈晨英 已于 .* 保存了请假规则的第 {seen.version + 1} 版"):
        add_version(session, LEAVE, seen.rules | {"longest_days": 90}, seen.version, OTHER, NOW)


@pytest.mark.parametrize(
    ("to", "field", "told"),
    [
        ({"section_days": "一"}, "section_days", "应为数字"),
        ({"longest_days": 0}, "longest_days", "不能小于 1"),
        ({"hr": "人事部"}, "hr", "没有部门「人事部」"),
        ({"proven": ["wedding"]}, "proven", "第 1 项可选：'personal'"),
        ({"proven": "marriage"}, "proven", "应为 JSON 列表"),
        ({"colour": "red"}, "colour", "没有这一栏"),
        ({"ladder": []}, "ladder", "第一级应为 0 个工时"),
        ({"ladder": [{"after_hours": 0, "channels": ["pigeon"]}]}, "ladder", "第 1 项「channels」第 1 项可选"),
    ],
)
def test_a_rule_that_does_not_hold_is_named(session: Session, to: dict[str, Any], field: str, told: str) -> None:
    with pytest.raises(Invalid) as refused:
        changed(session, **to)
    assert set(refused.value.detail["fields"]) == {field}
    assert told in refused.value.detail["fields"][field]


def test_a_rule_left_out_is_not_filled_in_silently(session: Session) -> None:
    now_valid = newest(session, LEAVE, NOW)
    given = {name: value for name, value in now_valid.rules.items() if name != "hr_days"}
    with pytest.raises(Invalid, match=r"人事处办结.*必填"):
        add_version(session, LEAVE, given, now_valid.version, ADMINISTRATOR, NOW)


def test_saving_without_a_change_makes_no_version(session: Session) -> None:
    with pytest.raises(Invalid, match="没有修改"):
        changed(session)


def test_each_seal_has_a_keeper_and_each_countersigning_department_is_there(session: Session) -> None:
    keepers = newest(session, SEAL, NOW).rules["keepers"]
    with pytest.raises(Invalid, match="缺少监印人：党委章"):
        changed(session, SEAL, keepers={name: kept for name, kept in keepers.items() if name != "party"})
    with pytest.raises(Invalid, match="没有部门「保密处」"):
        changed(session, SEAL, countersign=["财务处", "保密处"])


def lines(session: Session, request: Request, version: int) -> list[tuple[str, str, tuple[str, ...]]]:
    """Of a request's comparison: the step's key before, after, and what differs."""
    found = prospects(session, kinds()[request.kind], version, NOW)
    (mine,) = [each for each in found if each.request.id == request.id]
    assert not mine.refused
    return [
        (line.before.key if line.before else "", line.after.key if line.after else "", line.differs)
        for line in mine.lines
    ]


def test_what_a_newer_version_would_change_is_shown_step_by_step(session: Session) -> None:
    request = ask(session, sample.leave_of(2), ASKS)
    assert lines(session, request, changed(session, section_days="2").version) == [
        ("head", "", ()),
        ("", "section", ()),
    ]
    contract = ask(session, sample.seal(category="contract"))
    made = changed(session, SEAL, countersign=["财务处"])
    assert lines(session, contract, made.version) == [
        ("head", "head", ()),
        ("countersign", "countersign", ("countersigners",)),
        ("stamp", "stamp", ()),
    ]


def test_a_form_that_the_newer_rules_refuse_says_why(session: Session) -> None:
    request = ask(session, sample.leave_of(10, substitute=sample.COLLEAGUE), ASKS)
    made = changed(session, longest_days=5)
    (mine,) = [each for each in prospects(session, LEAVE, made.version, NOW) if each.request.id == request.id]
    assert (mine.lines, mine.refused) == ((), "终止日期：一次请假不能超过 5 天，请分次申请")


def test_neither_finished_requests_nor_those_of_the_newest_version_are_listed(session: Session) -> None:
    finished = says(session, sample.SECTION_HEAD, ask(session, sample.leave_of(1), ASKS))
    made = changed(session, longest_days=100)
    new = ask(session, sample.leave(start="2026-11-30", end="2026-11-30"), ASKS)
    listed = {each.request.id for each in prospects(session, LEAVE, made.version, NOW)}
    assert not listed & {finished.id, new.id}
