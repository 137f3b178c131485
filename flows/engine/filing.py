"""Filing: which copies of the sheet are due, and drawing and filing one of them."""

from datetime import UTC, datetime
from uuid import UUID

from sqlmodel import Session

from flows.engine.kind import Copy, kinds
from flows.engine.rules import rules_of
from flows.engine.shown import shown_fields, shown_form
from models.database import transaction
from models.papers import new_code
from models.record import Request, Status
from models.route import Verdict
from printouts.case import load
from printouts.filing import file_sheet, filed_sheet
from printouts.gather import gather
from printouts.render import render
from printouts.seats import seatings
from printouts.sheet import SheetData

AGREED = (Verdict.agree, Verdict.finish)


def due_copies(session: Session, request: Request) -> list[Copy]:
    """Copies that are to be filed now: of the outcome once there is one, of an agreed step if it is not filed yet."""
    copies = kinds()[request.kind].copies
    agreed = _steps_agreed(session, request) if any(copy.after_step for copy in copies) else set()

    def due(copy: Copy) -> bool:
        if copy.after_step is None:
            return request.status is not Status.open
        return copy.after_step in agreed and filed_sheet(session, request.id, copy.key) is None

    return [copy for copy in copies if due(copy)]


def draw_and_file(request_id: UUID, copy_kind: str) -> str:
    """Draw one copy and file it, unless it is filed; the request's number.

    Raises:
        OSError, SheetDamaged, or what drawing raised: nothing is filed, to be tried again.
    """
    with transaction() as session:
        if filed_sheet(session, request_id, copy_kind):
            return session.get_one(Request, request_id).number
    data = sheet_data(request_id, copy_kind, new_code())
    drawn = render(data)  # outside any transaction: it takes long
    with transaction() as session:
        file_sheet(session, request_id, copy_kind, drawn.pdf, drawn.pages, data.printed_at, data.code)
    return data.number


def sheet_data(request_id: UUID, copy_kind: str, code: str = "") -> SheetData:
    """What one copy of a request's sheet shows, as of now. `code`: its check code (校验码), once it has one."""
    with transaction() as session:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})  # the record in it is of one piece
        request = session.get_one(Request, request_id)
        kind = kinds()[request.kind]
        copy = next(each for each in kind.copies if each.key == copy_kind)
        years = kind.retention(kind.read(request.form), rules_of(session, kind, request.rule_version))
        return gather(
            session,
            request_id,
            copy_kind,
            title=f"{kind.title}流程单",
            copy_title=copy.title,
            code=code,
            retention=f"{years}年" if years else "永久",
            shown_form=shown_form(session, kind, request),
            shown_fields=lambda model, values: shown_fields(session, kind.fields[model], values),
            printed_at=datetime.now(UTC),
            appendix=copy.after_step is None,
        )


def _steps_agreed(session: Session, request: Request) -> set[str]:
    """Keys of the steps that stand concluded by the host's agreement; a return or a word taken back undoes it."""
    case = load(session, request.id, lambda _model, _values: [])
    return {
        seating.step.key
        for seating in seatings(case).values()
        if seating.concluded and seating.place.given[seating.host].verdict in AGREED
    }
