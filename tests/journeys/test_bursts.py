"""Many at once: decisions while the worker is away, and two people at the same instant."""

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


@pytest.mark.parametrize("pair", [(FINANCE, AUDIT, LEGAL), (AUDIT, LEGAL, FINANCE), (LEGAL, FINANCE, AUDIT)])
def test_the_last_two_countersigners_agree_at_the_same_instant(pair: tuple[object, ...]) -> None:
    first, *last = (who for who in (FINANCE, AUDIT, LEGAL) for each in pair if who is each)
    number = SECRETARY.submit("seal", contract())
    HEAD.decide(number)
    first.decide(number)
    calls = [(who, f"/api/work-items/{who.item(number)['id']}/decision") for who in last]
    answers = race(
        *(lambda who=who, path=path: who.send("POST", path, json={"verdict": "agree"}) for who, path in calls)
    )  # type: ignore[misc]
    assert [answer.status_code for answer in answers] == [200, 200]
    suspended(number)
    assert VICE.item(number)["role"] == "host"
    opened = [
        each
        for each in VICE.read(number)["journal"]
        if each["act"] == "opened" and "host:T1003" in each["detail"]["people"]
    ]
    assert len(opened) == 1
    eventually_shows(number, "主办 会签与分管校领导审批 赵建敏 待办")
