"""Filing: which copies of the sheet are due, and drawing and filing one of them."""

from datetime import UTC, datetime
from uuid import UUID

from sqlmodel import Session

from flows.engine import trouble
from flows.engine.kind import Copy, kinds
from flows.engine.rules import retention_of
from flows.engine.shown import shown_fields, shown_form
from models.archival import retention_code, retention_in_words
from models.database import transaction
from models.papers import Signature, new_code
from models.record import Request, Status
from models.route import Verdict
from printouts.drawing.render import Rendered, render
from printouts.filing.sheets import file_sheet, filed_sheet, settled
from printouts.gathering.case import load
from printouts.gathering.gather import gather
from printouts.gathering.seats import seatings
from printouts.gathering.sheet import SheetData
from printouts.signing.sign import KeyAway, Signed, sign

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
    """Draw one copy, sign and file it, unless it is filed; the request's number.

    With the key away it is filed unsigned (待补签), which is an incident until late signing has made up for it.

    Raises:
        OSError, SheetDamaged, or what drawing raised: nothing is filed, to be tried again.
    """
    with transaction() as session:
        number, filed = session.get_one(Request, request_id).number, filed_sheet(session, request_id, copy_kind)
    if not filed:
        data = sheet_data(request_id, copy_kind, new_code())
        drawn = render(data)  # outside any transaction, as signing: it takes long
        trouble.tell_missing_glyphs(request_id, data.number, drawn.missing)
        signed, why_not = _signed(drawn)
        with transaction() as session:
            filed = file_sheet(
                session, request_id, copy_kind, drawn.pdf, drawn.pages, data.printed_at, data.code, signed
            )
            if why_not and not session.get(Signature, filed.id):
                subject = trouble.subject_of(number, copy_kind)
                trouble.note_incident(session, request_id, subject, trouble.SIGN, why_not)
    settled(filed)
    return number


def _signed(drawn: Rendered) -> tuple[Signed | None, str]:
    """What signing made of it, or why it could not be done."""
    try:
        return sign(drawn.pdf, datetime.now(UTC)), ""
    except KeyAway as away:
        return None, str(away)


def sheet_data(request_id: UUID, copy_kind: str, code: str = "") -> SheetData:
    """What one copy of a request's sheet shows, as of now. `code`: its check code (校验码), once it has one."""
    with transaction() as session:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})  # the record in it is of one piece
        request = session.get_one(Request, request_id)
        kind = kinds()[request.kind]
        copy = next(each for each in kind.copies if each.key == copy_kind)
        retention = retention_in_words(retention_code(retention_of(session, request)))
        return gather(
            session,
            request_id,
            copy_kind,
            title=f"{kind.title}流程单",
            copy_title=copy.title,
            code=code,
            retention=retention,
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
