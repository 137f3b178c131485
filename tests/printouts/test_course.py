"""Everything people do in a step, as it stands on the sheet and in its appendix; three countersign."""

from sqlmodel import Session, col, update

from flows.engine.acts.handing_on import transfer
from flows.engine.decide import lapse
from models.record import Request, RouteStep
from models.route import CountersignRule, Verdict, Where
from printouts.gathering.course import standing_steps
from printouts.gathering.record_file import record_of
from tests.flows import sample
from tests.flows.acting import ask, open_items, says
from tests.flows.sample import AUDIT, FINANCE, HEAD, LEGAL, NOW, TEACHING_VICE
from tests.printouts.contract import (
    COUNTERSIGN,
    EXTRA,
    SIGNERS,
    adds,
    appendix,
    asks,
    away,
    case_of,
    contract,
    removes,
    returns,
    stands,
    takes_back,
)

HOST = "主办 赵建敏 待办理"


def all_agree(session: Session, request: Request, *people: str) -> None:
    for person in people or SIGNERS:
        says(session, person, request)


def test_a_delegates_word_tells_whom_it_was_said_for(session: Session) -> None:
    away(session, FINANCE, EXTRA)
    request = contract(session)
    assert stands(session, request)[0] == "会签 杨欣静 代曾远 待办理"
    says(session, EXTRA, request)
    assert stands(session, request)[0] == "会签 杨欣静 代曾远 同意"


def test_a_transferred_seat_tells_who_had_it(session: Session) -> None:
    request = contract(session)
    transfer(session, AUDIT, open_items(session, request)[AUDIT].id, EXTRA, "外出", NOW)
    says(session, EXTRA, request)
    assert stands(session, request)[1] == "会签 杨欣静 原办理人张军英 同意"
    (former,) = record_of(session, case_of(session, request), {})["former_holders"]
    assert former["person"] == AUDIT


def test_an_added_signer_stands_before_or_after_who_added_them(session: Session) -> None:
    request = contract(session)
    adds(session, request, AUDIT, Where.before)
    assert stands(session, request)[1:3] == ["会签 前加签 杨欣静 待办理", "会签 张军英 待办理"]
    says(session, EXTRA, request)
    adds(session, request, LEGAL, Where.after, sample.COLLEAGUE)
    all_agree(session, request)
    assert stands(session, request)[1:] == [
        "会签 前加签 杨欣静 同意",
        "会签 张军英 同意",
        "会签 冯桐 同意",
        "会签 后加签 马洋 待办理",
        HOST,
    ]


def test_a_signer_beside_the_host_stands_after_the_host(session: Session) -> None:
    request = contract(session)
    all_agree(session, request)
    adds(session, request, TEACHING_VICE, Where.beside)
    says(session, TEACHING_VICE, request)
    assert stands(session, request)[3:] == ["主办 赵建敏 同意，转交下一步", "会签 并加签 杨欣静 待办理"]
    says(session, EXTRA, request)
    assert stands(session, request)[4:] == ["会签 并加签 杨欣静 同意"]
    assert record_of(session, case_of(session, request), {})["step_changes"][0]["where"] == "beside"


def test_an_adviser_has_given_an_opinion_and_no_verdict(session: Session) -> None:
    request = contract(session)
    asks(session, request, LEGAL)
    says(session, EXTRA, request, Verdict.advise)
    assert stands(session, request)[2:4] == ["受委派 杨欣静 已提出意见", "会签 冯桐 待办理"]


def test_a_removed_signer_is_in_the_appendix_only(session: Session) -> None:
    request = contract(session)
    adds(session, request, AUDIT, Where.before)
    removes(session, request, AUDIT)
    assert len(stands(session, request)) == 4
    assert appendix(session, request) == {(1, "会签与分管校领导审批"): ["会签 前加签 杨欣静 已减签"]}


def test_under_percent_who_ran_out_of_time_is_told_so_and_who_is_not_needed_too(session: Session) -> None:
    request = contract(session, rule=CountersignRule.percent, percent=30, lapses=True)
    lapse(session, open_items(session, request)[FINANCE].id, NOW)
    says(session, AUDIT, request)
    assert stands(session, request) == ["会签 曾远 逾期未反馈", "会签 张军英 同意", "会签 冯桐 无需办理", HOST]
    step = standing_steps(case_of(session, request))[COUNTERSIGN - 1]
    assert (step.rule, step.percent) == ("比例会签", 30)


def test_under_any_only_the_first_one_is_credited(session: Session) -> None:
    request = contract(session, rule=CountersignRule.any)
    says(session, AUDIT, request)
    assert stands(session, request) == ["会签 曾远 无需办理", "会签 张军英 同意", "会签 冯桐 无需办理", HOST]


def test_one_after_the_other_those_to_come_are_waited_for(session: Session) -> None:
    request = contract(session, rule=CountersignRule.sequential)
    says(session, FINANCE, request)
    assert stands(session, request) == ["会签 曾远 同意", "会签 张军英 待办理", "会签 冯桐 待办理", HOST]
    step = standing_steps(case_of(session, request))[COUNTERSIGN - 1]
    assert [said.awaited for said in step.opinions] == [False, True, False, False]


def test_a_hosts_agreement_carried_over_is_told_so(session: Session) -> None:
    request = ask(session, sample.seal())
    office = col(RouteStep.request_id) == request.id, col(RouteStep.position) == 2
    session.execute(update(RouteStep).where(*office).values(host=HEAD))
    says(session, HEAD, request)
    assert stands(session, request, 2) == ["主办 杨霞雨 同意（沿用上一步意见）"]


def test_after_a_straight_return_the_words_between_still_stand(session: Session) -> None:
    request = contract(session)
    all_agree(session, request, FINANCE, AUDIT)
    returns(session, request, LEGAL, "previous", straight=True)
    says(session, HEAD, request)
    assert stands(session, request) == ["会签 曾远 同意", "会签 张军英 同意", "会签 冯桐 待办理", HOST]
    assert appendix(session, request) == {
        (1, "部门负责人审批"): ["主办 杨霞雨 同意，转交下一步"],
        (1, "会签与分管校领导审批"): ["会签 冯桐 退回部门负责人审批（办完直接送回）"],
    }


def test_a_word_taken_back_moves_to_the_appendix_and_the_others_stay(session: Session) -> None:
    request = contract(session)
    all_agree(session, request, FINANCE, AUDIT)
    takes_back(session, request, AUDIT)
    assert stands(session, request)[:3] == ["会签 曾远 同意", "会签 张军英 待办理", "会签 冯桐 待办理"]
    says(session, AUDIT, request, Verdict.refuse)
    assert stands(session, request)[1:] == ["会签 张军英 不同意", "会签 冯桐 无需办理", HOST]
    assert appendix(session, request) == {(1, "会签与分管校领导审批"): ["会签 张军英 同意 已取回"]}


def test_a_hosts_word_taken_back_asks_the_host_alone_again(session: Session) -> None:
    request = contract(session)
    all_agree(session, request)
    says(session, TEACHING_VICE, request)
    takes_back(session, request, TEACHING_VICE)
    assert stands(session, request)[2:] == ["会签 冯桐 同意", HOST]
    assert appendix(session, request) == {(1, "会签与分管校领导审批"): ["主办 赵建敏 同意，转交下一步 已取回"]}
