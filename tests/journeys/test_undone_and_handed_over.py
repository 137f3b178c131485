"""撤销 of an approved trip frees its car; 移交 of a leaver's work, which a colleague then finishes."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.journeys.college import (
    DISPATCHER,
    HEAD,
    HR_CLERK,
    SECRETARY,
    SUBSTITUTE,
    TEACHER,
    VICE,
    Colleague,
    Json,
    leave,
    trip,
)
from tests.journeys.test_to_the_sheet import sheet
from tests.journeys.timeline import carried, ended, eventually_shows, suspended
from tests.printouts.reading import text_of

pytestmark = pytest.mark.journey


def to_the_dispatcher(form: Json) -> str:
    number = SECRETARY.submit("vehicle", form)
    HEAD.decide(number)
    VICE.decide(number)
    return number


def offered(number: str, field: str) -> list[str]:
    return list(DISPATCHER.item(number)["fields_schema"]["properties"][field]["enum"])


def come_home(number: str, driver: Colleague) -> None:
    """The trip is over before its time."""
    now = datetime.now(UTC)
    hours = {"departed_at": (now - timedelta(hours=2)).isoformat(), "returned_at": now.isoformat()}
    driver.decide(number, fields={"odometer_start": 52_000, "odometer_end": 52_080, **hours})
    DISPATCHER.decide(number)


def test_revoking_an_approved_trip_frees_its_car(home: Path) -> None:
    form = trip()
    number = to_the_dispatcher(form)
    plate, driver = (offered(number, field)[0] for field in ("plate", "driver"))
    DISPATCHER.decide(number, fields={"plate": plate, "driver": driver})
    come_home(number, Colleague(driver))
    assert ended(number)["state"]["name"] == "办结"
    other = to_the_dispatcher(form)
    assert plate not in offered(other, "plate"), "the car is booked for the whole time that was asked for"
    SECRETARY.post(f"/api/requests/{number}/revoke", {"reason": "行程取消"})
    (revocation,) = [each["number"] for each in SECRETARY.get("/api/requests") if each["number"].startswith("CX")]
    suspended(revocation)
    assert SECRETARY.read(number)["status"] == "approved"
    DISPATCHER.decide(revocation, opinion="同意撤销。")
    assert ended(revocation)["state"]["name"] == "办结"
    carried(number)
    assert SECRETARY.read(number)["status"] == "revoked"
    assert plate in offered(other, "plate")
    assert "行程取消" in text_of(sheet(home, SECRETARY, revocation))


def test_what_a_leaver_has_not_finished_is_handed_over_and_finished_by_a_colleague(home: Path) -> None:
    numbers = [TEACHER.submit("leave", leave()), SECRETARY.submit("leave", leave(SECRETARY))]
    for number in numbers:
        suspended(number)
    body = {"person": HEAD.account, "to": SUBSTITUTE.account, "reason": "退休"}
    assert set(numbers) <= set(HR_CLERK.post("/api/hand-overs", body)["numbers"])
    for number in numbers:
        suspended(number)
        SUBSTITUTE.decide(number, "finish", opinion="同意。")
        assert ended(number)["state"]["name"] == "办结"
    step, (part,) = "主办 部门负责人审批", TEACHER.read(numbers[0])["steps"][0]["rounds"][0]["items"]
    assert part["person"]["account"] == SUBSTITUTE.account
    taken_over = part["person"]["name"]
    eventually_shows(numbers[0], f"{step} 杨霞雨 待办", f"{step} {taken_over} 同意并结束流程")
    assert f"{taken_over}（原办理人杨霞雨）" in text_of(sheet(home, TEACHER, numbers[0]))
