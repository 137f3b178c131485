"""Each kind over REST, from the form to its outcome, everyone acting as themselves."""

import pytest

from tests.gateway.office import (
    AUDIT,
    CONTRACT_KEEPER,
    DISPATCHER,
    DRIVER,
    FINANCE,
    HEAD,
    HR_CLERK,
    HR_HEAD,
    LEGAL,
    SECRETARY,
    SECTION_HEAD,
    TEACHER,
    VICE,
    As,
    good,
    leave,
    seal,
    stamping,
    trip,
    vehicle,
)


def test_leave_of_a_day_is_approved_by_the_section_head() -> None:
    number = TEACHER.submit("leave", leave())
    assert SECTION_HEAD.decide(number, opinion="同意")["status"] == "approved"
    read = TEACHER.read(number)
    (host,) = read["steps"][0]["rounds"][0]["items"]
    assert (host["person"]["account"], host["verdict"], host["opinion"]) == (SECTION_HEAD.account, "agree", "同意")
    assert [entry["act"] for entry in read["journal"]][:3] == ["submitted", "opened", "decided"]


def test_leave_of_seven_days_also_asks_hr() -> None:
    number = TEACHER.submit("leave", leave(days=7))
    assert HEAD.decide(number)["status"] == "open"
    assert HR_CLERK.decide(number, opinion="余额足够")["status"] == "open"
    assert HR_HEAD.decide(number)["status"] == "approved"
    told = HR_HEAD.read(number)["notices"]
    assert {each["person"]["account"] for each in told if each["topic"] == "reading"} == {HR_HEAD.account}


def test_the_preview_shows_who_will_sign_and_demands_no_attachment() -> None:
    form = leave(days=20, leave_type="sick")
    shown = good(TEACHER.post("/api/requests/preview", {"kind": "leave", "form": form}))
    assert shown["days"] == "20"
    assert [step["host"]["account"] for step in shown["route"]] == [HEAD.account, HR_HEAD.account, VICE.account]
    assert shown["route"][1]["handlers"][0] == {"account": "T1033", "name": "萧勇海", "department": "组织人事处"}


@pytest.mark.usefixtures("motor_pool")
def test_a_car_is_dispatched_from_those_that_are_free_and_taken_back() -> None:
    number = SECRETARY.submit("vehicle", vehicle(ahead=20))
    HEAD.decide(number)
    asked = DISPATCHER.item(number)["fields_schema"]["properties"]
    assert asked["plate"]["enum"] == ["京A00001", "京A00002"]
    assert asked["driver"]["x-labels"] == {"T1039": "傅欣桂", "T1040": "韩洋"}
    DISPATCHER.decide(number, fields={"plate": "京A00001", "driver": DRIVER.account})
    assert DRIVER.item(number)["role"] == "handler"
    DRIVER.decide(number, fields=trip(fuel="120.50"))
    assert DISPATCHER.decide(number)["status"] == "approved"


def test_a_contract_is_countersigned_by_three_and_stamped_by_its_keeper() -> None:
    number = TEACHER.submit("seal", seal(category="contract", seal="contract"))
    HEAD.decide(number)
    for each in (FINANCE, AUDIT, LEGAL):
        each.decide(number, opinion="无意见")
    VICE.decide(number)
    assert CONTRACT_KEEPER.decide(number, fields=stamping())["status"] == "approved"


def test_the_host_decides_at_once_when_a_countersigner_refuses() -> None:
    number = TEACHER.submit("seal", seal(category="contract", seal="contract"))
    HEAD.decide(number)
    AUDIT.decide(number, "refuse", opinion="价格过高")
    assert VICE.decide(number, "refuse", opinion="请重新询价")["status"] == "refused"


def test_an_inbox_is_ordered_by_what_is_due_first() -> None:
    for _ in range(2):
        As("T1047").submit("leave", leave(As("T1047")))
    due = [each["due_at"] for each in good(As("T1046").get("/api/inbox"))]
    assert len(due) == 2
    assert due == sorted(due)
