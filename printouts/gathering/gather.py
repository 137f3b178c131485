"""From the record to the values of a sheet. Labels and texts of form fields come from the kind (see `gather`)."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from models.organisation import Person
from models.papers import Attachment
from models.record import JournalEntry, Request, Status
from models.route import OUTCOME_TITLES, Outcome
from models.settings import settings
from printouts.gathering.case import Case, ShownFields, load
from printouts.gathering.course import earlier_rounds, standing_steps
from printouts.gathering.effects import effects, readers, reminders
from printouts.gathering.record_file import record_of
from printouts.gathering.sheet import SheetAttachment, SheetData, SheetPerson, SheetRules, Shown


def gather(
    session: Session,
    request_id: UUID,
    copy_kind: str,
    *,
    title: str,
    copy_title: str,
    retention: str,
    shown_form: Mapping[str, Shown],
    shown_fields: ShownFields,
    printed_at: datetime,
    code: str = "",
    appendix: bool = True,
) -> SheetData:
    """Everything a sheet shows, as the record has it now.

    Args:
        code: 校验码, kept with the sheet and printed on it.
        title: of the paper, 请假流程单; copy_title: 归档联, 派车联.
        retention: 保管期限 as written, 10年 or 永久.
        shown_form: each form field, and each figure worked out from it, by name.
        shown_fields: a step's field model and values → what is printed. Called with {} for a step that is still
            to come, to print its empty lines.
        appendix: whether returned rounds, reminders and effects are printed.
    """
    case = load(session, request_id, shown_fields)
    request = case.request
    return SheetData(
        organisation=settings().organisation,
        title=title,
        number=request.number,
        kind=request.kind,
        copy_kind=copy_kind,
        copy_title=copy_title,
        code=code,
        initiator=SheetPerson(case.people[request.initiator].name, request.department),
        submitted_at=case.local(request.submitted_at),
        finished_at=case.local(request.finished_at) if request.finished_at else None,
        outcome=_outcome(session, request),
        retention=retention,
        form=shown_form,
        steps=standing_steps(case),
        attachments=_attachments(session, request_id),
        readers=readers(case),
        effects=effects(case) if appendix else (),
        earlier_rounds=earlier_rounds(case) if appendix else (),
        reminders=reminders(case) if appendix else (),
        rules=_rules(session, case),
        record=record_of(session, case, {"copy_kind": copy_kind, "code": code}),
        printed_at=case.local(printed_at),
    )


def _rules(session: Session, case: Case) -> tuple[SheetRules, ...]:
    """换用新版规则, each time."""
    moves = JournalEntry.request_id == case.request.id, JournalEntry.act == "rules_changed"
    rows = select(JournalEntry, Person).join(Person, col(Person.account) == JournalEntry.actor).where(*moves)
    return tuple(
        SheetRules(
            SheetPerson(person.name, person.department),
            case.local(entry.at),
            entry.detail["from_version"],
            entry.detail["to_version"],
        )
        for entry, person in session.exec(rows.order_by(col(JournalEntry.seq)))
    )


def _outcome(session: Session, request: Request) -> str:
    if request.status is Status.open:
        return "办理中"
    title = OUTCOME_TITLES[Outcome(request.status)]
    if request.status is not Status.withdrawn:
        return title
    entry = session.exec(
        select(JournalEntry).where(JournalEntry.request_id == request.id, JournalEntry.act == "withdrawn")
    ).first()
    reason = entry.detail.get("reason") if entry else None
    return f"{title}（{reason}）" if reason else title


def _attachments(session: Session, request_id: UUID) -> tuple[SheetAttachment, ...]:
    rows = session.exec(
        select(Attachment).where(Attachment.request_id == request_id).order_by(col(Attachment.at), col(Attachment.name))
    )
    return tuple(SheetAttachment(row.name, row.size, row.sha256) for row in rows)
