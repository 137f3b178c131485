"""Wrong decisions: 4xx that names the field in Chinese; nothing changed, the item stays open."""

import pytest

from tests.gateway.office import (
    AUDIT,
    DISPATCHER,
    DRIVER,
    FINANCE,
    HEAD,
    OFFICE_HEAD,
    SEAL_KEEPER,
    SECOND_DRIVER,
    SECRETARY,
    SECTION_HEAD,
    TEACHER,
    As,
    Json,
    leave,
    moment,
    nothing_changed,
    refused,
    seal,
    stamping,
    trip,
    vehicle,
)


def _wrong(who: As, number: str, body: Json, label: str, field: str, status: int = 422) -> None:
    path = f"/api/work-items/{who.item(number)['id']}/decision"
    with nothing_changed():
        detail = refused(who.post(path, body), status, f"{label}：")
    assert field in detail.get("fields", {detail.get("field"): ""})
    assert who.item(number)["actions"]


@pytest.fixture(scope="module")
def a_leave() -> str:
    return TEACHER.submit("leave", leave())


@pytest.fixture(scope="module")
def a_trip(motor_pool: None) -> str:  # noqa: ARG001 - there first
    """For six people, at the dispatcher."""
    number = SECRETARY.submit("vehicle", vehicle(ahead=30, passengers=6))
    HEAD.decide(number)
    return number


@pytest.fixture(scope="module")
def a_stamping() -> str:
    """Two copies of one stamp, at the keeper of the seal."""
    number = TEACHER.submit("seal", seal())
    HEAD.decide(number)
    OFFICE_HEAD.decide(number)
    return number


@pytest.mark.parametrize(
    ("body", "label", "field"),
    [
        ({"verdict": "withdraw"}, "处理意见", "verdict"),
        ({"verdict": "refuse"}, "意见", "opinion"),
        ({"verdict": "refuse", "opinion": " \n"}, "意见", "opinion"),
        ({"verdict": "return", "to": "initiator"}, "意见", "opinion"),
        ({"verdict": "agree", "opinion": "响\a铃"}, "意见", "opinion"),
        ({"verdict": "return", "opinion": "?", "to": "president"}, "退回到", "to"),
        ({"verdict": "return", "opinion": "?", "to": "section"}, "退回到", "to"),
        ({"verdict": "agree", "to": "initiator"}, "退回到", "to"),
        ({"verdict": "agree", "fields": {"plate": "京A00001"}}, "填写栏目", "plate"),
        ({"verdict": "agree", "form": {}}, "修改后的表单", "form"),
    ],
)
def test_a_wrong_decision_names_the_field(a_leave: str, body: Json, label: str, field: str) -> None:
    _wrong(SECTION_HEAD, a_leave, body, label, field)


@pytest.mark.parametrize(
    ("fields", "label", "field"),
    [
        ({"plate": "京A00001", "driver": DRIVER.account}, "车号", "plate"),
        ({"plate": "京A00003", "driver": DRIVER.account}, "车号", "plate"),
        ({"plate": "京B99999", "driver": DRIVER.account}, "车号", "plate"),
        ({"plate": "", "driver": DRIVER.account}, "车号", "plate"),
        ({"plate": "京A00002"}, "驾驶员", "driver"),
        ({"plate": "京A00002", "driver": TEACHER.account}, "驾驶员", "driver"),
        ({"plate": "京A00002", "driver": "T9999"}, "驾驶员", "driver"),
        ({}, "车号", "plate"),
        ({"plate": "京A00002", "driver": DRIVER.account, "seats": 18}, "seats", "seats"),
    ],
    ids=["seats", "insurance", "unknown", "empty", "no driver", "no licence", "nobody", "nothing", "more"],
)
def test_a_car_that_will_not_do_is_refused(a_trip: str, fields: Json, label: str, field: str) -> None:
    _wrong(DISPATCHER, a_trip, {"verdict": "agree", "fields": fields}, label, field)


def test_a_booked_car_or_driver_is_refused_with_whose_it_is(a_trip: str) -> None:
    first = SECRETARY.submit("vehicle", vehicle(ahead=30))
    HEAD.decide(first)
    DISPATCHER.decide(first, fields={"plate": "京A00002", "driver": DRIVER.account})
    booked = {"plate": "京A00002", "driver": SECOND_DRIVER.account}
    _wrong(DISPATCHER, a_trip, {"verdict": "agree", "fields": booked}, "车号", "plate", status=409)
    number = SECRETARY.submit("vehicle", vehicle(ahead=30))
    HEAD.decide(number)
    driving = {"plate": "京A00001", "driver": DRIVER.account}
    _wrong(DISPATCHER, number, {"verdict": "agree", "fields": driving}, "驾驶员", "driver")


@pytest.mark.usefixtures("motor_pool")
def test_the_drivers_figures_must_hold() -> None:
    number = SECRETARY.submit("vehicle", vehicle(ahead=40))
    HEAD.decide(number)
    DISPATCHER.decide(number, fields={"plate": "京A00001", "driver": DRIVER.account})
    for change, label, field in (
        ({"odometer_end": 999}, "收车里程表（公里）", "odometer_end"),
        ({"odometer_end": -1}, "收车里程表（公里）", "odometer_end"),
        ({"odometer_end": "1060"}, "收车里程表（公里）", "odometer_end"),
        ({"returned_at": moment(9)}, "实际返回", "returned_at"),
        ({"fuel": "NaN"}, "油料费（元）", "fuel"),
        ({"tolls": 10**9}, "过路费（元）", "tolls"),
    ):
        _wrong(DRIVER, number, {"verdict": "agree", "fields": trip(**change)}, label, field)


@pytest.mark.parametrize(
    ("change", "label", "field"),
    [
        ({"stamps_used": 3}, "实际用印数", "stamps_used"),
        ({"stamps_used": 10**30}, "实际用印数", "stamps_used"),
        ({"stamps_used": -1}, "实际用印数", "stamps_used"),
        ({"stamps_used": None}, "实际用印数", "stamps_used"),
        ({"stamps_spoiled": -1}, "作废数", "stamps_spoiled"),
        ({"stamped_at": moment(-5)}, "用印时间", "stamped_at"),
        ({"collected_by": "长" * 51}, "领取人", "collected_by"),
    ],
)
def test_the_keepers_count_stays_within_what_was_granted(a_stamping: str, change: Json, label: str, field: str) -> None:
    _wrong(SEAL_KEEPER, a_stamping, {"verdict": "agree", "fields": stamping(**change)}, label, field)


def test_a_countersigner_cannot_end_the_flow() -> None:
    number = TEACHER.submit("seal", seal(category="contract", seal="contract"))
    HEAD.decide(number)
    assert "finish" not in FINANCE.item(number)["actions"]
    _wrong(AUDIT, number, {"verdict": "finish"}, "处理意见", "verdict")


def test_an_amended_form_is_checked_like_a_new_one() -> None:
    number = TEACHER.submit("leave", leave())
    SECTION_HEAD.decide(number, "return", opinion="?", to="initiator")
    backwards = leave() | {"end": "2020-01-01"}
    _wrong(TEACHER, number, {"verdict": "agree", "form": backwards}, "终止日期", "end")
    _wrong(TEACHER, number, {"verdict": "agree", "fields": {"x": 1}}, "填写栏目", "fields")
