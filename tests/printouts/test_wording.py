"""Numbers, dates and verdicts as they stand on paper."""

import pytest

from models.route import CountersignRule, Part, Verdict
from printouts.drawing.wording import minute, official_number, phrases, size
from printouts.gathering.verdicts import act_in_words, verdict_in_words
from tests.printouts.office import at


def test_the_official_number_has_its_year_in_brackets() -> None:
    assert official_number("QJ-2026-000123") == "QJ〔2026〕123号"


def test_a_moment_is_written_out() -> None:
    assert minute(at(3, 9, 5)) == "2026年11月3日 09:05"


@pytest.mark.parametrize(("count", "text"), [(0, "0 字节"), (2048, "2 KB"), (1_648_210, "1.6 MB")])
def test_a_size_is_readable(count: int, text: str) -> None:
    assert size(count) == text


def test_a_label_breaks_before_a_bracket_and_after_a_slash() -> None:
    assert phrases("教学任务安排/调课单号") == ["教学任务安排/", "调课单号"]
    assert phrases("每份用印数(含骑缝章)") == ["每份用印数", "(含骑缝章)"]


@pytest.mark.parametrize(
    ("part", "verdict", "rule", "last", "words"),
    [
        (Part.host, Verdict.agree, CountersignRule.all, False, "同意，转交下一步"),
        (Part.host, Verdict.agree, CountersignRule.all, True, "同意，结束流程"),
        (Part.host, Verdict.finish, CountersignRule.all, False, "同意，结束流程"),
        (Part.host, Verdict.refuse, CountersignRule.advisory, False, "不同意"),
        (Part.host, Verdict.give_back, CountersignRule.all, False, "退回发起人"),
        (Part.handler, Verdict.agree, CountersignRule.all, True, "已办理"),
        (Part.countersigner, Verdict.agree, CountersignRule.all, True, "同意"),
        (Part.countersigner, Verdict.refuse, CountersignRule.all, False, "不同意"),
        (Part.countersigner, Verdict.refuse, CountersignRule.advisory, False, "保留意见"),
        (Part.countersigner, Verdict.lapse, CountersignRule.advisory, False, "逾期未反馈"),
        (Part.initiator, Verdict.agree, CountersignRule.all, False, "已修改，重新提交"),
    ],
)
def test_a_verdict_is_told_in_words(
    part: Part, verdict: Verdict, rule: CountersignRule, last: bool, words: str
) -> None:
    assert verdict_in_words(part, verdict, rule, last, "发起人") == words


def test_an_act_without_a_word_of_its_own_is_printed_as_it_is() -> None:
    assert [act_in_words(act) for act in ("opened", "recited", None)] == ["查看", "recited", ""]
