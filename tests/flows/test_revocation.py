"""通过后撤销: a small request, agreed to by the last host; the first is revoked and what it settled undone."""

import pytest
from sqlmodel import Session, col, select

from flows.engine.acts.revoking import ask_to_revoke
from models.ledgers import LeaveSpan
from models.record import JournalEntry, Status
from models.refusals import Invalid
from models.route import Verdict
from tests.flows import sample
from tests.flows.acting import ask, open_items, says
from tests.flows.sample import NOW


def test_the_last_host_agrees_and_the_leave_is_given_back(session: Session) -> None:
    leave = ask(session, sample.leave())
    says(session, sample.SECTION_HEAD, leave)
    session.flush()
    revocation = ask_to_revoke(session, sample.TEACHER, leave.number, "不去了", NOW)
    assert set(open_items(session, revocation)) == {sample.SECTION_HEAD}
    assert (leave.status, revocation.kind) == (Status.approved, "revocation")
    says(session, sample.SECTION_HEAD, revocation)
    session.refresh(leave)
    assert (leave.status, revocation.status) == (Status.revoked, Status.approved)
    assert session.get(LeaveSpan, leave.id) is None
    mine = select(JournalEntry.act).where(JournalEntry.request_id == leave.id).order_by(col(JournalEntry.seq))
    assert session.exec(mine).all()[-1] == "revoked"


@pytest.mark.parametrize("number", ["QJ-2026-999999", "nothing"])
def test_only_an_approved_request_of_ones_own(session: Session, number: str) -> None:
    with pytest.raises(Invalid, match="没有您已办结的这份申请"):
        ask_to_revoke(session, sample.TEACHER, number, "不去了", NOW)


def test_not_twice(session: Session) -> None:
    leave = ask(session, sample.leave())
    says(session, sample.SECTION_HEAD, leave)
    session.flush()
    first = ask_to_revoke(session, sample.TEACHER, leave.number, "不去了", NOW)
    with pytest.raises(Invalid, match=first.number):
        ask_to_revoke(session, sample.TEACHER, leave.number, "不去了", NOW)


def test_one_that_was_returned_does_not_stand_in_its_own_way(session: Session) -> None:
    leave = ask(session, sample.leave())
    says(session, sample.SECTION_HEAD, leave)
    session.flush()
    revocation = ask_to_revoke(session, sample.TEACHER, leave.number, "不去了", NOW)
    says(session, sample.SECTION_HEAD, revocation, Verdict.give_back)
    says(session, sample.TEACHER, revocation)
    assert set(open_items(session, revocation)) == {sample.SECTION_HEAD}
