"""What the run's timeline shows of a contract: each round's people under their own names, whatever they do."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlmodel import Session

from flows.engine.acts.signers import add_signer, ask_advice
from flows.engine.acts.taking_back import take_back
from flows.engine.delivery import mark_item_carried
from flows.engine.parts import TASKS
from flows.engine.walk import StepSeen, walk
from models.database import transaction
from models.record import Request
from models.route import Verdict, Where
from tests.flows import sample
from tests.flows.acting import ask, open_items, says
from tests.flows.sample import AUDIT, FINANCE, HEAD, LEGAL, NOW, OFFICE_HEAD, TEACHING_VICE

pytestmark = pytest.mark.usefixtures("database")
STEP = "会签与分管校领导审批"


@pytest.fixture
def contract() -> UUID:
    """Before its countersigners; the run has come to them."""
    request_id = agreed_by_the_head()
    shown(request_id)
    return request_id


def agreed_by_the_head() -> UUID:
    with transaction() as session:
        return says(session, HEAD, ask(session, sample.seal(category="contract"))).id


def shown(request_id: UUID) -> list[str]:
    """The tasks of one execution of the run, carried out, in order."""
    return [name for step in seen(request_id) for name in carried(step)]


def seen(request_id: UUID) -> Iterator[StepSeen]:
    for step in walk(request_id):
        yield step
        if step.open:
            return


def carried(step: StepSeen) -> list[str]:
    for part in step.parts:
        mark_item_carried(part.item)
    return [f"{TASKS[part.part].name} {part.label}" for part in step.parts]


def said(request_id: UUID, *people: str, **what: object) -> None:
    with transaction() as session:
        for person in people:
            says(session, person, on_record(session, request_id), **what)  # type: ignore[arg-type]


def on_record(session: Session, request_id: UUID) -> Request:
    return session.get_one(Request, request_id)


def item(session: Session, request_id: UUID, person: str) -> UUID:
    return open_items(session, on_record(session, request_id))[person].id


def test_after_a_straight_return_each_round_has_its_own_names(contract: UUID) -> None:
    said(contract, FINANCE)
    said(contract, LEGAL, verdict=Verdict.give_back, to="previous", straight=True)
    assert shown(contract) == [
        f"会签 {STEP} 曾远 同意",
        f"会签 {STEP} 冯桐 退回",
        "主办 部门负责人审批 杨霞雨 待办(第2轮)",
    ]
    said(contract, HEAD)
    said(contract, AUDIT, LEGAL)
    assert shown(contract)[:3] == [
        "主办 部门负责人审批 杨霞雨 同意(第2轮)",
        f"会签 {STEP} 张军英 同意(第2轮)",
        f"会签 {STEP} 冯桐 同意(第2轮)",
    ]


def test_an_added_signer_comes_first_and_who_asked_for_them_is_told_again(contract: UUID) -> None:
    with transaction() as session:
        add_signer(session, AUDIT, item(session, contract, AUDIT), OFFICE_HEAD, Where.before, "", NOW)
    assert f"会签 {STEP} 杨欣静（前加签） 待办" in shown(contract)
    said(contract, OFFICE_HEAD)
    assert shown(contract) == [f"会签 {STEP} 杨欣静（前加签） 同意", f"会签 {STEP} 张军英 待办"]


def test_who_asked_for_another_before_the_run_came_is_shown_as_waiting() -> None:
    contract = agreed_by_the_head()
    with transaction() as session:
        add_signer(session, AUDIT, item(session, contract, AUDIT), OFFICE_HEAD, Where.before, "", NOW)
    assert f"会签 {STEP} 张军英 等待加签" in shown(contract)


def test_an_adviser_has_a_task_of_their_own(contract: UUID) -> None:
    with transaction() as session:
        ask_advice(session, LEGAL, item(session, contract, LEGAL), OFFICE_HEAD, "", NOW)
    assert shown(contract) == [f"受委派 {STEP} 杨欣静 待办"]
    said(contract, OFFICE_HEAD, verdict=Verdict.advise)
    assert f"受委派 {STEP} 杨欣静 回复意见" in shown(contract)


def test_a_step_stands_agreed_once_those_added_after_its_host_have_agreed_too(contract: UUID) -> None:
    said(contract, FINANCE, AUDIT, LEGAL)
    with transaction() as session:
        add_signer(session, TEACHING_VICE, item(session, contract, TEACHING_VICE), OFFICE_HEAD, Where.after, "", NOW)
    said(contract, TEACHING_VICE)
    assert [(step.position, step.open, step.agreed) for step in seen(contract)] == [(2, True, False)]
    said(contract, OFFICE_HEAD)
    assert [(step.position, step.open, step.agreed) for step in seen(contract)] == [(2, False, True), (3, True, False)]


def test_a_step_whose_agreement_is_taken_back_before_the_run_came_does_not_stand_agreed(contract: UUID) -> None:
    said(contract, FINANCE, AUDIT, LEGAL)
    with transaction() as session:
        hosts = item(session, contract, TEACHING_VICE)
    said(contract, TEACHING_VICE)
    with transaction() as session:
        take_back(session, TEACHING_VICE, hosts, "", NOW)
    steps = [(step.position, step.round, step.open, step.agreed) for step in seen(contract)]
    assert steps == [(2, 1, False, False), (3, 1, False, False), (2, 2, True, False)]
