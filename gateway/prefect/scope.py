"""What of Prefect a person sees: the runs of requests that the record lets them see. Prefect's tags decide nothing."""

from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from flows.engine.kind import Kind, kinds
from gateway.login.identity import Me
from gateway.visibility import is_administrator, visible_to
from models.record import Request
from models.refusals import NotYours

MOST_RUNS = 200  # the newest; as many as a list of ours shows
NOBODY = UUID(int=0)  # matches no run


def request_of_run(session: Session, me: Me, run: UUID) -> Request:
    """The request that a flow run carries out.

    Raises:
        NotYours: no run of a request, or of one that this person may not see.
    """
    request = session.exec(select(Request).where(Request.flow_run_id == run, visible_to(me))).first()
    if request is None:
        raise NotYours
    return request


def check_sees(session: Session, me: Me, run: UUID) -> None:
    """Whether this person may see a run; the administrator sees those of 催办, 追办 and 存证 too. Raises NotYours."""
    if not is_administrator(me):
        request_of_run(session, me, run)


def visible_runs(session: Session, me: Me, wanted: list[UUID] | None) -> list[str] | None:
    """The runs this person may see, the newest first; of those wanted, if any are named. None: all that there are."""
    if is_administrator(me):
        return None if wanted is None else [str(each) for each in wanted] or [str(NOBODY)]
    mine = select(Request.flow_run_id).where(col(Request.flow_run_id).is_not(None), visible_to(me))
    if wanted is not None:
        mine = mine.where(col(Request.flow_run_id).in_(wanted))
    rows = session.exec(mine.order_by(col(Request.submitted_at).desc()).limit(MOST_RUNS))
    return [str(each) for each in rows] or [str(NOBODY)]


def kind_named(deployment: Any) -> Kind | None:
    """The kind that a deployment of Prefect's is for; none for 催办, 追办 and 存证."""
    return next((kind for kind in kinds().values() if kind.title == deployment["name"]), None)


def names_of(what: str) -> list[str]:
    """The names of the kinds' own flows, or deployments."""
    return [kind.flow.name if what == "flows" else kind.title for kind in kinds().values()]
