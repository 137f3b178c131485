"""What the kinds check beyond single fields, and how days are counted. Today is Friday 20 November 2026."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from flows import leave, seal, vehicle
from models.refusals import Invalid
from tests.flows import sample
from tests.flows.sample import NOW, by, leave_of

LEAVE, VEHICLE, SEAL = leave.KIND, vehicle.KIND, seal.KIND


def faults_of_leave(account: str = sample.TEACHER, **fields: Any) -> set[str]:
    """Names of the fields that are refused."""
    form = sample.leave(**fields)
    return faults(lambda: LEAVE.check(form, by(account), LEAVE.rules, NOW))


def faults(check: Callable[[], object]) -> set[str]:
    refused = refusal(check)
    if refused is None:
        return set()
    told: dict[str, str] = refused.detail["fields"]
    assert all(sentence and sentence in refused.message for sentence in told.values())
    return set(told)


def refusal(check: Callable[[], object]) -> Invalid | None:
    try:
        check()
    except Invalid as refused:
        return refused
    return None


# 请假


@pytest.mark.parametrize(
    "fields",
    [
        {"start": "2026-11-24", "end": "2026-11-23"},
        {"start_half": "pm", "end_half": "am"},
        {"start": "9999-12-31", "end": "2026-11-23"},
    ],
)
def test_a_leave_may_not_end_before_it_begins(fields: dict[str, str]) -> None:
    assert faults_of_leave(**fields) == {"end"}


@pytest.mark.parametrize(
    ("start", "refused"),
    [
        ("2026-10-20", {"start"}),  # 31 days back
        ("2026-10-21", set()),  # 补办
        ("2026-11-20", set()),
        ("2027-11-21", set()),
        ("2027-11-22", {"start"}),
        ("9999-12-31", {"start"}),
        ("0001-01-01", {"start"}),
    ],
)
def test_how_early_and_how_late_a_leave_may_be_entered(start: str, refused: set[str]) -> None:
    assert faults_of_leave(start=start, end=start) == refused


def test_a_leave_is_not_longer_than_a_year() -> None:
    a_year = {"start": "2026-11-23", "substitute": sample.COLLEAGUE}
    assert faults_of_leave(**a_year, end="2027-11-23") == set()
    assert faults_of_leave(**a_year, end="2027-11-24") == {"end"}
    assert faults_of_leave(**a_year, end="9999-12-31") == {"end"}


def test_a_leave_in_working_days_needs_one() -> None:
    weekend = {"start": "2026-11-21", "end": "2026-11-22"}
    assert faults_of_leave(leave_type="annual", **weekend) == {"end"}
    assert faults_of_leave(leave_type="personal", **weekend) == set()


def test_out_of_the_city_asks_where_to() -> None:
    assert faults_of_leave(out_of_city=True) == {"destination"}
    assert faults_of_leave(out_of_city=True, destination="大理") == set()


@pytest.mark.parametrize(
    ("account", "end", "substitute", "refused"),
    [
        (sample.TEACHER, "2026-11-24", None, set()),
        (sample.TEACHER, "2026-11-25", None, {"substitute"}),  # three days
        (sample.TEACHER, "2026-11-25", sample.COLLEAGUE, set()),
        (sample.HEAD, "2026-11-23", None, {"substitute"}),  # a head: from the first day
        (sample.HEAD, "2026-11-23", "T1022", set()),
        (sample.TEACHER, "2026-11-25", sample.TEACHER, {"substitute"}),
        (sample.TEACHER, "2026-11-25", sample.ABSENT, {"substitute"}),
        (sample.TEACHER, "2026-11-25", sample.RETIRED, {"substitute"}),
        (sample.TEACHER, "2026-11-23", "T9999", {"substitute"}),
    ],
)
def test_the_substitute(account: str, end: str, substitute: str | None, refused: set[str]) -> None:
    assert faults_of_leave(account, end=end, substitute=substitute) == refused


def test_every_field_at_fault_is_named_at_once() -> None:
    assert faults_of_leave(end="2026-11-30", out_of_city=True) == {"destination", "substitute"}


@pytest.mark.parametrize(
    ("leave_type", "days", "asked"),
    [
        ("sick", "2.5", None),
        ("sick", "3", "诊断证明"),
        ("marriage", "1", "婚假须附证明材料"),
        ("maternity", "1", "产假须附证明材料"),
        ("personal", "5", None),
        ("annual", "5", None),
        ("bereavement", "3", None),
    ],
)
def test_proof(leave_type: str, days: str, asked: str | None) -> None:
    told = LEAVE.proof(leave_of(days, leave_type=leave_type), by(sample.TEACHER), LEAVE.rules)
    assert (told is None) if asked is None else (told is not None and asked in told)


@pytest.mark.parametrize(
    ("leave_type", "start", "end", "days"),
    [
        ("personal", "2026-11-23 am", "2026-11-23 pm", "1"),
        ("personal", "2026-11-23 am", "2026-11-23 am", "0.5"),
        ("personal", "2026-11-23 pm", "2026-11-24 am", "1"),
        ("personal", "2026-11-27 am", "2026-11-30 pm", "4"),  # the weekend counts
        ("annual", "2026-11-27 am", "2026-11-30 pm", "2"),  # and here it does not
        ("official", "2026-11-27 pm", "2026-11-30 am", "1"),
        ("annual", "2026-09-30 pm", "2026-10-08 am", "1"),  # over National Day: half and half
        ("personal", "2026-09-30 pm", "2026-10-08 am", "8"),
        ("annual", "2026-10-09 am", "2026-10-10 pm", "2"),  # 调休: the Saturday is worked
        ("annual", "2026-10-01 am", "2026-10-07 pm", "0"),
        ("sick", "2026-10-01 am", "2026-10-07 pm", "7"),
        ("annual", "2026-11-21 pm", "2026-11-23 am", "0.5"),  # a half Saturday is nothing
    ],
)
def test_days_of_leave(leave_type: str, start: str, end: str, days: str) -> None:
    (first, first_half), (last, last_half) = start.split(), end.split()
    form = sample.leave(leave_type=leave_type, start=first, start_half=first_half, end=last, end_half=last_half)
    assert LEAVE.facts(form, by(sample.TEACHER), LEAVE.rules, NOW) == {"days": days}


# 用车


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({}, set()),
        ({"return_at": "2026-11-25T08:00:00+08:00"}, {"return_at"}),
        ({"return_at": "2026-12-10T08:00:00+08:00"}, set()),  # 15 days
        ({"return_at": "2026-12-10T08:00:01+08:00"}, {"return_at"}),
        ({"depart_at": "2026-11-20T08:59:00+08:00"}, {"depart_at"}),  # a minute ago
        ({"depart_at": "2027-02-18T09:00:01+08:00", "return_at": "2027-02-18T10:00:00+08:00"}, {"depart_at"}),
        ({"depart_at": "9999-12-31T23:00:00+08:00"}, {"depart_at", "return_at"}),
        ({"depart_at": "2026-11-25T00:00:00"}, set()),  # no zone: the organisation's own
    ],
)
def test_times_of_a_trip(fields: dict[str, str], refused: set[str]) -> None:
    form = sample.vehicle(**fields)
    assert faults(lambda: VEHICLE.check(form, by(sample.TEACHER), VEHICLE.rules, NOW)) == refused


@pytest.mark.parametrize(
    ("scope", "day", "short"),
    [
        ("city", "2026-11-20", True),
        ("city", "2026-11-21", False),  # today is the one working day before Saturday
        ("out_of_city", "2026-11-23", True),  # the weekend gives no time
        ("out_of_city", "2026-11-24", False),
        ("out_of_province", "2026-11-23", True),
        ("out_of_province", "2026-11-25", False),
    ],
)
def test_short_notice_counts_working_days(scope: str, day: str, short: bool) -> None:
    form = sample.vehicle(scope=scope, depart_at=f"{day}T18:00:00+08:00", return_at="2026-11-26T08:00:00+08:00")
    assert VEHICLE.facts(form, by(sample.TEACHER), VEHICLE.rules, NOW) == {"short_notice": short}


# 用印


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({}, set()),
        ({"take_out": True}, {"take_out_place", "take_out_until"}),
        ({"take_out": True, "take_out_place": "市政务中心"}, {"take_out_until"}),
        ({"take_out": True, "take_out_place": "市政务中心", "take_out_until": "2026-11-27T09:00:00+08:00"}, set()),
        (
            {"take_out": True, "take_out_place": "市政务中心", "take_out_until": "2026-11-27T09:00:01+08:00"},
            {"take_out_until"},
        ),
        (
            {"take_out": True, "take_out_place": "市政务中心", "take_out_until": "2026-11-20T09:00:00+08:00"},
            {"take_out_until"},
        ),
    ],
)
def test_a_seal_taken_out_is_a_loan_with_a_return_time(fields: dict[str, Any], refused: set[str]) -> None:
    form = sample.seal(**fields)
    assert faults(lambda: SEAL.check(form, by(sample.TEACHER), SEAL.rules, NOW)) == refused


def test_a_seal_request_always_needs_the_text_to_be_stamped() -> None:
    told = SEAL.proof(sample.seal(), by(sample.TEACHER), SEAL.rules)
    assert told is not None
    assert "不得加盖空白纸张" in told


def test_stamps_granted_are_copies_times_stamps() -> None:
    form = sample.seal(copies=3, stamps_per_copy=4)
    assert SEAL.facts(form, by(sample.TEACHER), SEAL.rules, NOW) == {"stamps_granted": 12}


@pytest.mark.parametrize(
    ("name", "value", "sound"),
    [
        ("copies", 0, False),
        ("copies", 1, True),
        ("copies", 1_000, True),
        ("copies", 1_000_000, False),
        ("stamps_per_copy", 0, False),
        ("reason", "", False),
        ("reason", "字" * 501, False),
        ("reason", "a\0b", False),
        ("document_title", "两\n行", False),
        ("unknown", 1, False),
        ("copies", "2", False),
        ("copies", True, False),
    ],
)
def test_single_fields_are_read_strictly_and_faults_are_told_by_name(name: str, value: Any, sound: bool) -> None:
    assert faults(lambda: sample.seal(**{name: value})) == (set() if sound else {name})


def test_days_are_exact_decimals() -> None:
    assert leave.days(leave_of("1.5"), by(sample.TEACHER), leave.LeaveRules()) == Decimal("1.5")
