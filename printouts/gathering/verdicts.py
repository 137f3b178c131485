"""Verdicts, and what was done with a notice, in the words that stand on paper."""

from models.route import INITIATOR, CountersignRule, Part, Verdict, Where

ADVANCES, CONCLUDES = "同意，转交下一步", "同意，结束流程"
RULES = {
    CountersignRule.all: "全员会签",
    CountersignRule.percent: "比例会签",
    CountersignRule.advisory: "征求意见",
    CountersignRule.any: "或签",
    CountersignRule.sequential: "依次会签",
}
ADDED = {Where.before: "前加签", Where.beside: "并加签", Where.after: "后加签"}
REMOVED = "已减签"
ACTS = {
    "opened": "查看",
    "downloaded": "下载",
    "agree": "同意",
    "finish": "同意，结束流程",
    "refuse": "不同意",
    "return": "退回",
    "lapse": "逾期未反馈",
    "understood": "已阅知",
    "advise": "提出意见",
    "carry": "沿用上一步意见",
    "transferred": "转办",
}


def verdict_in_words(part: Part, verdict: Verdict, rule: CountersignRule, last: bool, target: str) -> str:
    """What a person said in a step.

    Args:
        rule: of the step's countersigners; a refusal that stops nothing is a reservation.
        last: whether it is the last step of its route.
        target: title of the step that a return goes to.
    """
    match part, verdict:
        case _, Verdict.give_back:
            return f"退回{target}"
        case _, Verdict.lapse:
            return "逾期未反馈"
        case _, Verdict.carry:
            return "同意（沿用上一步意见）"
        case Part.adviser, _:
            return "已提出意见"
        case Part.countersigner, Verdict.refuse if rule is CountersignRule.advisory:
            return "保留意见"
        case _, Verdict.refuse:
            return "不同意"
        case Part.host, Verdict.agree if not last:
            return ADVANCES
        case Part.host, _:
            return CONCLUDES
        case Part.handler, _:
            return "已办理"
        case Part.initiator, _:
            return "已修改，重新提交"
    return "同意"


def step_title(titles: dict[int, str], position: int, here: int | None = None) -> str:
    """The title of a position of a route, the initiator's included; from `here` itself, to who signed before."""
    if position == here:
        return "前一位会签人"
    return "发起人" if position == INITIATOR else titles[position]


def act_in_words(act: str | None) -> str:
    """By what act a notice was confirmed or processed; an act without a word of its own stays as it is."""
    return ACTS.get(act, act) if act else ""
