"""Each kind over REST, from the form to its outcome, everyone acting as themselves."""

import pytest

from tests.gateway import office
from tests.gateway.office import good, leave, person, seal, stamping, trip, vehicle


def test_leave_of_a_day_is_approved_by_the_section_head() -> None:
    number = person(office.TEACHER).submit("leave", leave())
    assert person(office.SECTION_HEAD).decide(number, opinion="同意")["status"] == "approved"
    read = person(office.TEACHER).read(number)
    (host,) = read["steps"][0]["rounds"][0]["items"]
    assert (host["person"]["account"], host["verdict"], host["opinion"]) == (office.SECTION_HEAD, "agree", "同意")
    assert [entry["act"] for entry in read["journal"]][:3] == ["submitted", "opened", "decided"]


def test_leave_of_seven_days_also_asks_hr() -> None:
    number = person(office.TEACHER).submit("leave", leave(days=7))
    assert person(office.HEAD).decide(number)["status"] == "open"
    assert person(office.HR_CLERK).decide(number, opinion="余额足够")["status"] == "open"
    assert person(office.HR_HEAD).decide(number)["status"] == "approved"
    told = person(office.HR_HEAD).read(number)["notices"]
    assert {each["person"]["account"] for each in told if each["topic"] == "reading"} == {office.HR_HEAD}


def test_the_preview_shows_who_will_sign_and_demands_no_attachment() -> None:
    form = leave(days=20, leave_type="sick")
    shown = good(person(office.TEACHER).post("/api/requests/preview", {"kind": "leave", "form": form}))
    assert shown["days"] == "20"
    assert [step["host"]["account"] for step in shown["route"]] == [office.HEAD, office.HR_HEAD, office.VICE]
    assert shown["route"][1]["handlers"][0] == {"account": "T1033", "name": "萧勇海", "department": "组织人事处"}


@pytest.mark.usefixtures("motor_pool")
def test_a_car_is_dispatched_from_those_that_are_free_and_taken_back() -> None:
    number = person(office.SECRETARY).submit("vehicle", vehicle(ahead=20))
    person(office.HEAD).decide(number)
    asked = person(office.DISPATCHER).item(number)["fields_schema"]["properties"]
    assert asked["plate"]["enum"] == ["京A00001", "京A00002"]
    assert asked["driver"]["x-labels"] == {"T1039": "傅欣桂", "T1040": "韩洋"}
    person(office.DISPATCHER).decide(number, fields={"plate": "京A00001", "driver": office.DRIVER})
    assert person(office.DRIVER).item(number)["role"] == "handler"
    person(office.DRIVER).decide(number, fields=trip(fuel="120.50"))
    assert person(office.DISPATCHER).decide(number)["status"] == "approved"


def test_a_contract_is_countersigned_by_three_and_stamped_by_its_keeper() -> None:
    number = person(office.TEACHER).submit("seal", seal(office.TEACHER, category="contract", seal="contract"))
    person(office.HEAD).decide(number)
    for each in (office.FINANCE, office.AUDIT, office.LEGAL):
        person(each).decide(number, opinion="无意见")
    person(office.VICE).decide(number)
    assert person(office.CONTRACT_KEEPER).decide(number, fields=stamping())["status"] == "approved"


def test_the_host_decides_at_once_when_a_countersigner_refuses() -> None:
    number = person(office.TEACHER).submit("seal", seal(office.TEACHER, category="contract", seal="contract"))
    person(office.HEAD).decide(number)
    person(office.AUDIT).decide(number, "refuse", opinion="价格过高")
    assert person(office.VICE).decide(number, "refuse", opinion="请重新询价")["status"] == "refused"


def test_an_inbox_is_ordered_by_what_is_due_first() -> None:
    for _ in range(2):
        person("T1047").submit("leave", leave("T1047"))
    due = [each["due_at"] for each in good(person("T1046").get("/api/inbox"))]
    assert len(due) == 2
    assert due == sorted(due)
