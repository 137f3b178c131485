"""The table of acts, and what depends on the hour."""

import string
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from flows.engine.acts.act import Doing, Nothing
from flows.engine.acts.circulating import Circulated, circulate
from flows.engine.acts.reminding import ONCE_IN, remind
from flows.engine.acts.table import ACTS, TABLE
from flows.engine.acts.who import possible_at_all
from models.record import Request
from models.refusals import Conflict, Invalid
from tests.flows import sample
from tests.flows.acting import ask, says
from tests.flows.sample import NOW


def doing(session: Session, request: Request, account: str = sample.TEACHER, now: datetime = NOW) -> Doing:
    return Doing(session, account, False, request, None, now)


def offered(session: Session, request: Request, account: str = sample.TEACHER, now: datetime = NOW) -> set[str]:
    return {act.key for act, _ in possible_at_all(doing(session, request, account, now))}


def test_keys_titles_and_entries_are_each_of_one_act() -> None:
    for column in ("key", "title", "entry"):
        values = [getattr(act, column) for act in TABLE]
        assert len(values) == len(set(values)), column


def test_effects_are_sentences_and_journal_words_name_what_the_page_knows() -> None:
    known = {"person", "to", "by", "text", "names", "how", "whom", "copy", "step", "said", "result", "seen", "acting"}
    for act in TABLE:
        assert act.effect.endswith("。")
        assert {name for _, name, _, _ in string.Formatter().parse(act.journal) if name} <= known


def test_every_field_of_a_body_has_a_chinese_title() -> None:
    for act in ACTS:
        for name, field in act.body.model_fields.items():
            assert any("\u4e00" <= sign <= "\u9fff" for sign in field.title or ""), (act.key, name)


def test_an_hour_after_a_reminder_by_hand_the_next_is_possible(session: Session) -> None:
    request = ask(session, sample.leave())
    remind(doing(session, request), Nothing())
    soon, later = NOW + ONCE_IN - timedelta(seconds=1), NOW + ONCE_IN
    with pytest.raises(Conflict, match="上次催办于 09:00，10:00 后可再催"):
        remind(doing(session, request, now=soon), Nothing())
    assert "remind" not in offered(session, request, now=soon)
    assert "remind" in offered(session, request, now=later)
    remind(doing(session, request, now=later), Nothing())


def test_taking_back_is_offered_until_someone_after_has_acted(session: Session) -> None:
    request = ask(session, sample.leave_of(7, substitute=sample.COLLEAGUE))
    says(session, sample.HEAD, request)
    assert "take-back" in offered(session, request, sample.HEAD)
    says(session, sample.HR_CLERK, request)
    assert "take-back" not in offered(session, request, sample.HEAD)


def test_the_last_day_to_confirm_may_be_today(session: Session) -> None:
    request = ask(session, sample.leave())
    late = NOW.replace(hour=23, minute=59)
    body = Circulated(people=[sample.COLLEAGUE], asks_understood=True, due=NOW.date())
    circulate(doing(session, request, now=late), body)
    with pytest.raises(Invalid, match="早于今天"):
        circulate(doing(session, request, now=late + timedelta(minutes=2)), body)


def test_nothing_but_what_is_for_ever_is_offered_after_a_withdrawal(session: Session) -> None:
    request = ask(session, sample.leave())
    act = next(each for each in ACTS if each.key == "withdraw")
    act.carry_out(doing(session, request), act.body())
    session.refresh(request)
    assert offered(session, request) == {"circulate"}
