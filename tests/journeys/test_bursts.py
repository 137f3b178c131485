"""Many at once: decisions while the worker is away, and two people at the same instant."""

from functools import partial

import httpx
import pytest

from tests.journeys.college import (
    AUDIT,
    FINANCE,
    HEAD,
    HR_CLERK,
    HR_HEAD,
    LEGAL,
    SECRETARY,
    TEACHER,
    VICE,
    Colleague,
    contract,
    leave,
    race,
)
from tests.journeys.stack import Stack
from tests.journeys.timeline import ended, eventually_shows, suspended

pytestmark = pytest.mark.journey


def test_decisions_taken_while_the_worker_is_away_are_caught_up_in_one_go(stack: Stack) -> None:
    number = TEACHER.submit("leave", leave(days=9))
    before = suspended(number)
    with stack.without_worker():
        HEAD.decide(number)
        HR_CLERK.decide(number)
        assert HR_HEAD.decide(number)["status"] == "approved"
    after = ended(number)
    assert 1 <= after["run_count"] - before["run_count"] <= 2
    assert len(TEACHER.read(number)["sheets"]) == 1
    eventually_shows(
        number, "主办 部门负责人审批 杨霞雨 同意", "经办 人事处审核 萧勇海 同意", "主办 人事处审核 于远 同意"
    )


@pytest.mark.parametrize("first", [FINANCE, AUDIT, LEGAL], ids=["finance", "audit", "legal"])
def test_the_last_two_countersigners_agree_at_the_same_instant(first: Colleague) -> None:
    number = SECRETARY.submit("seal", contract())
    HEAD.decide(number)
    first.decide(number)
    last = [who for who in (FINANCE, AUDIT, LEGAL) if who is not first]
    items = [who.item(number)["id"] for who in last]
    answers = race(*(partial(agree, who, item) for who, item in zip(last, items, strict=True)))
    assert [answer.status_code for answer in answers] == [200, 200]
    suspended(number)
    assert VICE.item(number)["role"] == "host"
    opened = [each["detail"]["people"] for each in VICE.read(number)["journal"] if each["act"] == "opened"]
    assert opened.count(["host:T1003"]) == 1
    eventually_shows(number, "主办 会签与分管校领导审批 赵建敏 待办")


def agree(who: Colleague, item: str) -> httpx.Response:
    return who.send("POST", f"/api/work-items/{item}/decision", json={"verdict": "agree"})
