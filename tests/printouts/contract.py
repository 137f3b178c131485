"""A contract before its countersigners, on the real record, and its course as printed: a line for each seat."""

from datetime import timedelta
from typing import Any

from sqlmodel import Session, col, select, update

from flows.engine.acts.signers import add_signer, ask_advice, remove_signer
from flows.engine.acts.taking_back import take_back
from models.delegations import Delegation
from models.record import Decision, Request, RouteStep, WorkItem
from models.route import Verdict, Where
from printouts.gathering.case import Case, load
from printouts.gathering.course import earlier_rounds, standing_steps
from printouts.gathering.sheet import SheetOpinion, SheetStep
from tests.flows import sample
from tests.flows.acting import ask, open_items, says
from tests.flows.sample import AUDIT, FINANCE, HEAD, LEGAL, NOW

COUNTERSIGN = 2
SIGNERS = (FINANCE, AUDIT, LEGAL)  # 曾远, 张军英, 冯桐; the host is 赵建敏
EXTRA = sample.OFFICE_HEAD  # 杨欣静, whom others add or ask


def contract(session: Session, **rule: Any) -> Request:
    """Agreed to by the head; three are to countersign, under all or the rule given."""
    request = ask(session, sample.seal(category="contract"))
    step = col(RouteStep.request_id) == request.id, col(RouteStep.position) == COUNTERSIGN
    if rule:
        session.execute(update(RouteStep).where(*step).values(rule))
    return says(session, HEAD, request)


def adds(session: Session, request: Request, who: str, where: Where, person: str = EXTRA) -> None:
    add_signer(session, who, open_items(session, request)[who].id, person, where, "", NOW)


def removes(session: Session, request: Request, who: str, person: str = EXTRA) -> None:
    remove_signer(session, who, _item(session, request, who), person, "", NOW)


def asks(session: Session, request: Request, who: str, person: str = EXTRA) -> None:
    ask_advice(session, who, open_items(session, request)[who].id, person, "", NOW)


def takes_back(session: Session, request: Request, who: str) -> None:
    take_back(session, who, _item(session, request, who), "", NOW)


def returns(session: Session, request: Request, who: str, to: str, *, straight: bool = False) -> None:
    says(session, who, request, Verdict.give_back, to=to, straight=straight)


def away(session: Session, principal: str, delegate: str) -> None:
    """A delegation, from now on."""
    until = NOW + timedelta(days=3)
    session.add(
        Delegation(
            principal=principal, delegate=delegate, opened_by=principal, opened_at=NOW, starts_at=NOW, ends_at=until
        )
    )
    session.flush()


def stands(session: Session, request: Request, position: int = COUNTERSIGN) -> list[str]:
    """The seats of a step as they stand."""
    return lines(standing_steps(case_of(session, request))[position - 1])


def appendix(session: Session, request: Request) -> dict[tuple[int, str], list[str]]:
    """What counts no more, by round and step."""
    return {(step.round, step.title): lines(step) for step in earlier_rounds(case_of(session, request))}


def case_of(session: Session, request: Request) -> Case:
    return load(session, request.id, lambda _model, _values: [])


def lines(step: SheetStep) -> list[str]:
    return [_line(said) for said in step.opinions]


def _line(said: SheetOpinion) -> str:
    who = f"代{said.acting_for}" if said.acting_for else f"原办理人{said.meant_for}" if said.meant_for else ""
    words = said.part, said.added, said.person.name, who, said.verdict, "已取回" if said.taken_back else ""
    return " ".join(word for word in words if word)


def _item(session: Session, request: Request, person: str) -> Any:
    """The item they decided last, else the one they have."""
    mine = select(WorkItem.id).where(WorkItem.request_id == request.id, WorkItem.person == person)
    decided = mine.join(Decision).order_by(col(Decision.seq).desc())
    return session.exec(decided).first() or session.exec(mine).first()
