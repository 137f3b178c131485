"""Submitting: from a form to a numbered request with its route, in one transaction. And the preview of the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, ClassVar
from uuid import UUID, uuid4

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from flows.engine.desk import Desk, keep_route
from flows.engine.forms import Form, faults_told, labelled, read_form
from flows.engine.kind import Kind, Rules
from flows.engine.past import own_approved
from flows.engine.rules import current_version, rules_of
from models.applicant import Applicant
from models.calendar_table import calendar
from models.database import one_at_a_time
from models.next_stop import next_stop
from models.organisation import organisation
from models.papers import Attachment
from models.record import Counter, JournalEntry, Request
from models.refusals import Conflict, NotAllowed
from models.route import Step, Stop
from models.settings import settings


@dataclass(frozen=True)
class Plan:
    """A form that holds, with everything worked out from it; nothing written yet."""

    kind: Kind
    version: int
    rules: Rules
    by: Applicant
    form: Form
    steps: Sequence[Step]
    facts: dict[str, Any]


def plan(
    session: Session,
    kind: Kind,
    account: str,
    data: dict[str, Any],
    now: datetime,
    version: int | None = None,
    number: str = "",
) -> Plan:
    """Read and check a form and work out who will sign.

    Args:
        version, number: of a request that has begun: the rules to go by, and what does not stand in its own way.

    Raises:
        Invalid: the fields at fault; NobodyThere: an approver's post is empty.
    """
    version = version or current_version(session, kind, now)
    rules = rules_of(session, kind, version)
    form = read_form(kind.form, data)
    own = partial(own_approved, session, account, now, number)
    by = Applicant(organisation(session), calendar(session), account, settings().zone, own)
    if not by.organisation.present(account) and account not in by.organisation.people:
        raise NotAllowed("您的账号已不在册，不能发起申请。请联系人事处。")
    with labelled(kind.form):
        kind.check(form, by, rules, now)
    return Plan(kind, version, rules, by, form, kind.route(form, by, rules), kind.facts(form, by, rules, now))


def submit(
    session: Session,
    kind: Kind,
    account: str,
    data: dict[str, Any],
    now: datetime,
    idempotency_key: str | None = None,
) -> Request:
    """Make a request of a form. The same idempotency key again gives the request it gave the first time.

    Raises:
        Invalid: fields at fault; Conflict: overlaps something on record, or the key was used for another form.
    """
    if idempotency_key and (earlier := _earlier(session, account, idempotency_key)):
        return _same_or_conflict(session, earlier, kind, data)
    planned = plan(session, kind, account, data, now)
    check_proof(planned)
    year = now.astimezone(planned.by.zone).year
    serial = _next_number(session, kind.prefix, year)
    request = Request(
        id=uuid4(),
        number=f"{kind.prefix}-{year}-{serial:06d}",
        prefix=kind.prefix,
        year=year,
        serial=serial,
        kind=kind.key,
        rule_version=planned.version,
        initiator=account,
        department=planned.by.member.department,
        form=planned.form.model_dump(mode="json"),
        facts=planned.facts,
        readers=list(kind.readers(planned.form, planned.by, planned.rules)),
        submitted_at=now,
        idempotency_key=idempotency_key,
    )
    session.add(request)
    session.flush()
    attach(session, request, planned.form)
    keep_route(session, request, planned.steps)
    with conflicts_told():
        kind.claim(session, request, planned.form, planned.by)
        session.flush()
    desk = Desk(session, request, kind, planned.rules, now)
    desk.note(
        "submitted",
        account,
        form=request.form,
        facts=planned.facts,
        rule_version=planned.version,
        route=[step.title for step in planned.steps],
    )
    stop = next_stop(planned.steps, [], account)
    assert isinstance(stop, Stop), "a route has a step"  # noqa: S101 - a broken route rule must not be recorded
    desk.enter(stop)
    desk.open(stop, planned.steps, stop.awaited)
    desk.wake()
    desk.close()
    return request


def check_proof(planned: Plan) -> None:
    """Raises Invalid: what must be attached is not."""
    proof = planned.kind.proof(planned.form, planned.by, planned.rules)
    if proof and not _attachments(planned.form):
        raise faults_told(planned.kind.form, {"attachments": proof})


class conflicts_told:  # noqa: N801 - reads as a sentence where it is used
    """Turns the record's exclusion constraints into refusals that people understand."""

    SENTENCES: ClassVar = {
        "leave_overlaps": "该时段与您已有的请假重叠，请先撤回原申请或修改起止日期。",
        "car_booked": "该车在此时段刚刚被派出，请换一辆。",
        "driver_booked": "该驾驶员在此时段刚刚被派出，请换一位。",
    }

    def __enter__(self) -> None:
        return None

    def __exit__(self, _type: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, IntegrityError):
            name = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
            if name in self.SENTENCES:
                raise Conflict(self.SENTENCES[name], constraint=name) from error


def attach(session: Session, request: Request, form: Form) -> None:
    """Bind the form's attachments to the request: they must be the initiator's own and not of another request."""
    wanted = set(_attachments(form))
    mine = session.exec(
        select(Attachment)
        .where(col(Attachment.id).in_(wanted), Attachment.owner == request.initiator)
        .with_for_update()
    ).all()
    usable = [each for each in mine if each.request_id in (None, request.id)]
    if len(usable) != len(wanted):
        raise faults_told(type(form), {"attachments": "有附件不存在或已用于其他申请，请重新上传"})
    for each in usable:
        each.request_id = request.id


def _attachments(form: Form) -> list[UUID]:
    return list(getattr(form, "attachments", []))


def _next_number(session: Session, prefix: str, year: int) -> int:
    """Taken in the request's own transaction: rolled back with it, so no gap (I10)."""
    count = insert(Counter).values(prefix=prefix, year=year, last=1)
    count = count.on_conflict_do_update(index_elements=["prefix", "year"], set_={"last": col(Counter.last) + 1})
    return int(session.execute(count.returning(col(Counter.last))).scalar_one())


def _earlier(session: Session, account: str, key: str) -> Request | None:
    """What the person submitted under this key. The same key at the same moment waits here for the first's commit."""
    one_at_a_time(session, f"key {account} {key}")
    return session.exec(select(Request).where(Request.initiator == account, Request.idempotency_key == key)).first()


def _same_or_conflict(session: Session, earlier: Request, kind: Kind, data: dict[str, Any]) -> Request:
    """The earlier request, unless it was handed in with another form; of one amended since, what it was is not kept."""
    if earlier.kind == kind.key:
        form = read_form(kind.form, data).model_dump(mode="json")
        if earlier.form == form or _amended(session, earlier):
            return earlier
    raise Conflict(f"同一幂等键已用于 {earlier.number}，内容不同。请换一个键。", number=earlier.number)


def _amended(session: Session, request: Request) -> bool:
    mine = JournalEntry.request_id == request.id, JournalEntry.act == "amended"
    return session.exec(select(JournalEntry.seq).where(*mine)).first() is not None
