"""How the record is shown to programs: people as `{account, name, department}`, moments in ISO with zone."""

from collections.abc import Iterable, Sequence
from copy import deepcopy
from functools import cache
from typing import Any

from pydantic import BaseModel
from sqlmodel import Session, col, select

from flows.engine.decide import fields_asked
from flows.engine.desk import steps_of, steps_of_each
from flows.engine.kind import Kind, kinds
from models.messages import Notice
from models.next_stop import permitted
from models.organisation import Person
from models.papers import Attachment, Sheet
from models.record import Decision, ItemState, JournalEntry, Request, Visit, WorkItem
from models.route import INITIATOR, Step, Verdict

Shown = dict[str, Any]


class People:
    """Accounts as people; each looked up once."""

    def __init__(self, session: Session, accounts: Iterable[str | None] = ()) -> None:
        self._session, self._known = session, dict[str, Shown]()
        self.meet(accounts)

    def meet(self, accounts: Iterable[str | None]) -> None:
        """Look up in one go those not yet known."""
        new = {account for account in accounts if account} - self._known.keys()
        if new:
            found = self._session.exec(
                select(Person.account, Person.name, Person.department).where(col(Person.account).in_(new))
            )
            self._known |= {
                account: {"account": account, "name": name, "department": department}
                for account, name, department in found
            }

    def __call__(self, account: str | None) -> Shown | None:
        self.meet([account])
        return self._known.get(account) if account else None


def route_shown(session: Session, steps: Sequence[Step]) -> list[Shown]:
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


def inbox_shown(session: Session, rows: Sequence[tuple[WorkItem, Request]]) -> list[Shown]:
    """Open work items with what can be done with each."""
    routes = steps_of_each(session, [request for _, request in rows])
    return [_item_shown(session, item, request, routes[request.id]) for item, request in rows]


def request_shown(session: Session, request: Request) -> Shown:
    """Everything on record about a request, for those who may see it."""
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
    people.meet([item.person for item, _ in items] + [n.person for n in notices] + [request.initiator])
    return {
        **summary_shown(request, people, kind),
        "form": request.form,
        "facts": request.facts,
        "flow_run_id": request.flow_run_id,
        "round": request.round,
        "rule_version": request.rule_version,
        "warnings": kind.warnings(session, request, kind.read(request.form)),
        "steps": _steps_shown(session, request, steps, items, people),
        "waiting_for": [people(item.person) for item, _ in items if item.state is ItemState.open],
        "journal": [_entry_shown(each, people) for each in journal],
        "notices": [_notice_shown(each, people) for each in notices],
        "attachments": _attachments_shown(session, request),
        "sheets": _sheets_shown(session, request, kind),
    }


def summary_shown(request: Request, people: People, kind: Kind) -> Shown:
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


def fields_schema(session: Session, request: Request, kind: Kind, step: Step, item: WorkItem) -> Shown | None:
    """JSON schema of the fields this part fills in at this step, with today's choices; None where there are none."""
    asked = fields_asked(step, item.part)
    if asked is None:
        return None
    schema = deepcopy(_schema(kind.fields[asked]))
    for name, choices in kind.options(session, request, kind.read(request.form), step.key).items():
        schema["properties"][name] |= {"enum": [value for value, _ in choices], "x-labels": dict(choices)}
    return schema


@cache
def _schema(model: type[BaseModel]) -> Shown:
    return model.model_json_schema()


def _item_shown(session: Session, item: WorkItem, request: Request, steps: Sequence[Step]) -> Shown:
    kind = kinds()[request.kind]
    step = steps[item.position - 1] if item.position != INITIATOR else None
    actions = permitted(steps, item.position, item.part) - {Verdict.lapse}
    return {
        "id": item.id,
        "number": request.number,
        "kind": request.kind,
        "title": f"{kind.title} {request.number}",
        "step": {"key": step.key, "title": step.title} if step else {"key": "initiator", "title": "退回修改"},
        "role": item.part,
        "round": item.round,
        "actions": [each for each in Verdict if each in actions],
        "fields_schema": fields_schema(session, request, kind, step, item) if step else None,
        "opened_at": item.opened_at,
        "due_at": item.due_at,
    }


def _steps_shown(
    session: Session,
    request: Request,
    steps: Sequence[Step],
    items: Sequence[tuple[WorkItem, Decision | None]],
    people: People,
) -> list[Shown]:
    visits = session.exec(select(Visit).where(Visit.request_id == request.id).order_by(col(Visit.opened_at))).all()
    shown = route_shown(session, steps)
    for position, step in enumerate(shown, 1):
        mine = [visit for visit in visits if visit.position == position and visit.edition == request.edition]
        step["state"] = "waiting" if not mine else "open" if mine[-1].closed_at is None else "done"
        step["rounds"] = [
            {
                "round": visit.round,
                "opened_at": visit.opened_at,
                "closed_at": visit.closed_at,
                "items": [
                    _part_shown(item, decision, people)
                    for item, decision in items
                    if (item.position, item.round) == (visit.position, visit.round)
                ],
            }
            for visit in mine
        ]
    return shown


def _part_shown(item: WorkItem, decision: Decision | None, people: People) -> Shown:
    said = (
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
        "person": people(item.person),
        "state": item.state,
        "opened_at": item.opened_at,
        "due_at": item.due_at,
        **said,
    }


def _entry_shown(entry: JournalEntry, people: People) -> Shown:
    return {
        "seq": entry.seq,
        "at": entry.at,
        "actor": people(entry.actor),
        "act": entry.act,
        "detail": entry.detail,
        "hash": entry.hash,
    }


def _notice_shown(notice: Notice, people: People) -> Shown:
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
    }


def _attachments_shown(session: Session, request: Request) -> list[Shown]:
    files = session.exec(select(Attachment).where(Attachment.request_id == request.id).order_by(col(Attachment.at)))
    return [{"id": each.id, "name": each.name, "sha256": each.sha256, "size": each.size} for each in files]


def _sheets_shown(session: Session, request: Request, kind: Kind) -> list[Shown]:
    titles = {copy.key: copy.title for copy in kind.copies}
    sheets = session.exec(select(Sheet).where(Sheet.request_id == request.id).order_by(col(Sheet.filed_at)))
    return [
        {
            "copy": sheet.copy_kind,
            "title": titles[sheet.copy_kind],
            "path": sheet.path,
            "sha256": sheet.sha256,
            "pages": sheet.pages,
            "filed_at": sheet.filed_at,
            "url": f"/api/requests/{request.number}/sheet?copy={sheet.copy_kind}",
        }
        for sheet in sheets
    ]
