"""The desk: what is written whenever a request moves. Journal entries, visits, work items, notices, reminders, wakes.

Everything here runs inside the caller's transaction, with the request's row locked.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Session, SQLModel, col, delete, func, update

import channels
from flows.engine.holders import Holder, holders
from flows.engine.items import Item
from flows.engine.kind import Kind, Rules
from flows.engine.ladder import Rung
from flows.engine.statements import CLOSE, ROUTE, ROUTES
from models.calendar_table import calendar
from models.database import add_rows
from models.journal import seal_entry
from models.messages import Delivery, Notice, Reminder, Topic
from models.record import (
    Change,
    Decision,
    FormerHolder,
    ItemState,
    JournalEntry,
    Request,
    RouteStep,
    StepChange,
    Visit,
    WorkItem,
)
from models.route import INITIATOR, Added, Removed, Said, Seat, Step, Stop, TakenBack
from models.settings import settings
from models.worktime import after_working_hours

# each may point to those before it
IN_ORDER = (JournalEntry, Visit, WorkItem, StepChange, FormerHolder, Decision, Reminder, Notice)


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

    def decided(self, item: UUID, person: str, said: Said, opinion: str, fields: dict[str, Any]) -> None:
        """The decision on an item, under the journal entry just made: the item is done, its notices processed (G7)."""
        self._decide(item, person, said, opinion, fields)
        self._done.append(item)
        self._closing["act"] = said.verdict

    def enter(self, stop: Stop) -> None:
        """The visit of a step begins."""
        self.request.position, self.request.round = stop.position, stop.round
        visit = {"request_id": self.request.id, "round": stop.round, "position": stop.position, "closed_at": None}
        self._new[Visit].append({**visit, "edition": self.request.edition, "opened_at": self.now})

    def open(self, stop: Stop, steps: Sequence[Step], seats: Collection[Seat]) -> None:
        """Open work items of a visit for these seats, with their notices and first reminders."""
        if seats:
            step = steps[stop.position - 1] if stop.position != INITIATOR else None
            self.note(
                "opened",
                None,
                step=step.title if step else "发起人修改",
                position=stop.position,
                round=stop.round,
                people=sorted(f"{part}:{person}" for part, person in seats),
            )
            self._open_items(stop, step, seats)

    def pass_through(self, stop: Stop, said: Said) -> None:
        """A visit that is over as it begins: its host's agreement is carried over, under the entry just made."""
        self.enter(stop)
        self._new[Visit][-1]["closed_at"] = self.now
        item = self._item(stop, said.seat, Holder(said.person), None) | {"carried_at": None}
        self._new[WorkItem].append(item | {"state": ItemState.decided, "closed_at": self.now})
        self._decide(item["id"], said.person, said, "", {})

    def changed(self, what: Change, event: Added | Removed | TakenBack) -> None:
        """What happened to the seats of the step, under the journal entry just made."""
        place = {"request_id": self.request.id, "seq": self.request.seq, "round": event.round}
        seat = {"position": event.position, "what": what, "part": event.part, "seat": event.person}
        by_part, by_seat = event.by if isinstance(event, Added) else (None, None)
        where = event.where if isinstance(event, Added) else None
        self._new[StepChange].append({**place, **seat, "by_part": by_part, "by_seat": by_seat, "where": where})

    def hold(self, items: Collection[UUID]) -> None:
        """Items that wait for someone added before their holder: not in the inbox, no reminders."""
        if items:
            self.session.execute(update(WorkItem).where(col(WorkItem.id).in_(items)).values(state=ItemState.held))
            self.session.execute(delete(Reminder).where(col(Reminder.work_item_id).in_(items)))

    def reopen(self, items: Iterable[Item], step: Step) -> None:
        """Held items whose turn has come again: told anew, the time starts anew."""
        due = self.working_hours_on(step.deadline_hours)
        for item in items:
            again = update(WorkItem).where(col(WorkItem.id) == item.id)
            self.session.execute(again.values(state=ItemState.open, due_at=due, carried_at=None))
            self.ask(item.id, item.person, step.title)

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
        asks_understood: bool = False,
        due_at: datetime | None = None,
    ) -> None:
        """A notice to a person over each channel of the rung (none: of the first)."""
        rung = rung or self.rules.ladder[0]
        for name in dict.fromkeys(rung.channels):
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
                    "asks_understood": asks_understood,
                    "due_at": due_at,
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

    def went_on(self, item: UUID, former: str) -> None:
        """Who held an item, or should have, stays on record, under the entry just made."""
        place = {"request_id": self.request.id, "seq": self.request.seq}
        self._new[FormerHolder].append({**place, "work_item_id": item, "person": former})

    def overtake(self, item: UUID) -> None:
        """What was still to be sent about an item, and its reminders, are for nobody any more."""
        unsent = col(Notice.work_item_id) == item, col(Notice.delivered_at).is_(None)
        self.session.execute(update(Notice).where(*unsent).values(delivery=Delivery.overtaken))
        self.session.execute(delete(Reminder).where(col(Reminder.work_item_id) == item))

    def processed(self, item: UUID, person: str, act: str) -> None:
        """By handing an item on its holder has done with it (G7), and has seen it (G6)."""
        theirs = col(Notice.work_item_id) == item, col(Notice.person) == person, col(Notice.topic) != Topic.told
        effects = {
            "processed_at": self.now,
            "processed_by": act,
            "confirmed_at": func.coalesce(Notice.confirmed_at, self.now),
            "confirmed_by": func.coalesce(Notice.confirmed_by, act),
        }
        self.session.execute(update(Notice).where(*theirs, col(Notice.processed_at).is_(None)).values(effects))

    def ask(self, item: UUID, person: str, title: str) -> None:
        """Tell someone of a work item of theirs, and have them reminded if they do not act."""
        self.tell(person, Topic.work, f"{self.kind.title} {self.request.number} {title}", item=item)
        if len(self.rules.ladder) > 1:
            first = self.working_hours_on(self.rules.ladder[1].after_hours)
            self._new[Reminder].append({"work_item_id": item, "rung": 1, "due_at": first})

    def _decide(self, item: UUID, person: str, said: Said, opinion: str, fields: dict[str, Any]) -> None:
        about = {"work_item_id": item, "request_id": self.request.id, "seq": self.request.seq, "person": person}
        words = {"verdict": said.verdict, "opinion": opinion, "fields": fields, "names": said.names, "to": said.to}
        more = {"straight": said.straight, "host": said.host, "decided_at": self.now}
        self._new[Decision].append({**about, **words, **more})

    def _item(self, stop: Stop, seat: Seat, holder: Holder, due: datetime | None) -> dict[str, Any]:
        part, meant = seat
        place = {"request_id": self.request.id, "round": stop.round, "position": stop.position, "part": part}
        who = {"seat": meant, "person": holder.person, "acting_for": holder.acting_for}
        times = {"opened_at": self.now, "due_at": due, "closed_at": None}
        return {"id": uuid4(), **place, **who, "state": ItemState.open, **times}

    def _open_items(self, stop: Stop, step: Step | None, seats: Collection[Seat]) -> None:
        if step is None:  # with the initiator the clock stands still
            item = self._item(stop, next(iter(seats)), Holder(self.request.initiator), None)
            self._new[WorkItem].append(item)
            title = f"{self.kind.title} {self.request.number} 已退回，请修改后重新提交"
            self.tell(self.request.initiator, Topic.work, title, item=item["id"])
            return
        due = self.working_hours_on(step.deadline_hours)
        found = holders(self.session, self.request, {person for _, person in seats}, self.now)
        for seat in sorted(seats):
            item = self._item(stop, seat, found[seat[1]], due)
            self._new[WorkItem].append(item)
            if item["person"] != item["seat"] and not item["acting_for"]:
                self.went_on(item["id"], item["seat"])
            acting = f"（代 {found[seat[1]].name_of_principal} 办理）" if item["acting_for"] else ""
            self.ask(item["id"], item["person"], step.title + acting)

    def working_hours_on(self, hours: int, since: datetime | None = None) -> datetime:
        """The moment at which so many working hours have passed since then (none: now)."""
        return after_working_hours(calendar(self.session), since or self.now, hours, tz=settings().zone)


def steps_of(session: Session, request: Request) -> list[Step]:
    """The route in force of a request, in order."""
    return [Step(*row) for row in session.execute(ROUTE, {"about": request.id, "edition": request.edition}).all()]


def steps_of_each(session: Session, requests: Iterable[Request]) -> dict[UUID, list[Step]]:
    """The routes in force of many requests, in one question."""
    routes: dict[UUID, list[Step]] = {request.id: [] for request in requests}
    for request, *row in session.execute(ROUTES, {"requests": list(routes)}).all():  # all at once costs half
        routes[request].append(Step(*row))
    return routes


def keep_route(session: Session, request: Request, steps: Sequence[Step]) -> None:
    """Keep a route with its request, under the request's edition."""
    place = {"request_id": request.id, "edition": request.edition}
    add_rows(session, {RouteStep: [{**place, "position": at, **vars(step)} for at, step in enumerate(steps, 1)]})
