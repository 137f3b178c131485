"""`oa check`: the table for the administrator, the copies that each kind must have filed, and Prefect's runs."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from prefect.client.schemas.objects import FlowRun, State
from prefect.states import Completed, Crashed, Failed, Running, Scheduled, Suspended
from sqlmodel import Session, col, select

from flows.engine.incidents import open_incidents
from models.broken import Broken
from models.ledgers import Car, Driver
from models.messages import Incident
from models.papers import Sheet
from models.record import Request, Status
from models.route import Verdict
from models.settings import settings
from ops import check, check_runs
from printouts.filing.sheets import file_sheet
from tests.flows import sample
from tests.flows.acting import ask, says
from tests.flows.sample import NOW
from tests.printouts.signer import SUBJECT, certificate, key_file, rsa_key, sign_with

TRIP = {
    "odometer_start": 1000,
    "odometer_end": 1060,
    "departed_at": "2026-11-25T08:00:00+08:00",
    "returned_at": "2026-11-25T17:00:00+08:00",
}


def incident() -> Incident:
    return Incident(
        subject="QJ-2026-000001 archive",
        what="file_sheet",
        detail={"error": "磁盘已满"},
        tries=3,
        since=NOW,
        last_at=NOW,
    )


def faults(session: Session, request: Request) -> set[tuple[str, str]]:
    session.flush()
    return {(each.invariant, each.told) for each in check.faults(session, NOW) if each.subject == request.number}


@pytest.fixture
def returned_car(session: Session) -> Request:
    """A trip that is over: agreed, dispatched, the car taken back; carried out, but nothing filed yet."""
    until = NOW.date() + timedelta(days=99)
    session.add(Car(plate="京C00001", vehicle_type="sedan", seats=5, inspection_until=until, insurance_until=until))
    session.add(Driver(account="T1041", licence_until=until))
    request = ask(session, sample.vehicle())
    says(session, sample.HEAD, request)
    says(session, sample.DISPATCHER, request, fields={"plate": "京C00001", "driver": "T1041"})
    says(session, "T1041", request, fields=TRIP)
    says(session, sample.DISPATCHER, request)
    request.carried_seq = request.wake_seq
    return request


def test_a_clean_table_has_a_tick_for_each_invariant() -> None:
    told = check.table([], [], 12)
    assert told.count("✓") == 10
    assert "✗" not in told
    assert "核对 12 件申请" in told


def test_a_finding_stands_below_its_invariant() -> None:
    told = check.table([Broken("I3", "QJ-2026-000001", "停住了")], [], 1).splitlines()
    line = next(at for at, each in enumerate(told) if "✗ I3" in each)
    assert told[line + 1].strip() == "QJ-2026-000001 停住了"


def test_many_findings_are_counted_and_not_all_shown() -> None:
    told = check.table([Broken("I6", f"QJ-2026-{number:06}", "未送达") for number in range(50)], [], 50)
    assert told.count("未送达") == 10
    assert "共 50 处" in told


def test_an_incident_is_told_with_since_when_and_what_to_do() -> None:
    told = check.table([], [incident()], 1)
    assert "2026-11-20 09:00 起，已试 3 次" in told
    assert "磁盘已满" in told
    assert "请检查磁盘空间" in told


def test_open_incidents_are_listed_and_closed_ones_are_not(session: Session) -> None:
    one, other = incident(), incident()
    other.closed_at = NOW
    session.add_all([one, other])
    session.flush()
    mine = [each.id for each in open_incidents(session)]
    assert one.id in mine
    assert other.id not in mine


def test_a_trip_needs_both_its_sheets(session: Session, returned_car: Request) -> None:
    assert returned_car.status is Status.approved
    assert faults(session, returned_car) == {("I4", "缺流程单 archive"), ("I4", "缺流程单 dispatch")}


def test_filed_sheets_are_enough(session: Session, returned_car: Request) -> None:
    for copy in ("archive", "dispatch"):
        file_sheet(session, returned_car.id, copy, f"%PDF {copy}".encode(), 1, NOW)
    assert faults(session, returned_car) == set()


def test_a_trip_refused_before_a_car_was_assigned_has_no_slip(session: Session) -> None:
    request = ask(session, sample.vehicle())
    says(session, sample.HEAD, request, Verdict.refuse)
    request.carried_seq = request.wake_seq
    assert faults(session, request) == {("I4", "缺流程单 archive")}


def test_a_changed_file_is_found(session: Session, returned_car: Request) -> None:
    for copy in ("archive", "dispatch"):
        file_sheet(session, returned_car.id, copy, f"%PDF changed {copy}".encode(), 1, NOW)
    archive = session.exec(
        select(Sheet).where(Sheet.request_id == returned_car.id, col(Sheet.copy_kind) == "archive")
    ).one()
    (settings().data / archive.path).write_bytes(b"%PDF forged")
    assert [name for name, told in faults(session, returned_car) if archive.path in told] == ["I4"]


@pytest.mark.parametrize(
    ("status", "state", "agrees"),
    [
        (Status.open, Suspended(), True),
        (Status.open, Running(), False),
        (Status.open, Scheduled(), False),
        (Status.open, Completed(), False),
        (Status.approved, Completed(name="办结"), True),
        (Status.refused, Completed(name="否决"), True),
        (Status.approved, Suspended(), False),
        (Status.withdrawn, Failed(), False),
        (Status.withdrawn, Crashed(), False),
        (Status.open, None, False),
    ],
)
def test_a_run_must_be_where_its_request_is(status: Status, state: State | None, agrees: bool) -> None:
    run = FlowRun(flow_id=uuid4(), state=state) if state else None
    assert (check_runs.fault(status, run) is None) is agrees


def test_the_certificate_that_signs_is_told_with_its_last_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "试用证书" in check.certificate(datetime.now(UTC))
    of = certificate(rsa_key())
    sign_with(monkeypatch, key_file(tmp_path / "office.p12", rsa_key(), of))
    assert check.certificate(datetime.now(UTC)) == (
        f"签名证书：「{SUBJECT}」，有效期至 {of.not_valid_after_utc.astimezone(settings().zone):%Y-%m-%d}。"
    )
    (tmp_path / "office.p12").unlink()
    assert "流程单待补签" in check.certificate(datetime.now(UTC))


@pytest.mark.usefixtures("database")
def test_without_prefect_the_check_says_so_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert check.main([]) == 1
    told = capsys.readouterr().out
    assert "Prefect 服务没有应答" in told
