"""Walking a request: the flow body's building blocks. The record decides; the body shows and carries out.

Prefect runs the whole body again from the top at each wake, so `walk` yields only the visits of steps that have not
been carried out yet, catching up in one go however many decisions were taken meanwhile.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from prefect import runtime, task
from prefect.artifacts import create_link_artifact
from prefect.client.schemas.objects import State
from prefect.flow_runs import suspend_flow_run
from prefect.input import RunInput
from prefect.states import Completed, Failed
from pydantic import Field
from sqlmodel import Session, col, select, update

from flows.engine import filing, trouble
from flows.engine.delivery import deliver_one, pending_of_request
from flows.engine.kind import ARCHIVE, Copy, kinds
from flows.engine.seen import ends_agreed, items_seen
from models.database import transaction
from models.messages import Notice
from models.organisation import Person
from models.record import Request, RouteStep, Status, Visit
from models.route import INITIATOR, OUTCOME_TITLES, Outcome, Part
from models.settings import settings


class ResumeForm(RunInput):
    """What the run's page asks. The answer is not read: the record decides (see docs/decisions)."""

    verdict: str = Field(title="处理意见", description="请在工作台办理；同意 agree、不同意 refuse、退回 return")
    opinion: str = Field("", title="意见", max_length=2000)


@dataclass(frozen=True)
class PartSeen:
    """One person's part in a visit that still has something to carry out."""

    request_id: UUID
    number: str
    item: UUID
    part: Part
    label: str


@dataclass(frozen=True)
class StepSeen:
    """One visit of a step, as the record had it when the walk came to it."""

    request_id: UUID
    number: str
    seq: int
    position: int
    round: int
    key: str
    title: str
    open: bool
    agreed: bool  # concluded by agreement, which stands
    parts: tuple[PartSeen, ...]

    def mark_carried(self) -> None:
        """This visit needs nothing more."""
        with transaction() as session:
            session.execute(
                update(Visit)
                .where(
                    col(Visit.request_id) == self.request_id,
                    col(Visit.round) == self.round,
                    col(Visit.position) == self.position,
                )
                .values(carried_at=datetime.now(UTC))
            )


def walk(request_id: UUID) -> Iterator[StepSeen]:
    """The visits not yet carried out, in order. Ends when the request is finished and all of them are."""
    while True:
        with transaction() as session:
            step = _next_seen(session, request_id)
        if step is None:
            return
        yield step
        if not step.open:
            step.mark_carried()


def suspend(step: StepSeen) -> None:
    """End this execution of the run, with the open step as its form; not yet if a decision was taken meanwhile."""
    for notice in pending_of_request(step.request_id):
        _deliver(notice, step.request_id, step.number)
    if not caught_up(step):
        return
    page = f"{settings().address}/requests/{step.number}"
    form = ResumeForm.with_initial_data(description=f"**{step.number} {step.title}**\n\n[在工作台办理]({page})")
    suspend_flow_run(wait_for_input=form, key=f"{step.key}-{step.round}-{runtime.flow_run.run_count}")


def caught_up(step: StepSeen) -> bool:
    """Whether nothing has happened since this step was seen; then, and only then, all so far counts as carried out."""
    with transaction() as session:
        request = session.exec(select(Request).where(Request.id == step.request_id).with_for_update()).one()
        if request.wake_seq > step.seq:
            return False
        request.carried_seq = max(request.carried_seq, request.wake_seq)
        return True


def finish(request_id: UUID) -> State:
    """After the outcome: settle, draw and file the sheets, tell everyone concerned. Fails where it must be repeated."""
    with transaction() as session:
        request = session.get_one(Request, request_id)
        due = filing.due_copies(session, request)
    if request.carried_seq < request.wake_seq and not _after_outcome(request, due):
        return Failed(message=f"{request.number} 办结后的工作未能完成，系统将自动重试")
    return Completed(name=OUTCOME_TITLES[Outcome(request.status)], message=request.number)


def _after_outcome(request: Request, due: Sequence[Copy]) -> bool:
    """Whether all of it was done; then, and only then, the request counts as carried out."""
    done = [file_copy(request.id, copy) for copy in due]
    if request.status is Status.approved:
        settled = settle(request.id, return_state=True)
        done.append(trouble.tell_unless_done(settled, request.id, request.number, "settle"))
    for notice in pending_of_request(request.id):
        _deliver(notice, request.id, request.number)
    if all(done):
        all_carried_out(request.id)
    return all(done)


def all_carried_out(request_id: UUID) -> None:
    """A finished request needs its run no more."""
    with transaction() as session:
        session.execute(update(Request).where(col(Request.id) == request_id).values(carried_seq=Request.wake_seq))


@task(name="落账", task_run_name="落账", retries=len(trouble.PAUSES), retry_delay_seconds=trouble.PAUSES)
def settle(request_id: UUID) -> None:
    """Balances, bookings, ledgers: as the kind says."""
    with transaction() as session:
        request = session.exec(select(Request).where(Request.id == request_id).with_for_update()).one()
        kind = kinds()[request.kind]
        kind.settle(session, request, kind.read(request.form))


def file_copy(request_id: UUID, copy: Copy) -> bool:
    """Draw and file one copy of the sheet; an incident when it could not be done after all tries."""
    with transaction() as session:
        number = session.get_one(Request, request_id).number
    state = file_sheet(request_id, copy.key, copy.title, return_state=True)
    return trouble.tell_unless_done(state, request_id, number, "file_sheet", copy.key)


@task(name="归档", task_run_name="流程单归档 {title}", retries=len(trouble.PAUSES), retry_delay_seconds=trouble.PAUSES)
def file_sheet(request_id: UUID, copy_kind: str, title: str) -> None:
    """Draw the sheet and file it, once; leave a link to it on the run."""
    number = filing.draw_and_file(request_id, copy_kind)
    link = f"{settings().address}/api/requests/{number}/sheet"
    link += "" if copy_kind == ARCHIVE.key else f"?copy={copy_kind}"
    create_link_artifact(
        link=link,
        link_text=f"{number} 流程单（{title}）",
        key=f"{number.lower()}-{copy_kind}",
        description=f"{number} {title}",
    )


@task(name="通知", task_run_name="通知 {label}", retries=len(trouble.PAUSES), retry_delay_seconds=trouble.PAUSES)
def notify(notice: UUID, label: str) -> None:
    """Tell someone: the outcome, for reading, a withdrawal."""
    deliver_one(notice)


def _deliver(notice: UUID, request_id: UUID, number: str) -> None:
    with transaction() as session:
        name = session.exec(
            select(Person.name).join(Notice, col(Notice.person) == Person.account).where(Notice.id == notice)
        ).one()
    state = notify(notice, name, return_state=True)
    trouble.tell_unless_done(state, request_id, number, "deliver", str(notice))


def _next_seen(session: Session, request_id: UUID) -> StepSeen | None:
    request = session.get_one(Request, request_id)
    mine = select(Visit).where(Visit.request_id == request_id)
    visits = session.exec(mine.order_by(col(Visit.round), col(Visit.position))).all()  # the order they were entered in
    at = next((at for at, each in enumerate(visits) if each.carried_at is None), None)
    if at is None:
        return None
    visit, following = visits[at], visits[at + 1 : at + 2]
    went_on = request.status is Status.approved or any(each.position > visit.position for each in following)
    step = session.get(RouteStep, (request_id, visit.edition, visit.position))
    title, seen = step.title if step else "发起人修改", items_seen(session, visit)
    return StepSeen(
        request_id=request_id,
        number=request.number,
        seq=request.seq,
        position=visit.position,
        round=visit.round,
        key=step.key if step else "initiator",
        title=title,
        open=visit.closed_at is None,
        agreed=visit.closed_at is not None and went_on and ends_agreed(session, visit, seen),
        parts=tuple(
            PartSeen(request_id, request.number, each.item.id, each.item.part, f"{title} {each.label}{_nth(visit)}")
            for each in seen
            if each.to_carry
        ),
    )


def _nth(visit: Visit) -> str:
    return f"(第{visit.round}轮)" if visit.round > 1 or visit.position == INITIATOR else ""
