"""Too late: 409, and the answer says who did what when. The record decides who was first."""

import re
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlmodel import Session

from flows.engine.decide import Choice, decide
from models.route import Verdict
from tests.gateway.office import (
    AUDIT,
    FINANCE,
    HEAD,
    LEGAL,
    SECTION_HEAD,
    TEACHER,
    VICE,
    As,
    Json,
    at_once,
    good,
    leave,
    nothing_changed,
    overtaken,
    refused,
    seal,
)

AGREE = {"verdict": "agree"}


def _path(who: As, number: str) -> str:
    return f"/api/work-items/{who.item(number)['id']}/decision"


def test_deciding_twice_tells_that_i_did_when() -> None:
    number = TEACHER.submit("leave", leave())
    path = _path(SECTION_HEAD, number)
    good(SECTION_HEAD.post(path, AGREE))
    with nothing_changed():
        detail = refused(
            SECTION_HEAD.post(path, {"verdict": "refuse", "opinion": "改主意了"}), 409, "高涛伟", "同意", number
        )
    assert (detail["who"]["account"], detail["what"]) == (SECTION_HEAD.account, "同意")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT.+", detail["when"])


def test_deciding_after_a_withdrawal_tells_who_withdrew() -> None:
    number = TEACHER.submit("leave", leave())
    path = _path(SECTION_HEAD, number)
    good(TEACHER.post(f"/api/requests/{number}/withdraw", {}))
    with nothing_changed():
        assert refused(SECTION_HEAD.post(path, AGREE), 409, "冯文海", "撤回")["what"] == "撤回"


def test_a_countersigner_overtaken_by_a_return_learns_who_returned_it() -> None:
    contract = seal(category="contract", seal="contract")
    number = TEACHER.submit("seal", contract)
    HEAD.decide(number)
    late = _path(LEGAL, number)
    AUDIT.decide(number, "return", opinion="缺报价单", to="initiator")
    TEACHER.decide(number)
    HEAD.decide(number, opinion="再次同意")
    with nothing_changed():
        refused(LEGAL.post(late, AGREE), 409, "张军英", "退回")


def test_a_form_of_an_earlier_round_is_stale() -> None:
    number = TEACHER.submit("leave", leave())
    SECTION_HEAD.decide(number, "return", opinion="?", to="initiator")
    TEACHER.decide(number)
    with nothing_changed():
        detail = refused(
            SECTION_HEAD.post(_path(SECTION_HEAD, number), {**AGREE, "round": 1}), 409, "已过期", "第 2 轮"
        )
    assert detail["round"] == 2


def test_a_finished_request_cannot_be_withdrawn() -> None:
    number = TEACHER.submit("leave", leave())
    SECTION_HEAD.decide(number)
    with nothing_changed():
        refused(TEACHER.post(f"/api/requests/{number}/withdraw", {}), 409, "高涛伟", "同意", "已结束")


def test_a_request_cannot_be_withdrawn_twice() -> None:
    number = TEACHER.submit("leave", leave())
    good(TEACHER.post(f"/api/requests/{number}/withdraw", {}))
    with nothing_changed():
        refused(TEACHER.post(f"/api/requests/{number}/withdraw", {}), 409, "冯文海", "撤回")


@pytest.mark.parametrize("second", [AGREE, {"verdict": "refuse", "opinion": "不行"}])
def test_of_two_decisions_on_one_item_at_once_one_counts(second: Json) -> None:
    number = TEACHER.submit("leave", leave())
    path, headers = _path(SECTION_HEAD, number), SECTION_HEAD.headers
    answers = at_once(*(("POST", path, {"json": body, "headers": headers}) for body in (AGREE, second)))
    assert sorted(answer.status_code for answer in answers) == [200, 409]


def test_a_decision_and_a_withdrawal_at_once_leave_one_outcome() -> None:
    for _ in range(5):
        number = TEACHER.submit("leave", leave())
        decision = ("POST", _path(SECTION_HEAD, number), {"json": AGREE, "headers": SECTION_HEAD.headers})
        withdrawal = ("POST", f"/api/requests/{number}/withdraw", {"json": {}, "headers": TEACHER.headers})
        answers = at_once(decision, withdrawal)
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        won = next(answer for answer in answers if answer.status_code == 200).json()["request"]["status"]
        assert TEACHER.read(number)["status"] == won


def test_a_withdrawal_that_waited_for_a_decision_finds_it() -> None:
    number = TEACHER.submit("leave", leave())
    item = UUID(SECTION_HEAD.item(number)["id"])
    withdrawal = ("POST", f"/api/requests/{number}/withdraw", {"json": {}, "headers": TEACHER.headers})

    def agree(session: Session) -> None:
        decide(session, SECTION_HEAD.account, item, Choice(Verdict.agree), datetime.now(UTC))

    refused(overtaken(withdrawal, number, agree), 409, "高涛伟", "同意")


def test_two_countersigners_at_the_same_instant_both_count() -> None:
    number = TEACHER.submit("seal", seal(category="contract", seal="contract"))
    HEAD.decide(number)
    three = (FINANCE, AUDIT, LEGAL)
    calls = [("POST", _path(each, number), {"json": AGREE, "headers": each.headers}) for each in three]
    assert [answer.status_code for answer in at_once(*calls)] == [200, 200, 200]
    assert VICE.item(number)["role"] == "host"
