"""Each kind from form to filed sheet, as people see it: statuses, the run's timeline, the printed page."""

from datetime import datetime
from pathlib import Path

import pytest

from models.settings import settings
from tests.journeys.college import (
    AUDIT,
    DISPATCHER,
    FINANCE,
    HEAD,
    HR_CLERK,
    HR_HEAD,
    LEGAL,
    SEAL_KEEPER,
    SECRETARY,
    TEACHER,
    VICE,
    Colleague,
    contract,
    leave,
    trip,
)
from tests.journeys.timeline import artifacts, ended, eventually_shows, suspended
from tests.printouts.reading import opened, text_of

pytestmark = pytest.mark.journey


def sheet(home: Path, who: Colleague, number: str, copy: str = "archive") -> bytes:
    """The one filed sheet of this copy; all its fonts are embedded."""
    (filed,) = [each for each in who.read(number)["sheets"] if each["copy"] == copy]
    pdf: bytes = (home / filed["path"]).read_bytes()
    with opened(pdf) as document:
        fonts = [font for page in document.pages for font in page.resources.Font.values()]
        described = [font.DescendantFonts[0].FontDescriptor for font in fonts]
        assert described
        assert all("/FontFile2" in each or "/FontFile3" in each for each in described)
    return pdf


def test_leave_of_nine_days_goes_to_its_sheet(home: Path) -> None:
    number = TEACHER.submit("leave", leave(days=9))
    assert suspended(number)["parameters"] == {"request_id": TEACHER.read(number)["id"]}
    assert HEAD.decide(number, opinion="同意，课已调好。")["status"] == "open"
    suspended(number)
    HR_CLERK.decide(number, opinion="已核九天。")
    assert HR_HEAD.decide(number, opinion="同意备案。")["status"] == "approved"
    run = ended(number)
    assert run["name"] == f"请假 {number}"
    assert run["state"]["name"] == "办结"
    assert run["tags"] == ["请假"]
    shown = eventually_shows(
        number,
        "主办 部门负责人审批 杨霞雨 待办",
        "主办 部门负责人审批 杨霞雨 同意",
        "经办 人事处审核 萧勇海 同意",
        "主办 人事处审核 于远 同意",
        "流程单归档 归档联",
        "落账",
    )
    assert shown.index("主办 部门负责人审批 杨霞雨 待办") < shown.index("主办 部门负责人审批 杨霞雨 同意")
    links = artifacts(number)
    assert list(links) == [f"{number.lower()}-archive"]
    assert f"/api/requests/{number}/sheet" in links[f"{number.lower()}-archive"]
    text = text_of(sheet(home, TEACHER, number))
    for printed in (number, "冯文海", "杨霞雨", "同意，课已调好。", "萧勇海", "已核九天。", "于远", "同意备案。"):
        assert printed in text


def test_vehicle_out_of_the_city_gets_a_dispatch_slip_and_then_its_sheet(home: Path) -> None:
    number = SECRETARY.submit("vehicle", trip())
    HEAD.decide(number, opinion="同意。")
    VICE.decide(number, opinion="注意安全。")
    offered = DISPATCHER.item(number)["fields_schema"]["properties"]
    plate, driver = (offered[name]["enum"][0] for name in ("plate", "driver"))
    DISPATCHER.decide(number, fields={"plate": plate, "driver": driver})
    suspended(number)
    slip = text_of(sheet(home, SECRETARY, number, "dispatch"))
    assert all(printed in slip for printed in (number, plate, "注意安全。"))
    during = {"departed_at": trip()["depart_at"], "returned_at": trip()["return_at"]}
    Colleague(driver).decide(number, fields={"odometer_start": 48210, "odometer_end": 48467, **during})
    DISPATCHER.decide(number, opinion="车况良好。")
    assert ended(number)["state"]["name"] == "办结"
    assert set(artifacts(number)) == {f"{number.lower()}-dispatch", f"{number.lower()}-archive"}
    text = text_of(sheet(home, SECRETARY, number))
    assert all(printed in text for printed in (number, plate, "48467", "车况良好。"))
    shown = eventually_shows(number, "流程单归档 派车联", "流程单归档 归档联")
    assert shown.count("流程单归档 派车联") == 1


def test_contract_is_countersigned_by_three_and_the_stamps_are_counted(home: Path) -> None:
    number = SECRETARY.submit("seal", contract())
    HEAD.decide(number)
    for who, opinion in ((FINANCE, "预算已核。"), (AUDIT, "程序合规。"), (LEGAL, "条款无异议。")):
        who.decide(number, opinion=opinion)
    VICE.decide(number, opinion="同意签订。")
    now = datetime.now(settings().zone).isoformat()
    count = {"stamps_used": 8, "stamps_spoiled": 0, "stamped_at": now, "collected_by": "胡娟"}
    assert SEAL_KEEPER.decide(number, fields=count)["status"] == "approved"
    assert ended(number)["state"]["name"] == "办结"
    text = text_of(sheet(home, SECRETARY, number))
    for printed in (number, "曾远", "预算已核。", "张军英", "程序合规。", "冯桐", "条款无异议。", "同意签订。", "8"):
        assert printed in text
    step = "会签与分管校领导审批"
    eventually_shows(number, f"会签 {step} 曾远 同意", f"会签 {step} 张军英 同意", f"会签 {step} 冯桐 同意")
