"""复制为新申请: a new form filled in like an earlier request of one's own."""

from sqlmodel import Session, select

from flows.engine.forms import schema_of
from flows.engine.kind import Kind
from gateway.workbench.acting import FORM
from gateway.workbench.inputs import inputs
from models.record import Request
from models.refusals import NotYours

NEW_EACH_TIME = frozenset({"date", "moment", "files"})


def copied(session: Session, account: str, kind: Kind, number: str) -> dict[str, str]:
    """What was filled in then, as it would be typed; without days, times and files. Raises NotYours."""
    mine = Request.number == number, Request.initiator == account, Request.kind == kind.key
    earlier = session.exec(select(Request).where(*mine)).first()
    if earlier is None:
        raise NotYours
    filled = inputs(schema_of(kind.form), FORM, earlier.form, {})
    return {each.name: each.value for each in filled if each.control not in NEW_EACH_TIME}
