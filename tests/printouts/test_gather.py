"""From the record to the sheet's values: who said what where, rounds, effects, and the attached record."""

from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session

from models.journal import Entry, first_break
from models.record import Request, Status
from printouts.drawing.render import record_json, render
from printouts.gathering.gather import gather
from printouts.gathering.record_file import FORMAT
from printouts.gathering.sheet import SheetData, Shown
from tests.printouts import on_record
from tests.printouts.office import LEAVE, at
from tests.printouts.reading import LEAVES_A_FILE_OPEN, text_of

pytestmark = pytest.mark.filterwarnings(LEAVES_A_FILE_OPEN)


def fields(_model: str, values: dict[str, Any]) -> list[tuple[str, str]]:
    return [("假期余额", str(values.get("balance", "")))]


def gathered(session: Session, *, finished: bool = True, **changes: Any) -> SheetData:
    return gathered_of(session, on_record.leave(session, finished=finished), **changes)


def gathered_of(session: Session, request_id: UUID, **changes: Any) -> SheetData:
    given: dict[str, Any] = {
        "title": "请假流程单",
        "copy_title": "归档联",
        "retention": "10年",
        "shown_form": {"reason": Shown("事由", "手术")},
        "shown_fields": fields,
        "printed_at": at(20, 11),
    }
    return gather(session, request_id, "archive", **given | changes)


def lines(data: SheetData, position: int) -> list[tuple[str, str, str, str]]:
    said = data.steps[position - 1].opinions
    return [(each.part, each.person.name, each.verdict, each.opinion) for each in said]


def test_each_step_tells_countersigners_handlers_and_host_with_their_words(session: Session) -> None:
    data = gathered(session)
    assert lines(data, 1) == [("主办", "黄霞志", "同意，转交下一步", "同意。")]
    assert lines(data, 2) == [
        ("会签", "曾远", "保留意见", "津贴须停发。"),
        ("会签", "冯桐", "逾期未反馈", ""),
        ("经办", "黄燕", "已办理", "余额已核。"),
        ("主办", "于远", "同意，结束流程", "同意。"),
    ]
    assert (data.outcome, data.finished_at, data.steps[1].rule) == ("办结", at(20, 10), "征求意见")


def test_the_returned_round_moves_to_the_appendix(session: Session) -> None:
    rounds = gathered(session).earlier_rounds
    told = [(step.round, step.title, step.opinions[0].verdict, step.opinions[0].opinion) for step in rounds]
    assert told == [
        (1, "部门负责人审批", "退回发起人", "请补诊断证明。"),
        (2, "发起人修改", "已修改，重新提交", "已补。"),
    ]


def test_on_a_copy_under_way_the_waiting_step_has_empty_lines_to_fill_in(session: Session) -> None:
    data = gathered(session, finished=False)
    assert data.outcome == "办理中"
    waiting = {each.part: each for each in data.steps[1].opinions if each.at is None}
    assert {part: each.verdict for part, each in waiting.items()} == dict.fromkeys(["会签", "经办", "主办"], "待办理")
    assert waiting["经办"].fields == (Shown("假期余额", ""),)
    assert waiting["主办"].fields == ()


def test_one_line_tells_the_three_effects_over_first_notice_and_reminder(session: Session) -> None:
    data = gathered(session)
    (clerk,) = [each for each in data.effects if each.person.name == "黄燕"]
    assert (clerk.about, clerk.delivered_at) == ("人事处审核（经办）", at(19, 11))
    assert (clerk.confirmed_at, clerk.confirmed_by) == (at(19, 15, 30), "查看")
    assert (clerk.processed_at, clerk.processed_by) == (at(19, 16), "同意")
    assert [(each.person.name, each.step, each.ding) for each in data.reminders] == [("黄燕", "人事处审核", True)]
    assert [each.person.name for each in data.readers] == ["于远"]


def test_who_was_told_that_another_s_work_waits_has_a_line_of_their_own(session: Session) -> None:
    (told,) = [each for each in gathered(session).effects if each.about == "催办：黄燕 的待办久未办理"]
    assert (told.person.name, told.delivered_at, told.processed_at) == ("于远", at(19, 15, 40), None)


def test_without_the_appendix_only_the_sheet_itself_is_shown(session: Session) -> None:
    data = gathered(session, appendix=False)
    assert (data.effects, data.earlier_rounds, data.reminders) == ((), (), ())
    assert len(data.steps) == 2


def test_the_attached_record_is_whole_and_its_journal_verifies(session: Session) -> None:
    record = gathered(session).record
    assert record["format"] == FORMAT
    assert [file["name"] for file in record["attachments"]] == ["诊断证明.pdf"]
    assert len(record["decisions"]) == 7
    assert record["people"]["T1045"]["name"] == "冯文海"
    request = session.get_one(Request, record["request"]["id"])
    entries = [Entry(**{**entry, "at": at(1).fromisoformat(entry["at"])}) for entry in record["journal"]]
    assert first_break(str(request.id), entries) is None


def test_reading_the_same_record_twice_gives_the_same_attachment(session: Session) -> None:
    data = gathered(session)
    session.expire_all()
    again = gather(
        session,
        session.get_one(Request, data.record["request"]["id"]).id,
        "archive",
        title="",
        copy_title="",
        retention="",
        shown_form={},
        shown_fields=fields,
        printed_at=at(21),
    )
    assert record_json(again) == record_json(data)


def test_what_was_gathered_can_be_drawn(session: Session) -> None:
    data = gathered(session, shown_form=LEAVE.form)
    assert (data.steps[0].opinions[0].part, data.kind) == ("主办", "test")
    text = text_of(render(SheetData(**{**vars(data), "kind": "leave"})).pdf)
    assert "津贴须停发。" in text
    assert "逾期未反馈" in text


def test_a_withdrawn_request_tells_its_reason(session: Session) -> None:
    request = session.get_one(Request, on_record.leave(session, finished=False))
    on_record.Course(session, request).note("withdrawn", request.initiator, at(20), reason="行程取消")
    request.status, request.finished_at, request.position = Status.withdrawn, at(20), None
    data = gathered_of(session, request.id)
    assert data.outcome == "撤回（行程取消）"
    assert {each.verdict for each in data.steps[1].opinions if each.at is None} == {"未办理"}


def test_a_request_moved_to_newer_rules_tells_when_and_by_whom(session: Session) -> None:
    request = session.get_one(Request, on_record.leave(session))
    on_record.Course(session, request).note("rules_changed", on_record.FINANCE, at(20), from_version=1, to_version=3)
    data = gathered_of(session, request.id)
    assert [(each.person.name, each.at, each.before, each.after) for each in data.rules] == [("曾远", at(20), 1, 3)]
