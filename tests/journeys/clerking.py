"""What a clerk's day begins with: requests brought to their outcome by people; and what is on record at its end."""

import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime

from models.settings import ROOT, settings
from tests.journeys.college import (
    AUDIT,
    FINANCE,
    HEAD,
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
from tests.journeys.stack import Stack
from tests.journeys.timeline import ended

CLERK = Colleague("T1029")
WORDS = "第{no}条　乙方应当按照约定的时间、地点和数量交付实训设备，并负责安装调试和人员培训。"


@dataclass(frozen=True)
class Day:
    """Numbers of requests whose sheets were filed today, and the year it is."""

    leave: str
    seal: str
    trip: str
    year: int

    @property
    def numbers(self) -> list[str]:
        return [self.leave, self.seal, self.trip]


def a_day() -> Day:
    """A leave and a contract to be stamped come to their good end, a trip is withdrawn; their sheets are filed."""
    away = TEACHER.submit("leave", leave())
    stamped = SECRETARY.submit("seal", contract() | {"attachments": [SECRETARY.hand_in("采购合同.pdf", _contract())]})
    off = SECRETARY.submit("vehicle", trip())
    assert SECRETARY.send("POST", f"/api/requests/{off}/withdraw", json={"reason": "改期"}).is_success
    HEAD.decide(away, "finish", opinion="同意，请安排好工作。")
    HEAD.decide(stamped, opinion="拟同意。")
    for who, opinion in ((FINANCE, "预算已核。"), (AUDIT, "程序合规。"), (LEGAL, "条款无异议。"), (VICE, "同意签订。")):
        who.decide(stamped, opinion=opinion)
    count = {"stamps_used": 8, "stamps_spoiled": 0, "stamped_at": _now().isoformat(), "collected_by": "胡娟"}
    assert SEAL_KEEPER.decide(stamped, fields=count)["status"] == "approved"
    for number in (away, stamped, off):
        ended(number)
    return Day(away, stamped, off, _now().year)


def _now() -> datetime:
    return datetime.now(settings().zone)


def _contract() -> bytes:
    """Of three pages, as people hand it in."""
    from weasyprint import HTML

    terms = "".join(f"<p>{WORDS.format(no=no)}</p>" for no in range(1, 16))
    page = f'<div style="break-after: page"><h1>实训设备采购合同</h1>{terms}</div>'
    pdf: bytes = HTML(string=page * 3).write_pdf()
    return pdf


def oa(stack: Stack, command: str) -> tuple[int, str]:
    """A command at the installation's terminal: how it ends and what it says."""
    done = subprocess.run(
        [sys.executable, "-m", "ops", command],
        cwd=ROOT,
        env=os.environ | stack.variables,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def copies(number: str) -> list[int]:
    """Numbers of the copies on paper."""
    return [each["detail"]["copy_no"] for each in CLERK.read(number)["journal"] if each["act"] == "printed"]
