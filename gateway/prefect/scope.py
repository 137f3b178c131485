"""What of Prefect a person sees: the runs of requests that the record lets them see. Prefect's tags decide nothing."""

from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from gateway.identity import Me
from gateway.visibility import visible_to
from models.record import Request
from models.refusals import NotYours

MOST_RUNS = 200  # the newest; as many as a list of ours shows
MOST_ROWS = 200
NOBODY = UUID(int=0)  # matches no run
HIDDEN_OF_RUN: dict[str, Any] = {"job_variables": {}, "context": {}, "parameters": {}, "empirical_policy": {}}
HIDDEN_OF_DEPLOYMENT: dict[str, Any] = {
    "parameters": {}, "job_variables": {}, "pull_steps": [], "path": None, "entrypoint": None,
    "storage_document_id": None, "infrastructure_document_id": None,
}  # fmt: skip
STATES = frozenset(
    {"SCHEDULED", "PENDING", "RUNNING", "COMPLETED", "FAILED", "CANCELLED", "CRASHED", "PAUSED", "CANCELLING"}
)


def request_of_run(session: Session, me: Me, run: UUID) -> Request:
    """The request that a flow run carries out.

    Raises:
        NotYours: no run of a request, or of one that this person may not see.
    """
    request = session.exec(select(Request).where(Request.flow_run_id == run, visible_to(me))).first()
    if request is None:
        raise NotYours
    return request


def visible_runs(session: Session, me: Me, wanted: list[UUID] | None) -> list[str]:
    """The runs this person may see, the newest first; of those wanted, if any are named."""
    mine = select(Request.flow_run_id).where(col(Request.flow_run_id).is_not(None), visible_to(me))
    if wanted is not None:
        mine = mine.where(col(Request.flow_run_id).in_(wanted))
    rows = session.exec(mine.order_by(col(Request.submitted_at).desc()).limit(MOST_RUNS))
    return [str(each) for each in rows] or [str(NOBODY)]


def wanted_runs(body: dict[str, Any], *places: str) -> list[UUID] | None:
    """The run ids that a filter names at the first of these places (`flow_runs.id`), or None for all."""
    for place in places:
        found: Any = body
        for name in (*place.split("."), "any_"):
            found = found.get(name) if isinstance(found, dict) else None
        if isinstance(found, list):
            return [key for each in found[:MOST_RUNS] if (key := _uuid(each))]
    return None


def narrowed(body: dict[str, Any], runs: list[str]) -> dict[str, Any]:
    """A filter over these runs, written anew: of what was sent only states, order and page are kept."""
    flow_runs: dict[str, Any] = {"operator": "and_", "id": {"any_": runs}}
    sent = body.get("flow_runs")
    state = sent.get("state") if isinstance(sent, dict) else None
    types = state.get("type") if isinstance(state, dict) else None
    if isinstance(types, dict) and isinstance(types.get("any_"), list):
        flow_runs["state"] = {"operator": "and_", "type": {"any_": [each for each in types["any_"] if each in STATES]}}
    return {"flow_runs": flow_runs} | paging(body)


def paging(body: dict[str, Any]) -> dict[str, Any]:
    """Order and page of a filter, as far as they are plain."""
    kept: dict[str, Any] = {}
    for name in ("limit", "offset", "page"):
        if isinstance(number := body.get(name), int) and not isinstance(number, bool) and 0 <= number <= 10_000:
            kept[name] = min(number, MOST_ROWS) if name == "limit" else number
    if isinstance(sort := body.get("sort"), str) and sort.replace("_", "").isalpha() and len(sort) < 40:
        kept["sort"] = sort
    return kept


def hidden(found: Any, hiding: dict[str, Any]) -> Any:
    """Prefect's answer without what is nobody's business: settings, variables, code."""
    if isinstance(found, list):
        return [hidden(each, hiding) for each in found]
    if isinstance(found, dict) and isinstance(found.get("results"), list):  # a page of a list
        return found | {"results": hidden(found["results"], hiding)}
    return {name: hiding.get(name, each) for name, each in found.items()} if isinstance(found, dict) else found


def is_id(text: str) -> bool:
    return _uuid(text) is not None


def _uuid(text: Any) -> UUID | None:
    try:
        return UUID(text)
    except (ValueError, TypeError, AttributeError):
        return None
