"""Back to the initiator and once more; taken back while the run waits."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from flows.engine.acts.signers import add_signer
from flows.engine.decide import Choice, decide
from models.database import transaction
from models.route import Verdict, Where
from tests.journeys.college import (
    AUDIT,
    FINANCE,
    HEAD,
    HR_HEAD,
    LEGAL,
    SEAL_KEEPER,
    SECOND_TEACHER,
    SECRETARY,
    TEACHER,
    VICE,
    contract,
    leave,
)
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


def test_straight_back_and_a_countersigner_beside_each_round_under_its_own_name(home: Path) -> None:
    number = SECRETARY.submit("seal", contract())
    HEAD.decide(number)
    FINANCE.decide(number, opinion="资金已列入预算。")
    with transaction() as session:
        item = UUID(AUDIT.item(number)["id"])
        add_signer(session, AUDIT.account, item, HR_HEAD.account, Where.beside, "", datetime.now(UTC))
        item = UUID(LEGAL.item(number)["id"])
        straight = Choice(Verdict.give_back, "第七条请再核对。", to="previous", straight=True)
        decide(session, LEGAL.account, item, straight, datetime.now(UTC))
    suspended(number)
    HEAD.decide(number, opinion="已核对。")
    for each in (AUDIT, HR_HEAD, LEGAL, VICE):
        each.decide(number)
    now = datetime.now(UTC).isoformat()
    SEAL_KEEPER.decide(number, fields={"stamps_used": 8, "stamped_at": now, "collected_by": "胡娟"})
    assert ended(number)["state"]["name"] == "办结"
    step = "会签与分管校领导审批"
    shown = eventually_shows(
        number,
        f"会签 {step} 冯桐 退回",
        "主办 部门负责人审批 杨霞雨 同意(第2轮)",
        f"会签 {step} 于远（并加签） 同意(第2轮)",
        f"会签 {step} 冯桐 同意(第2轮)",
    )
    assert [name for name in shown if "曾远" in name and "第2轮" in name] == []
    text = text_of(sheet(home, SECRETARY, number))
    assert all(printed in text for printed in ("资金已列入预算。", "会签（并加签）：同意", "第七条请再核对。"))


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
