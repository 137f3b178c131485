"""代理: while the head is on leave their substitute acts for them; what is still open comes home when that ends."""

from datetime import date, timedelta

import pytest

from tests.journeys.college import HEAD, SECRETARY, SUBSTITUTE, TEACHER, VICE, Colleague, leave
from tests.journeys.timeline import ended, run_now, suspended

pytestmark = pytest.mark.journey


def inbox(who: Colleague) -> set[str]:
    return {each["number"] for each in who.get("/api/inbox")}


def head_leaves() -> None:
    """Approved today, from this morning until tomorrow; the minute's run of 催办 makes the substitute act."""
    today = date.today()  # noqa: DTZ011 - any zone's will do
    days = leave(HEAD) | {"start": today.isoformat(), "end": (today + timedelta(days=1)).isoformat()}
    VICE.decide(HEAD.submit("leave", days), "finish")
    run_now("催办")


def test_the_substitute_acts_during_the_leave_and_the_rest_comes_home_when_it_ends() -> None:
    decided, left = TEACHER.submit("leave", leave()), SECRETARY.submit("leave", leave(SECRETARY))
    for number in (decided, left):
        suspended(number)
    head_leaves()
    assert {decided, left} <= inbox(SUBSTITUTE)
    assert SUBSTITUTE.item(left)["acting_for"]["account"] == HEAD.account
    SUBSTITUTE.decide(decided, "finish")
    ended(decided)
    (part,) = TEACHER.read(decided)["steps"][0]["rounds"][0]["items"]
    assert (part["person"]["account"], part["acting_for"]["account"]) == (SUBSTITUTE.account, HEAD.account)
    (running,) = (each for each in HEAD.get("/api/delegations") if each["state"] == "running")
    assert running["by_leave"]
    HEAD.post(f"/api/delegations/{running['id']}/end", {})
    assert left in inbox(HEAD)
    assert left not in inbox(SUBSTITUTE)
    suspended(left)
    HEAD.decide(left, "finish")
    ended(left)
