"""How the record is shown to programs: people as `{account, name, department}`, moments in ISO with zone."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

from sqlmodel import Session, col, select

from flows.engine.acts.act import Doing
from flows.engine.acts.signers import added_in
from flows.engine.acts.who import possible_at_all, possible_with
from flows.engine.decide import fields_asked
from flows.engine.desk import steps_of, steps_of_each
from flows.engine.forms import Schema, schema_of
from flows.engine.kind import Kind, kinds
from gateway.rest.shapes import (
    AttachmentShown,
    EntryShown,
    ItemShown,
    NoticeShown,
    PartShown,
    PersonShown,
    RequestShown,
    RoundShown,
    SaidShown,
    SheetShown,
    StepInCourse,
    StepKey,
    StepShown,
    SummaryShown,
)
from models.messages import Notice
from models.next_stop import permitted
from models.organisation import Person
from models.papers import Attachment, Sheet, Signature
from models.record import Decision, ItemState, JournalEntry, Request, StepChange, Visit, WorkItem, where_added
from models.route import INITIATOR, Step, Verdict, Where
from printouts.filing.sheets import newest

Parts = defaultdict[tuple[int, int], list[PartShown]]


class People:
    """Accounts as people; each looked up once."""

    def __init__(self, session: Session, accounts: Iterable[str] = ()) -> None:
        self._session, self._known = session, dict[str, PersonShown]()
        self.meet(accounts)

    def meet(self, accounts: Iterable[str]) -> None:
        """Look up in one go those not yet known."""
        new = set(accounts) - self._known.keys()
        if new:
            found = self._session.exec(
                select(Person.account, Person.name, Person.department).where(col(Person.account).in_(new))
            )
            self._known |= {
                account: {"account": account, "name": name, "department": department}
                for account, name, department in found
            }

    def __call__(self, account: str) -> PersonShown:
        self.meet([account])
        return self._known[account]


def route_shown(session: Session, steps: Sequence[Step]) -> list[StepShown]:
    """A route as a list of steps in order."""
    people = People(session, [each for step in steps for each in (step.host, *step.handlers, *step.countersigners)])
    return [
        {
            "key": step.key,
            "title": step.title,
            "host": people(step.host),
            "handlers": [people(each) for each in step.handlers],
            "countersigners": [people(each) for each in step.countersigners],
            "rule": step.rule,
            "deadline_hours": step.deadline_hours,
        }
        for step in steps
    ]


def inbox_shown(session: Session, rows: Sequence[tuple[WorkItem, Request]], now: datetime) -> list[ItemShown]:
    """Open work items with what their holder can do with each."""
    routes = steps_of_each(session, [request for _, request in rows])
    added = added_in(session, {request.id for _, request in rows})
    people = People(session, {item.acting_for for item, _ in rows if item.acting_for})

    def shown(item: WorkItem, request: Request) -> ItemShown:
        doing = Doing(session, item.person, False, request, item.id, now, added)
        return _item_shown(doing, item, routes[request.id], people)

    return [shown(item, request) for item, request in rows]


def request_shown(doing: Doing) -> RequestShown:
    """Everything on record about a request, for someone who may see it, and what they can do."""
    session, request = doing.session, doing.request
    people, kind, steps = People(session), kinds()[request.kind], steps_of(session, request)
    items = session.exec(
        select(WorkItem, Decision)
        .outerjoin(Decision, col(Decision.work_item_id) == WorkItem.id)
        .where(WorkItem.request_id == request.id)
        .order_by(col(WorkItem.opened_at), col(WorkItem.part))
    ).all()
    journal = session.exec(
        select(JournalEntry).where(JournalEntry.request_id == request.id).order_by(col(JournalEntry.seq))
    ).all()
    notices = session.exec(
        select(Notice).where(Notice.request_id == request.id).order_by(col(Notice.created_at), col(Notice.person))
    ).all()
    people.meet(
        [account for item, _ in items for account in (item.seat, item.person)]
        + [n.person for n in notices]
        + [request.initiator]
    )
    return {
        **summary_shown(request, people, kind),
        "actions": list(dict.fromkeys(act.key for act, _ in possible_at_all(doing))),
        "form": request.form,
        "facts": request.facts,
        "flow_run_id": request.flow_run_id,
        "round": request.round,
        "rule_version": request.rule_version,
        "warnings": kind.warnings(session, request, kind.read(request.form)),
        "steps": _steps_shown(session, request, steps, _parts_shown(session, request, items, people)),
        "waiting_for": [people(item.person) for item, _ in items if item.state is ItemState.open],
        "journal": [_entry_shown(each, people) for each in journal],
        "notices": [_notice_shown(each, people) for each in notices],
        "attachments": attachments_shown(session, request, people),
        "sheets": sheets_shown(session, request, kind),
    }


def summary_shown(request: Request, people: People, kind: Kind) -> SummaryShown:
    """A request as a line of a list."""
    return {
        "id": request.id,
        "number": request.number,
        "kind": request.kind,
        "title": kind.title,
        "status": request.status,
        "initiator": people(request.initiator),
        "department": request.department,
        "submitted_at": request.submitted_at,
        "finished_at": request.finished_at,
    }


def fields_schema(session: Session, request: Request, kind: Kind, step: Step, item: WorkItem) -> Schema | None:
    """JSON schema of the fields this part fills in at this step, with today's choices; None where there are none."""
    asked = fields_asked(step, item.part)
    if asked is None:
        return None
    schema, offered = schema_of(kind.fields[asked]), dict[str, Schema]()
    for name, choices in kind.options(session, request, kind.read(request.form), step.key).items():
        among = {"enum": [value for value, _ in choices], "x-labels": dict(choices)}
        offered[name] = {**schema["properties"][name], **among}
    return {**schema, "properties": {**schema["properties"], **offered}}


def _item_shown(doing: Doing, item: WorkItem, steps: Sequence[Step], people: People) -> ItemShown:
    session, request = doing.session, doing.request
    kind = kinds()[request.kind]
    step = steps[item.position - 1] if item.position != INITIATOR else None
    actions = permitted(steps, item.position, item.part) - {Verdict.lapse}
    place: StepKey = {"key": step.key, "title": step.title} if step else {"key": "initiator", "title": "退回修改"}
    return {
        "id": item.id,
        "number": request.number,
        "kind": request.kind,
        "title": f"{kind.title} {request.number}",
        "step": place,
        "role": item.part,
        "acting_for": people(item.acting_for) if item.acting_for else None,
        "round": item.round,
        "actions": [each for each in Verdict if each in actions],
        "acts": [act.key for act in possible_with(doing, item)],
        "fields_schema": fields_schema(session, request, kind, step, item) if step else None,
        "opened_at": item.opened_at,
        "due_at": item.due_at,
    }


def _steps_shown(session: Session, request: Request, steps: Sequence[Step], parts: Parts) -> list[StepInCourse]:
    visits = session.exec(
        select(Visit)
        .where(Visit.request_id == request.id, Visit.edition == request.edition)
        .order_by(col(Visit.opened_at))
    ).all()
    shown: list[StepInCourse] = []
    for position, step in enumerate(route_shown(session, steps), 1):
        mine = [visit for visit in visits if visit.position == position]
        rounds = [_round_shown(visit, parts) for visit in mine]
        state: Literal["waiting", "open", "done"] = (
            "waiting" if not mine else "open" if mine[-1].closed_at is None else "done"
        )
        shown.append({**step, "state": state, "rounds": rounds})
    return shown


def _round_shown(visit: Visit, parts: Parts) -> RoundShown:
    return {
        "round": visit.round,
        "opened_at": visit.opened_at,
        "closed_at": visit.closed_at,
        "items": parts[visit.round, visit.position],
    }


def _parts_shown(
    session: Session, request: Request, items: Sequence[tuple[WorkItem, Decision | None]], people: People
) -> Parts:
    """By round and position."""
    mine = select(StepChange).where(StepChange.request_id == request.id).order_by(col(StepChange.seq))
    changes, parts = session.exec(mine).all(), Parts(list)
    for item, decision in items:
        added = where_added(changes, (item.part, item.seat), item.position, item.round)
        parts[item.round, item.position].append(_part_shown(item, decision, added, people))
    return parts


def _part_shown(item: WorkItem, decision: Decision | None, added: Where | None, people: People) -> PartShown:
    said: SaidShown = (
        {
            "verdict": decision.verdict,
            "opinion": decision.opinion,
            "fields": decision.fields,
            "to": decision.to,
            "decided_at": decision.decided_at,
        }
        if decision
        else {}
    )
    return {
        "id": item.id,
        "role": item.part,
        "seat": people(item.seat),
        "person": people(item.person),
        "acting_for": people(item.acting_for) if item.acting_for else None,
        "added": added,
        "state": item.state,
        "opened_at": item.opened_at,
        "due_at": item.due_at,
        **said,
    }


def _entry_shown(entry: JournalEntry, people: People) -> EntryShown:
    return {
        "seq": entry.seq,
        "at": entry.at,
        "actor": people(entry.actor) if entry.actor else None,
        "act": entry.act,
        "detail": entry.detail,
        "hash": entry.hash,
    }


def _notice_shown(notice: Notice, people: People) -> NoticeShown:
    return {
        "id": notice.id,
        "person": people(notice.person),
        "topic": notice.topic,
        "title": notice.title,
        "channel": notice.channel,
        "ding": notice.ding,
        "delivery": notice.delivery,
        "delivered_at": notice.delivered_at,
        "confirmed_at": notice.confirmed_at,
        "confirmed_by": notice.confirmed_by,
        "processed_at": notice.processed_at,
        "processed_by": notice.processed_by,
        "asks_understood": notice.asks_understood,
        "due_at": notice.due_at,
    }


def attachments_shown(session: Session, request: Request, people: People) -> list[AttachmentShown]:
    """The files of its form, and those added since; who handed them in when."""
    mine = select(Attachment).where(Attachment.request_id == request.id).order_by(col(Attachment.at))
    files = session.exec(mine).all()
    people.meet(each.owner for each in files)
    return [
        {
            "id": each.id,
            "name": each.name,
            "sha256": each.sha256,
            "size": each.size,
            "owner": people(each.owner),
            "at": each.at,
        }
        for each in files
    ]


def sheets_shown(session: Session, request: Request, kind: Kind) -> list[SheetShown]:
    """The copies that are filed."""
    titles = {copy.key: copy.title for copy in kind.copies}
    sheets = session.exec(select(Sheet).where(Sheet.request_id == request.id).order_by(col(Sheet.filed_at))).all()
    files = newest(session, sheets)
    return [
        {
            "copy": sheet.copy_kind,
            "title": titles[sheet.copy_kind],
            "path": files[sheet.id].path,
            "sha256": files[sheet.id].sha256,
            "signed": isinstance(files[sheet.id], Signature),
            "pages": sheet.pages,
            "filed_at": sheet.filed_at,
            "url": f"/api/requests/{request.number}/sheet?copy={sheet.copy_kind}",
        }
        for sheet in sheets
    ]
