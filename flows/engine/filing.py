"""Filing: which copies of the sheet are due, and drawing and filing one of them."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from flows.engine.forms import Form, label_of, text_of
from flows.engine.kind import Copy, Kind, kinds
from flows.engine.rules import rules_of
from models.database import transaction
from models.organisation import Person
from models.record import Decision, Request, RouteStep, Status, WorkItem
from models.route import Part, Verdict
from printouts.filing import file_sheet, filed_sheet
from printouts.gather import gather
from printouts.render import render
from printouts.sheet import Shown

AGREED = (Verdict.agree, Verdict.finish)


def due_copies(session: Session, request: Request) -> list[Copy]:
    """Copies that must be filed by now: those of the outcome once there is one, those of a step once it was agreed."""
    copies = kinds()[request.kind].copies
    agreed = _steps_agreed(session, request)
    return [
        copy for copy in copies if (copy.after_step in agreed if copy.after_step else request.status is not Status.open)
    ]


def draw_and_file(request_id: UUID, copy_kind: str) -> str:
    """Draw one copy and file it, unless it is filed; the request's number.

    Raises:
        OSError, SheetDamaged, or what drawing raised: nothing is filed, to be tried again.
    """
    with transaction() as session:
        request = session.get_one(Request, request_id)
        if filed_sheet(session, request_id, copy_kind):
            return request.number
        kind = kinds()[request.kind]
        copy = next(each for each in kind.copies if each.key == copy_kind)
        now = datetime.now(UTC)
        years = kind.retention(kind.read(request.form), rules_of(session, kind, request.rule_version))
        data = gather(
            session,
            request_id,
            copy_kind,
            title=f"{kind.title}流程单",
            copy_title=copy.title,
            retention=f"{years}年" if years else "永久",
            shown_form=shown_form(session, kind, request),
            shown_fields=lambda model, values: shown_fields(session, kind.fields[model], values),
            printed_at=now,
            appendix=copy.after_step is None,
        )
    drawn = render(data)  # outside any transaction: it takes long
    with transaction() as session:
        file_sheet(session, request_id, copy_kind, drawn.pdf, drawn.pages, now)
    return data.number


def shown_form(session: Session, kind: Kind, request: Request) -> dict[str, Shown]:
    """Every field of the form, and every figure worked out from it, as label and text."""
    form = kind.read(request.form)
    fields = {
        name: Shown(label_of(kind.form, name), _text(session, kind.form, name, getattr(form, name)))
        for name in kind.form.model_fields
    }
    facts = {name: Shown(kind.fact_labels.get(name, name), text_of(value)) for name, value in request.facts.items()}
    return fields | facts


def shown_fields(session: Session, model: type[Form], values: dict[str, Any]) -> list[tuple[str, str]]:
    """A step's fields as label and text; empty texts for a step that is still to come."""
    if not values:
        return [(label_of(model, name), "") for name in model.model_fields]
    read = model.model_validate(values)
    return [(label_of(model, name), _text(session, model, name, getattr(read, name))) for name in model.model_fields]


def _text(session: Session, model: type[Form], name: str, value: Any) -> str:
    """People are shown by name."""
    extra = model.model_fields[name].json_schema_extra
    if value and isinstance(extra, dict) and extra.get("picker") == "person":
        person = session.get(Person, value)
        return f"{person.name}（{value}）" if person else str(value)
    return text_of(value)


def _steps_agreed(session: Session, request: Request) -> set[str]:
    """Keys of the steps whose last word by the host, in the present edition of the route, is agreement."""
    rows = session.exec(
        select(RouteStep.key, Decision.verdict)
        .join(WorkItem, (col(WorkItem.request_id) == RouteStep.request_id) & (WorkItem.position == RouteStep.position))
        .join(Decision, col(Decision.work_item_id) == WorkItem.id)
        .where(
            RouteStep.request_id == request.id,
            RouteStep.edition == request.edition,
            WorkItem.part == Part.host,
            WorkItem.round >= request.edition_round,
        )
        .order_by(col(Decision.seq))
    )
    return {key for key, verdict in dict(rows.all()).items() if verdict in AGREED}
