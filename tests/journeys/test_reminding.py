"""催办: a rung of the ladder is climbed when its time has come."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import col, select, update

from models.database import transaction
from models.messages import Notice, Reminder, Topic
from tests.journeys.college import HEAD, TEACHER, leave
from tests.journeys.stack import eventually
from tests.journeys.timeline import run_now, suspended, task_names

pytestmark = pytest.mark.journey


def test_head_who_has_not_acted_is_reminded(home: Path) -> None:
    number = TEACHER.submit("leave", leave())
    suspended(number)
    item = UUID(HEAD.item(number)["id"])
    with transaction() as session:
        past = datetime.now(UTC) - timedelta(minutes=5)
        session.execute(update(Reminder).where(col(Reminder.work_item_id) == item).values(due_at=past))
    run = run_now("催办")
    with transaction() as session:
        told = session.exec(select(Notice).where(Notice.work_item_id == item, Notice.topic == Topic.reminder)).all()
        (mail,) = [each for each in told if each.channel == "outbox"]
        assert session.get_one(Reminder, item).rung == 2
    written = json.loads((home / "outbox" / f"{mail.id}.json").read_text())
    assert (written["to_name"], written["title"]) == ("杨霞雨", f"催办：请假 {number} 等待您办理")
    reminded = [each for each in TEACHER.read(number)["journal"] if each["act"] == "reminded"]
    assert [each["detail"] for each in reminded] == [{"person": HEAD.account, "rung": 1, "ding": False}]
    eventually(lambda: f"催办 {number} 杨霞雨 第1级" in task_names(run["id"]), "the reminder in the timeline")
