"""The chains of FORMS.md, row by row, on the sample organisation."""

from dataclasses import replace
from decimal import Decimal
from itertools import product

import pytest

from flows import leave, seal, vehicle
from flows.leave import LeaveRules
from flows.seal import Category, Seal
from models.organisation import NobodyThere, Organisation, StaffState
from models.route import CountersignRule
from tests.flows import sample
from tests.flows.sample import by, chain, leave_of

LEAVE, VEHICLE, SEAL = leave.KIND, vehicle.KIND, seal.KIND


def leave_chain(account: str, days: str, among: Organisation | None = None) -> str:
    return chain(LEAVE.route(leave_of(days), by(account, among), LEAVE.rules))


# 请假: staff


@pytest.mark.parametrize(
    ("days", "asked"),
    [
        ("0.5", "section T1042"),
        ("1", "section T1042"),
        ("1.5", "head T1021"),
        ("6", "head T1021"),
        ("6.5", "head T1021 > hr T1007 with T1033"),
        ("7", "head T1021 > hr T1007 with T1033"),
        ("14", "head T1021 > hr T1007 with T1033"),
        ("14.5", "head T1021 > hr T1007 with T1033 > vice T1003"),
        ("15", "head T1021 > hr T1007 with T1033 > vice T1003"),
    ],
)
def test_a_teachers_leave(days: str, asked: str) -> None:
    assert leave_chain(sample.TEACHER, days) == asked


@pytest.mark.parametrize(
    ("days", "asked"),
    [
        ("0.5", "head T1021"),
        ("1", "head T1021"),
        ("1.5", "head T1021"),
        ("7", "head T1021 > hr T1007 with T1033"),
        ("15", "head T1021 > hr T1007 with T1033 > vice T1003"),
    ],
)
@pytest.mark.parametrize("account", [sample.SECRETARY, sample.SECTION_HEAD, "T1022"])
def test_without_a_section_head_above_the_department_head_at_once(account: str, days: str, asked: str) -> None:
    """The department's secretary, a section head's own leave, the deputy head."""
    assert leave_chain(account, days) == asked


# 请假: heads and leaders


@pytest.mark.parametrize(
    ("account", "days", "asked"),
    [
        (sample.HEAD, "0.5", "vice T1003"),
        (sample.HEAD, "2", "vice T1003"),
        (sample.HEAD, "2.5", "vice T1003 > president T1001"),
        (sample.HEAD, "3", "vice T1003 > president T1001"),
        (sample.HEAD, "15", "vice T1003 > president T1001"),
        (sample.HR_HEAD, "7", "vice T1004 > president T1001"),
        (sample.TEACHING_VICE, "1", "head T1001"),
        (sample.TEACHING_VICE, "7", "head T1001 > hr T1007 with T1033"),
        (sample.TEACHING_VICE, "15", "head T1001 > hr T1007 with T1033 > vice T1001"),
        (sample.PRESIDENT, "1", "head T1002"),
        (sample.PRESIDENT, "15", "head T1002 > hr T1007 with T1033 > vice T1002"),
        (sample.PARTY_SECRETARY, "1", "head T1001"),
        (sample.HR_CLERK, "7", "head T1007 > hr T1007 with T1007"),  # does not check their own balance
    ],
)
def test_leave_of_heads_and_leaders(account: str, days: str, asked: str) -> None:
    assert leave_chain(account, days) == asked


def test_every_leave_is_read_by_hr() -> None:
    assert LEAVE.readers(leave_of(1), by(sample.TEACHER), LEAVE.rules) == (sample.HR_HEAD,)


def test_the_limits_are_data() -> None:
    strict = LeaveRules(section_days=Decimal(0), department_days=Decimal(2))
    assert chain(LEAVE.route(leave_of(3), by(sample.TEACHER), strict)) == "head T1021 > hr T1007 with T1033"


# Nobody there


def without(*accounts: str) -> Organisation:
    """The sample with these people away from their posts."""
    whole = sample.organisation()
    away = {each: replace(whole.people[each], state=StaffState.away) for each in accounts}
    return Organisation({**whole.people, **away}, whole.units)


@pytest.mark.parametrize(
    ("away", "days", "asked"),
    [
        ((sample.SECTION_HEAD,), "1", "section T1021"),
        ((sample.SECTION_HEAD, sample.HEAD), "1", "section T1003"),
        ((sample.HEAD,), "2", "head T1003"),
        ((sample.HEAD, sample.TEACHING_VICE), "2", "head T1001"),
        ((sample.HEAD, sample.TEACHING_VICE, sample.PRESIDENT), "2", "head T1002"),
        ((sample.HR_CLERK,), "7", "head T1021 > hr T1007 with T1007"),
        ((sample.HR_HEAD,), "7", "head T1021 > hr T1004 with T1033"),
    ],
)
def test_an_empty_post_is_stood_in_for_by_the_superior(away: tuple[str, ...], days: str, asked: str) -> None:
    assert leave_chain(sample.TEACHER, days, without(*away)) == asked


def test_nobody_at_all_is_said_and_never_passed_over() -> None:
    gone = without(sample.HEAD, sample.TEACHING_VICE, sample.PRESIDENT, sample.PARTY_SECRETARY)
    with pytest.raises(NobodyThere, match="空缺或不在岗"):
        leave_chain(sample.TEACHER, "2", gone)


# 用车

ROUND_TRIP = "dispatch T1038 > take-back T1038"


@pytest.mark.parametrize(
    ("account", "scope", "asked"),
    [
        (sample.TEACHER, "city", f"head T1021 > {ROUND_TRIP}"),
        (sample.TEACHER, "out_of_city", f"head T1021 > vice T1003 > {ROUND_TRIP}"),
        (sample.TEACHER, "out_of_province", f"head T1021 > vice T1003 > president T1001 > {ROUND_TRIP}"),
        (sample.SECTION_HEAD, "city", f"head T1021 > {ROUND_TRIP}"),
        (sample.SECRETARY, "out_of_city", f"head T1021 > vice T1003 > {ROUND_TRIP}"),
        (sample.HEAD, "city", f"head T1003 > {ROUND_TRIP}"),
        (sample.HEAD, "out_of_city", f"head T1003 > vice T1003 > {ROUND_TRIP}"),
        (sample.HEAD, "out_of_province", f"head T1003 > vice T1003 > president T1001 > {ROUND_TRIP}"),
        (sample.OFFICE_HEAD, "out_of_city", f"head T1004 > vice T1004 > {ROUND_TRIP}"),
        (sample.TEACHING_VICE, "city", f"head T1001 > {ROUND_TRIP}"),
        (sample.PRESIDENT, "city", f"head T1002 > {ROUND_TRIP}"),
        (sample.DISPATCHER, "city", "head T1017 > dispatch T1017 > take-back T1017"),  # assigns no car to themself
    ],
)
def test_vehicle_chains(account: str, scope: str, asked: str) -> None:
    form = sample.vehicle(scope=scope)
    assert chain(VEHICLE.route(form, by(account), VEHICLE.rules)) == asked


def test_the_driver_of_the_assigned_car_handles_its_return() -> None:
    *_, dispatch, take_back = VEHICLE.route(sample.vehicle(), by(sample.TEACHER), VEHICLE.rules)
    assert (dispatch.fields, take_back.fields, take_back.handlers_by) == ("dispatch", "take_back", "dispatch")


# 用印: category × seal × taken out

UP_TO_THE_SEAL = {
    Category.certificate: "head T1021 > office T1005",
    Category.diploma: "head T1021 > office T1005",
    Category.application: "head T1021 > office T1005",
    Category.introduction: "head T1021 > office T1005",
    Category.other: "head T1021 > office T1005",
    Category.official: "head T1021 > office T1005 with T1027 > vice T1003",
    Category.contract: "head T1021 > countersign T1003 asking T1009 T1011 T1012",
}
KEEPERS = {
    Seal.school: "T1030",
    Seal.party: "T1030",
    Seal.contract: "T1034",
    Seal.embossing: "T1030",
    Seal.legal_representative: "T1030",
    Seal.office: "T1030",
}
PRESIDENTS_OWN = (Seal.embossing, Seal.legal_representative)


@pytest.mark.parametrize(("category", "used", "out"), [*product(Category, Seal, (False, True))])
def test_seal_chains(category: Category, used: Seal, out: bool) -> None:
    form = sample.seal(category=category, seal=used, take_out=out)
    president = " > president T1001" if out or used in PRESIDENTS_OWN else ""
    asked = f"{UP_TO_THE_SEAL[category]}{president} > stamp {KEEPERS[used]}"
    assert chain(SEAL.route(form, by(sample.TEACHER), SEAL.rules)) == asked


@pytest.mark.parametrize(
    ("account", "category", "asked"),
    [
        (sample.HEAD, "certificate", "head T1003 > office T1005 > stamp T1030"),
        (sample.OFFICE_HEAD, "certificate", "head T1004 > office T1004 > stamp T1030"),
        (sample.OFFICE_HEAD, "official", "head T1004 > office T1004 with T1027 > vice T1004 > stamp T1030"),
        (sample.CHECKER, "official", "head T1005 > office T1005 with T1005 > vice T1004 > stamp T1030"),
        (sample.FINANCE, "contract", "head T1004 > countersign T1004 asking T1004 T1011 T1012 > stamp T1030"),
        (sample.LEGAL, "contract", "head T1005 > countersign T1004 asking T1009 T1011 T1005 > stamp T1030"),
        (sample.KEEPER, "certificate", "head T1005 > office T1005 > stamp T1005"),  # stamps nothing of their own
        (sample.TEACHING_VICE, "certificate", "head T1001 > office T1005 > stamp T1030"),
    ],
)
def test_seal_chains_of_heads_and_of_those_who_keep_seals(account: str, category: str, asked: str) -> None:
    form = sample.seal(category=category)
    assert chain(SEAL.route(form, by(account), SEAL.rules)) == asked


def test_contracts_are_countersigned_by_all() -> None:
    steps = SEAL.route(sample.seal(category="contract"), by(sample.TEACHER), SEAL.rules)
    assert [step.rule for step in steps if step.countersigners] == [CountersignRule.all]


@pytest.mark.parametrize("account", sorted(sample.organisation().people))
def test_nobody_ever_signs_their_own(account: str) -> None:
    routes = [LEAVE.route(leave_of(days), by(account), LEAVE.rules) for days in (1, 7, 15)]
    routes += [VEHICLE.route(sample.vehicle(scope=scope), by(account), VEHICLE.rules) for scope in vehicle.Scope]
    routes += [SEAL.route(sample.seal(category=each, take_out=True), by(account), SEAL.rules) for each in Category]
    asked = {who for steps in routes for step in steps for who in (step.host, *step.handlers, *step.countersigners)}
    assert account not in asked
    assert all(sample.organisation().present(who) for who in asked)
