"""The sample organisation as one value, without a database, and the usual form of each kind."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from flows.engine.forms import read_form
from flows.leave import Leave
from flows.seal import SealRequest
from flows.vehicle import Vehicle
from models.applicant import Applicant
from models.holidays import calendar_of, shipped_days
from models.organisation import HAS_ACCOUNT, Member, Organisation
from models.route import Step
from models.settings import settings
from ops.people import read_files

TEACHER, COLLEAGUE, SECTION_HEAD, SECRETARY, HEAD = "T1045", "T1044", "T1042", "T1050", "T1021"
TEACHING_VICE, VICE, PRESIDENT, PARTY_SECRETARY = "T1003", "T1004", "T1001", "T1002"
HR_HEAD, HR_CLERK, OFFICE_HEAD, CHECKER, KEEPER = "T1007", "T1033", "T1005", "T1027", "T1030"
DEPUTY, AUDITOR = "T1022", "T1036"
FINANCE, AUDIT, LEGAL, CONTRACT_KEEPER = "T1009", "T1011", "T1012", "T1034"
MOTOR_POOL_HEAD, DISPATCHER, DRIVER = "T1017", "T1038", "T1039"
ABSENT, RETIRED = "T1078", "T1080"

ZONE = settings().zone
NOW = datetime(2026, 11, 20, 9, tzinfo=ZONE)  # a Friday
MONDAY = date(2026, 11, 23)
CALENDAR = calendar_of(shipped_days())
PAPER = UUID(int=1)


@cache
def organisation() -> Organisation:
    file = read_files(Path(__file__).parents[2] / "ops" / "sample" / "staff.csv")
    people = {
        each.account: Member(each.account, each.name, each.department, each.post, each.rank, each.state)
        for each in file.people
        if each.state in HAS_ACCOUNT
    }
    return Organisation(people, {unit.name: unit for unit in file.departments})


def by(account: str, among: Organisation | None = None) -> Applicant:
    return Applicant(among or organisation(), CALENDAR, account, ZONE)


def leave(**changes: Any) -> Leave:
    """A personal leave of one day, on Monday."""
    usual = {"leave_type": "personal", "start": "2026-11-23", "end": "2026-11-23", "reason": "家中有事"}
    return read_form(Leave, usual | changes)


def leave_of(days: str | int, **changes: Any) -> Leave:
    """A personal leave of so many days from Monday on; half days end at noon."""
    whole, half = divmod(Decimal(days), 1)
    end = MONDAY + timedelta(days=int(whole) - (0 if half else 1))
    return leave(end=end.isoformat(), end_half="am" if half else "pm", **changes)


def vehicle(**changes: Any) -> Vehicle:
    """Three people to the city on Wednesday."""
    usual = {"purpose": "送材料", "destination": "市教育局", "scope": "city", "passengers": 3}
    times = {"depart_at": "2026-11-25T08:00:00+08:00", "return_at": "2026-11-25T18:00:00+08:00"}
    return read_form(Vehicle, usual | times | changes)


def seal(**changes: Any) -> SealRequest:
    """A certificate, stamped twice."""
    usual = {"seal": "school", "document_title": "在读证明", "category": "certificate", "copies": 2, "reason": "签证"}
    return read_form(SealRequest, usual | changes)


def chain(steps: list[Step]) -> str:
    """A route in one line: `head T1021 > hr T1007 with T1033 > seal T1005 asking T1009 T1011`."""
    return " > ".join(
        f"{step.key} {step.host}"
        + (f" with {' '.join(step.handlers)}" if step.handlers else "")
        + (f" asking {' '.join(step.countersigners)}" if step.countersigners else "")
        for step in steps
    )
