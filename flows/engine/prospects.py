"""Open requests that began with an older version of their kind's rules, and what a newer one would change for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from flows.engine.kind import Kind
from flows.engine.moving import Way, way_of
from flows.engine.submit import Plan, check_proof, plan
from models.onward import Onward, onward, route_after
from models.record import Request, Status, Visit
from models.refusals import Refusal
from models.route import Step
from models.route_diff import Change, compare


@dataclass(frozen=True)
class Another:
    """What newer rules make of a request: its plan, its route laid beside the one in force, where it would go on."""

    plan: Plan
    lines: Sequence[Change]
    onward: Onward


@dataclass(frozen=True)
class Prospect:
    """A request and what newer rules would make of it; `refused`: why these do not take its form."""

    request: Request
    another: Another | None
    refused: str = ""

    @property
    def lines(self) -> Sequence[Change]:
        return self.another.lines if self.another else ()

    @property
    def anew_from(self) -> Step | None:
        """The step at which a new round would begin; None where nobody would be asked anew."""
        if self.another is None or not self.another.onward.anew:
            return None
        return route_after(self.lines)[self.another.onward.position - 1]


def prospects(
    session: Session, kind: Kind, version: int, now: datetime, offset: int = 0, limit: int | None = None
) -> list[Prospect]:
    """What `version` of the rules would change for each open request of an older one, the oldest request first."""
    older = select(Request).where(
        Request.kind == kind.key, Request.status == Status.open, Request.rule_version < version
    )
    found = session.exec(older.order_by(col(Request.submitted_at)).offset(offset).limit(limit)).all()
    return [_prospect(way_of(session, request, now), version) for request in found]


def planned_anew(way: Way, version: int) -> Another:
    """What `version` of the rules makes of a request, judged as on the day it was submitted.

    Raises:
        Refusal: these rules do not take its form.
    """
    session, request, kind = way.desk.session, way.request, way.desk.kind
    planned = plan(session, kind, request.initiator, request.form, request.submitted_at, version, request.number)
    check_proof(planned)
    lines = compare(way.steps, planned.steps)
    mine = select(Visit.round, Visit.position).where(Visit.request_id == request.id, Visit.edition == request.edition)
    visits = session.exec(mine.order_by(col(Visit.round), col(Visit.position))).all()
    begun = request.edition_round, request.edition_start
    return Another(planned, lines, onward(lines, way.steps, way.events, request.initiator, begun, visits))


def _prospect(way: Way, version: int) -> Prospect:
    try:
        return Prospect(way.request, planned_anew(way, version))
    except Refusal as refusal:
        return Prospect(way.request, None, refusal.message)
