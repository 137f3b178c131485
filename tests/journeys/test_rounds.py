"""Back to the initiator and once more; taken back while the run waits."""

from pathlib import Path

import pytest

from tests.journeys.college import HEAD, SECOND_TEACHER, TEACHER, leave
from tests.journeys.test_to_the_sheet import sheet
from tests.journeys.timeline import ended, eventually_shows, suspended
from tests.printouts.reading import text_of

pytestmark = pytest.mark.journey


def test_returned_leave_is_amended_and_agreed_in_a_second_round(home: Path) -> None:
    form = leave()
    number = TEACHER.submit("leave", form)
    first = suspended(number)
    HEAD.decide(number, "return", to="initiator", opinion="请写明交接安排。")
    assert suspended(number)["run_count"] == first["run_count"] + 1
    TEACHER.decide(number, form={**form, "reason": "回乡照顾父母，课程已交接"})
    suspended(number)
    HEAD.decide(number, opinion="已写明，同意。")
    assert ended(number)["state"]["name"] == "办结"
    eventually_shows(
        number,
        "主办 部门负责人审批 杨霞雨 退回",
        "发起人 发起人修改 冯文海 待办(第2轮)",
        "主办 部门负责人审批 杨霞雨 同意(第2轮)",
    )
    text = text_of(sheet(home, TEACHER, number))
    assert all(printed in text for printed in ("课程已交接", "请写明交接安排。", "已写明，同意。"))


def test_leave_is_withdrawn_while_its_run_is_suspended(home: Path) -> None:
    number = SECOND_TEACHER.submit("leave", leave(SECOND_TEACHER))
    suspended(number)
    SECOND_TEACHER.post(f"/api/requests/{number}/withdraw", {"reason": "行程取消"})
    run = ended(number)
    assert run["state"]["name"] == "撤回"
    assert not [each for each in HEAD.get("/api/inbox") if each["number"] == number]
    shown = SECOND_TEACHER.read(number)
    assert (shown["status"], shown["waiting_for"]) == ("withdrawn", [])
    assert shown["steps"][0]["rounds"][0]["items"][0]["state"] == "superseded"
    assert "撤回" in text_of(sheet(home, SECOND_TEACHER, number))
