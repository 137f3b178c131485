"""The ladder by itself: who is told at which rung, which ladders climb, and tables from before it went further up."""

from dataclasses import replace

import pytest
from pydantic import ValidationError

from flows.engine.kind import Rules
from flows.engine.ladder import LADDER, Rung, Whom, climbs, deputy, told_at
from models.organisation import NobodyThere, StaffState
from tests.flows import sample
from tests.flows.sample import organisation

OFFICE = Rules().supervision


def at(whom: Whom, holder: str) -> str | None:
    return told_at(Rung(after_hours=1, channels=("mail",), whom=whom), organisation(), holder, OFFICE)


def test_a_department_head_s_waiting_item_is_told_to_deputy_vice_president_and_office() -> None:
    assert [at(whom, sample.HEAD) for whom in Whom] == [
        sample.HEAD, sample.DEPUTY, sample.TEACHING_VICE, sample.OFFICE_HEAD,
    ]  # fmt: skip


def test_of_the_head_of_the_office_it_is_told_further_up() -> None:
    assert at(Whom.office, sample.OFFICE_HEAD) == sample.VICE


def test_the_deputy_is_another_one_of_the_department_sections_included() -> None:
    assert deputy(organisation(), sample.TEACHER) == sample.DEPUTY
    assert deputy(organisation(), sample.DEPUTY) is None  # there is one only
    assert deputy(organisation(), sample.AUDIT) is None  # there is none
    assert deputy(organisation(), sample.VICE) is None  # leaders are in no department


def test_a_deputy_who_is_away_is_not_told() -> None:
    people = dict(organisation().people)
    people[sample.DEPUTY] = replace(people[sample.DEPUTY], state=StaffState.away)
    assert deputy(replace(organisation(), people=people), sample.HEAD) is None


def test_nobody_above_is_said_aloud() -> None:
    alone = replace(organisation(), people={sample.HEAD: organisation().people[sample.HEAD]})
    with pytest.raises(NobodyThere):
        told_at(Rung(after_hours=1, channels=("mail",), whom=Whom.superior), alone, sample.HEAD, OFFICE)


def test_the_default_climbs_by_message_sms_and_telephone_to_the_office() -> None:
    assert climbs(LADDER)
    assert [(each.after_hours, each.channels[-1], each.whom.value) for each in LADDER[1:]] == [
        (4, "mail", "holder"),
        (8, "sms", "holder"),
        (12, "phone", "holder"),
        (16, "mail", "deputy"),
        (24, "mail", "superior"),
        (40, "mail", "office"),
    ]


@pytest.mark.parametrize(
    "ladder",
    [
        [],
        [{"after_hours": 4, "channels": ["mail"]}],
        [{"after_hours": 0, "channels": ["mail"], "whom": "office"}],
        [{"after_hours": 0, "channels": ["mail"]}, {"after_hours": 0, "channels": ["sms"]}],
        [{"after_hours": 0, "channels": ["pigeon"]}],
        [{"after_hours": 0, "channels": []}],
    ],
)
def test_a_ladder_that_does_not_climb_is_no_rule(ladder: list[object]) -> None:
    with pytest.raises(ValidationError):
        Rules.model_validate({"ladder": ladder})


def test_a_table_of_three_rungs_on_record_still_loads() -> None:
    kept = [
        {"after_hours": 0, "channels": ["inapp", "mail"], "ding": False},
        {"after_hours": 4, "channels": ["inapp", "mail"], "ding": False},
        {"after_hours": 8, "channels": ["ding"], "ding": True},
    ]
    rules = Rules.model_validate({"deadline_hours": 16, "ladder": kept, "retention_years": 10})
    assert [rung.whom for rung in rules.ladder] == [Whom.holder] * 3
    assert rules.supervision == "党政办公室"
