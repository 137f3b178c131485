"""What people get is the signed sheet; one that waits for its signature (待补签) says so."""

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from models.database import transaction
from models.papers import Sheet
from models.record import Request
from printouts.filing.sheets import file_sheet, keep_signature
from printouts.signing.sign import Signed
from tests.gateway.office import SECTION_HEAD, TEACHER, Json, good, leave
from tests.printouts.papers import paper


@pytest.fixture
def filed() -> Sheet:
    """Of an approved leave, while the key was away."""
    number = TEACHER.submit("leave", leave())
    SECTION_HEAD.decide(number, "finish")
    with transaction() as session:
        request = session.exec(select(Request).where(Request.number == number)).one()
        return file_sheet(session, request.id, "archive", paper(1) + number.encode(), 1, datetime.now(UTC))


def number_of(sheet: Sheet) -> str:
    with transaction() as session:
        return session.get_one(Request, sheet.request_id).number


def shown(number: str) -> Json:
    (sheet,) = good(TEACHER.get(f"/api/requests/{number}"))["sheets"]
    found: Json = sheet
    return found


def test_a_sheet_that_waits_for_its_signature_says_so_until_it_is_signed(filed: Sheet) -> None:
    number = number_of(filed)
    assert (shown(number)["signed"], shown(number)["sha256"]) == (False, filed.sha256)
    assert "待补签" in TEACHER.get(f"/requests/{number}").text
    unsigned = TEACHER.get(f"/api/requests/{number}/sheet").content

    signed = Signed(unsigned + b" signed", "0" * 64, "天辰学院", False, False, datetime.now(UTC))
    with transaction() as session:
        assert keep_signature(session, filed, signed)
        assert not keep_signature(session, filed, signed)
    assert shown(number)["signed"]
    assert shown(number)["sha256"] != filed.sha256
    assert "待补签" not in TEACHER.get(f"/requests/{number}").text
    assert TEACHER.get(f"/api/requests/{number}/sheet").content == signed.pdf
