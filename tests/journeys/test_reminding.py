"""催办: a rung of the ladder is climbed when its time has come."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from sqlmodel import col, update

from models.database import transaction
from models.messages import Reminder
from tests.journeys.college import HEAD, TEACHER, leave
from tests.journeys.post import PostOffice
from tests.journeys.stack import eventually
from tests.journeys.timeline import run_now, scheduled, suspended, task_names

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("deployment", ["催办", "追办"])
def test_runs_every_minute_by_itself(deployment: str) -> None:
    times = sorted(eventually(lambda: scheduled(deployment), f"{deployment} is scheduled"))
    assert times[0] - datetime.now(UTC) <= timedelta(minutes=1)
    assert {later - earlier for earlier, later in pairwise(times)} == {timedelta(minutes=1)}


def test_head_who_has_not_acted_is_reminded(post_office: PostOffice) -> None:
    number = TEACHER.submit("leave", leave())
    suspended(number)
    item = UUID(HEAD.item(number)["id"])
    with transaction() as session:
        past = datetime.now(UTC) - timedelta(minutes=5)
        session.execute(update(Reminder).where(col(Reminder.work_item_id) == item).values(due_at=past))
    run = run_now("催办")
    with transaction() as session:
        assert session.get_one(Reminder, item).rung == 2
    assert post_office.letters.count(("t1021@tianchen.example", f"催办：请假 {number} 等待您办理")) == 1
    reminded = [each for each in TEACHER.read(number)["journal"] if each["act"] == "reminded"]
    assert [each["detail"] for each in reminded] == [
        {"person": HEAD.account, "rung": 1, "ding": False, "whom": "holder", "told": HEAD.account}
    ]
    eventually(lambda: f"催办 {number} 杨霞雨 第1级" in task_names(run["id"]), "the reminder in the timeline")
