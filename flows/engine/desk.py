"""The desk: what is written whenever a request moves. Journal entries, visits, work items, notices, reminders, wakes.

Everything here runs inside the caller's transaction, with the request's row locked.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Session, SQLModel

import channels
from flows.engine.kind import Kind, Rules, Rung
from flows.engine.statements import CLOSE, ROUTE, ROUTES
from models.calendar_table import calendar
from models.database import add_rows
from models.journal import seal_entry
from models.messages import Delivery, Notice, Reminder, Topic
from models.record import Decision, ItemState, JournalEntry, Request, RouteStep, Visit, WorkItem
from models.route import INITIATOR, Part, Said, Step, Stop
from models.settings import settings
from models.worktime import after_working_hours

IN_ORDER = (JournalEntry, Visit, WorkItem, Decision, Reminder, Notice)  # each may point to those before it


class Desk:
    """Writes for one request in one transaction. It collects what follows from an act; `close()` writes it all."""

    def __init__(self, session: Session, request: Request, kind: Kind, rules: Rules, now: datetime) -> None:
        self.session, self.request, self.kind, self.rules, self.now = session, request, kind, rules, now
        self._new: dict[type[SQLModel], list[dict[str, Any]]] = {table: [] for table in IN_ORDER}
        self._done: list[UUID] = []
        self._gone: list[UUID] = []
        self._closing: dict[str, Any] = {"act": None, "state": ItemState.superseded, "leaves": False}

    def note(self, act: str, actor: str | None, **detail: Any) -> None:
        """Add an entry to the journal's chain."""
        request = self.request
        entry = seal_entry(str(request.id), request.seq + 1, self.now, actor, act, detail, request.head)
        request.seq, request.head = entry.seq, entry.hash
        self._new[JournalEntry].append({"request_id": request.id, **vars(entry)})

    def decided(self, item: UUID, said: Said, opinion: str, fields: dict[str, Any]) -> None:
        """The decision on an item, under the journal entry just made: the item is done, its notices processed (G7)."""
        about = {"work_item_id": item, "request_id": self.request.id, "seq": self.request.seq, "person": said.person}
        words = {"verdict": said.verdict, "opinion": opinion, "fields": fields, "names": said.names, "to": said.to}
        self._new[Decision].append({**about, **words, "decided_at": self.now})
        self._done.append(item)
        self._closing["act"] = said.verdict

    def open(self, stop: Stop, steps: Sequence[Step], before: Stop | None) -> None:
        """Open what is newly awaited at `stop`: the visit if it is new, work items, notices, first reminders."""
        entered = before is None or (before.position, before.round) != (stop.position, stop.round)
        awaited = stop.awaited if entered or before is None else stop.awaited - before.awaited
        if entered:
            self._enter(stop)
        if awaited:
            step = steps[stop.position - 1] if stop.position != INITIATOR else None
            self.note(
                "opened",
                None,
                step=step.title if step else "发起人修改",
                position=stop.position,
                round=stop.round,
                people=sorted(f"{part}:{person}" for part, person in awaited),
            )
            self._open_items(stop, step, awaited)

    def leave_step(self) -> None:
        """The open visit ends."""
        self._closing["leaves"] = True

    def drop(self, items: Iterable[UUID], state: ItemState) -> None:
        """Work items that are closed without a decision, all for the same reason: nobody need act on them any more."""
        self._gone.extend(items)
        self._closing["state"] = state

    def tell(
        self,
        person: str,
        topic: Topic,
        title: str,
        rung: Rung | None = None,
        item: UUID | None = None,
        number: int = 0,
    ) -> None:
        """A notice to a person over each channel of the rung (none: of the first)."""
        rung = rung or self.rules.ladder[0]
        for name in dict.fromkeys(channels.resolve(channel) for channel in rung.channels):
            here = name == channels.INAPP  # in the account is handed over (G5)
            self._new[Notice].append(
                {
                    "id": uuid4(),
                    "request_id": self.request.id,
                    "work_item_id": item,
                    "person": person,
                    "topic": topic,
                    "seq": self.request.seq,
                    "rung": number,
                    "channel": name,
                    "ding": rung.ding,
                    "title": title,
                    "created_at": self.now,
                    "delivery": Delivery.delivered if here else Delivery.sending,
                    "delivered_at": self.now if here else None,
                    "tries": 0,
                }
            )

    def wake(self) -> None:
        """Ask for the flow run to carry out everything up to here; the database tells the worker at the commit."""
        self.request.wake_seq = self.request.seq

    def close(self) -> None:
        """Write what was collected: first what ends, then what is new, then the request's own row."""
        if self._done or self._gone or self._closing["leaves"]:
            about = {"about": self.request.id, "now": self.now, "done": self._done, "gone": self._gone}
            self.session.execute(CLOSE, about | self._closing)
        add_rows(self.session, self._new)
        self.session.flush()

    def _enter(self, stop: Stop) -> None:
        self.request.position, self.request.round = stop.position, stop.round
        visit = {"request_id": self.request.id, "round": stop.round, "position": stop.position}
        self._new[Visit].append({**visit, "edition": self.request.edition, "opened_at": self.now})

    def _open_items(self, stop: Stop, step: Step | None, awaited: Iterable[tuple[Part, str]]) -> None:
        due = self.working_hours_on(step.deadline_hours) if step else None
        same: dict[str, Any] = {
            "request_id": self.request.id,
            "round": stop.round,
            "position": stop.position,
            "due_at": due,
        }
        same |= {"state": ItemState.open, "opened_at": self.now}
        opened = [{"id": uuid4(), "part": part, "person": person, **same} for part, person in sorted(awaited)]
        self._new[WorkItem] += opened
        title = f"{self.kind.title} {self.request.number} {step.title if step else '已退回，请修改后重新提交'}"
        for item in opened:
            self.tell(item["person"], Topic.work, title, item=item["id"])
        if step and len(self.rules.ladder) > 1:  # with the initiator the clock stands still
            first = self.working_hours_on(self.rules.ladder[1].after_hours)
            self._new[Reminder] += [{"work_item_id": each["id"], "rung": 1, "due_at": first} for each in opened]

    def working_hours_on(self, hours: int, since: datetime | None = None) -> datetime:
        """The moment at which so many working hours have passed since then (none: now)."""
        return after_working_hours(calendar(self.session), since or self.now, hours, tz=settings().zone)


def steps_of(session: Session, request: Request) -> list[Step]:
    """The route in force of a request, in order."""
    return [_step(*row) for row in session.execute(ROUTE, {"about": request.id, "edition": request.edition})]


def steps_of_each(session: Session, requests: Iterable[Request]) -> dict[UUID, list[Step]]:
    """The routes in force of many requests, in one question."""
    editions = [(request.id, request.edition) for request in requests]
    routes: dict[UUID, list[Step]] = {request: [] for request, _ in editions}
    for request, *row in session.execute(ROUTES, {"editions": editions}):
        routes[request].append(_step(*row))
    return routes


def _step(key: str, title: str, host: str, handlers: list[str], by: str | None, beside: list[str], *rest: Any) -> Step:
    return Step(key, title, host, tuple(handlers), by, tuple(beside), *rest)


def keep_route(session: Session, request: Request, steps: Sequence[Step]) -> None:
    """Keep a route with its request, under the request's edition."""
    place = {"request_id": request.id, "edition": request.edition}
    add_rows(session, {RouteStep: [{**place, "position": at, **vars(step)} for at, step in enumerate(steps, 1)]})
