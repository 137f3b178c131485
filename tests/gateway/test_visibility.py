"""Who may see a request: whoever has or had a part in it, readers, the administrator, the clerk once it is filed.

For everyone else it does not exist: the answer is, letter for letter, the one for a number that was never given.
"""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlmodel import select

from gateway.login.identity import Me
from gateway.visibility import visible_to
from models.database import engine, transaction
from models.record import Request
from printouts.filing.sheets import file_sheet
from tests.gateway.office import (
    ADMINISTRATOR,
    AUDIT,
    CLERK,
    COLLEAGUE,
    CONTRACT_KEEPER,
    FINANCE,
    HEAD,
    HR_CLERK,
    HR_HEAD,
    LEGAL,
    SECTION_HEAD,
    STRANGER,
    TEACHER,
    VICE,
    As,
    Json,
    good,
    leave,
    nothing_changed,
    refused,
    seal,
    stamping,
)

NEVER = "QJ-2026-999999"
PDF = b"%PDF-1.7 the sheet"


@pytest.fixture(scope="module")
def long_leave() -> str:
    """Seven days: agreed by the head, now at HR's clerk."""
    number = TEACHER.submit("leave", leave(days=7))
    HEAD.decide(number)
    return number


@pytest.fixture(scope="module")
def contract() -> str:
    """Approved and stamped, and filed."""
    number = TEACHER.submit("seal", seal(category="contract", seal="contract"))
    for each in (HEAD, FINANCE, AUDIT, LEGAL, VICE):
        each.decide(number)
    CONTRACT_KEEPER.decide(number, fields=stamping())
    return number


def _file(number: str) -> None:
    """As the flow would when the request is finished."""
    with transaction() as session:
        request = session.exec(select(Request).where(Request.number == number)).one()
        file_sheet(session, request.id, "archive", PDF, 1, datetime.now(UTC))


def _sees(who: As, number: str) -> bool:
    """By number, in the list, and the sheet's address alike."""
    found = who.get(f"/api/requests/{number}").status_code == 200
    assert (number in str(good(who.get(f"/api/requests?q={number}")))) is found
    assert (who.get(f"/requests/{number}").status_code == 200) is found
    return found


@pytest.mark.parametrize("who", [TEACHER, HEAD, HR_CLERK, ADMINISTRATOR])
def test_initiator_former_holder_holder_and_administrator_see_it(long_leave: str, who: As) -> None:
    assert _sees(who, long_leave)


@pytest.mark.parametrize("who", [STRANGER, SECTION_HEAD, VICE, CLERK, COLLEAGUE])
def test_nobody_else_does_not_even_whose_turn_has_not_come(long_leave: str, who: As) -> None:
    assert not _sees(who, long_leave)


def test_hr_reads_a_short_leave_once_it_is_approved() -> None:
    number = TEACHER.submit("leave", leave())
    assert not _sees(HR_HEAD, number)
    SECTION_HEAD.decide(number)
    assert _sees(HR_HEAD, number)


def test_the_clerk_sees_it_and_its_sheet_only_after_filing(contract: str) -> None:
    assert not _sees(CLERK, contract)
    refused(TEACHER.get(f"/api/requests/{contract}/sheet"), 404, "还没有")
    _file(contract)
    assert _sees(CLERK, contract)
    assert CLERK.get(f"/api/requests/{contract}/sheet").content == PDF


def test_what_sub_administrators_may_see_costs_others_nothing(contract: str) -> None:  # noqa: ARG001 - something to list
    me = Me(STRANGER.account, "", "", "", False, None, "", log_in=uuid4(), pending=None, shared=False, proved_at=None)
    listed = select(Request.number).where(visible_to(me)).compile(engine(), compile_kwargs={"literal_binds": True})
    with transaction() as session:
        plan = "\n".join(session.scalars(text(f"EXPLAIN ANALYZE {listed}")))
    by_department = plan[plan.index("on department") :].splitlines()[0]
    assert "never executed" in by_department, plan


def test_nobody_lists_what_they_may_not_see(long_leave: str) -> None:
    assert long_leave not in str(good(STRANGER.get("/api/requests")))
    assert good(CLERK.get("/api/requests?mine=true")) == []
    assert {each["initiator"]["account"] for each in good(TEACHER.get("/api/requests?mine=true"))} == {TEACHER.account}


@pytest.mark.parametrize("path", ["", "/sheet", "/sheet?copy=dispatch"])
def test_what_is_not_mine_is_as_if_it_were_not_there(long_leave: str, path: str) -> None:
    mine, never = (STRANGER.get(f"/api/requests/{number}{path}") for number in (long_leave, NEVER))
    refused(mine, 404)
    assert mine.content == never.content


def test_someone_elses_withdrawal_is_as_if_there_were_no_request(long_leave: str) -> None:
    with nothing_changed():
        mine, never, seen = (
            who.post(f"/api/requests/{number}/withdraw", {})
            for who, number in ((STRANGER, long_leave), (STRANGER, NEVER), (HEAD, long_leave))
        )
    refused(mine, 404)
    assert mine.content == never.content == seen.content


@pytest.mark.parametrize("who", [STRANGER, TEACHER, HR_HEAD, ADMINISTRATOR])
@pytest.mark.parametrize("body", [{"verdict": "agree"}, {"verdict": "refuse"}, {"verdict": "agree", "round": 7}])
def test_someone_elses_item_is_as_if_there_were_none(long_leave: str, who: As, body: Json) -> None:
    item = HR_CLERK.item(long_leave)["id"]
    with nothing_changed():
        mine, never = (who.post(f"/api/work-items/{each}/decision", body) for each in (item, uuid4()))
    refused(mine, 404)
    assert mine.content == never.content


def test_an_attachment_is_for_those_who_see_its_request(contract: str) -> None:
    (file,) = TEACHER.read(contract)["attachments"]
    path = f"/api/files/{file['id']}"
    assert all(who.get(path).content == TEACHER.get(path).content for who in (HEAD, LEGAL, ADMINISTRATOR))
    mine, never = STRANGER.get(path), STRANGER.get(f"/api/files/{uuid4()}")
    refused(mine, 404)
    assert mine.content == never.content


def test_a_file_not_yet_submitted_is_its_owners_alone() -> None:
    path = f"/api/files/{TEACHER.hand_in()}"
    assert TEACHER.get(path).status_code == 200
    refused(HEAD.get(path), 404)
    refused(ADMINISTRATOR.get(path), 404)


def test_looking_confirms_the_notices_once(long_leave: str) -> None:
    for _ in range(2):
        read = HR_CLERK.read(long_leave)
    mine = [each for each in read["notices"] if each["person"]["account"] == HR_CLERK.account]
    assert mine
    assert all(each["confirmed_by"] == "opened" and each["delivered_at"] for each in mine)
    assert [each["actor"] for each in read["journal"] if each["act"] == "confirmed"].count(mine[0]["person"]) == 1
