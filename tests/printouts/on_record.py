"""A finished leave put on record row by row: returned once, amended by nobody, with two advisory countersigners."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Session

from models.journal import seal_entry
from models.messages import Delivery, Notice, Topic
from models.organisation import Department, Person, StaffState
from models.papers import Attachment
from models.record import (
    Decision,
    ItemState,
    JournalEntry,
    Request,
    RouteStep,
    RuleTable,
    Status,
    Visit,
    WorkItem,
)
from models.route import CountersignRule, Part, Verdict
from tests.printouts.office import at

FENG, HEAD, HR, CLERK, FINANCE, LEGAL = "T1045", "T1013", "T1007", "T1008", "T1009", "T1012"


class Course:
    """Writes the course of one request; each call is one thing that happened."""

    def __init__(self, session: Session, request: Request) -> None:
        self.session, self.request = session, request

    def note(self, act: str, actor: str | None, when: datetime, **detail: Any) -> int:
        request = self.request
        entry = seal_entry(str(request.id), request.seq + 1, when, actor, act, detail, request.head)
        request.seq, request.head = entry.seq, entry.hash
        self.put(JournalEntry(request_id=request.id, **vars(entry)))
        return entry.seq

    def visit(self, round: int, position: int, opened: datetime, closed: datetime | None) -> None:
        self.put(
            Visit(
                request_id=self.request.id,
                round=round,
                position=position,
                edition=1,
                opened_at=opened,
                closed_at=closed,
            )
        )

    def item(self, round: int, position: int, part: Part, person: str, opened: datetime) -> WorkItem:
        item = WorkItem(
            request_id=self.request.id,
            round=round,
            position=position,
            part=part,
            seat=person,
            person=person,
            opened_at=opened,
        )
        self.put(item)
        self.tell(person, Topic.work, "请假 QJ-2025-000123", opened, item)
        return item

    def decide(self, item: WorkItem, verdict: Verdict, opinion: str, when: datetime, to: int | None = None) -> None:
        item.state, item.closed_at = ItemState.decided, when
        seq = self.note("decided", item.person, when, verdict=verdict)
        self.put(
            Decision(
                work_item_id=item.id,
                request_id=self.request.id,
                seq=seq,
                person=item.person,
                verdict=verdict,
                opinion=opinion,
                to=to,
                decided_at=when,
            )
        )

    def tell(
        self, person: str, topic: Topic, title: str, when: datetime, item: WorkItem | None = None, **more: Any
    ) -> Notice:
        notice = Notice(
            request_id=self.request.id,
            work_item_id=item.id if item else None,
            person=person,
            topic=topic,
            seq=self.request.seq,
            channel="inapp",
            title=title,
            created_at=when,
            delivery=Delivery.delivered,
            delivered_at=when,
            **more,
        )
        self.put(notice)
        return notice

    def put(self, row: Any) -> None:
        self.session.add(row)
        self.session.flush()


def people(session: Session) -> None:
    """The people of this leave, for a database without the sample organisation."""
    session.add(Department(name="天辰学院"))
    session.flush()
    for account in (FENG, HEAD, HR, CLERK, FINANCE, LEGAL):
        session.add(
            Person(
                account=account,
                name=account,
                department="天辰学院",
                post="",
                rank="",
                phone="",
                email="",
                staff_type="",
                state=StaffState.on_duty,
            )
        )
    session.flush()


def leave(session: Session, *, finished: bool = True) -> UUID:
    """Put it on record; unfinished: waiting at the second step in its second round."""
    course = Course(session, _request(session))
    _route(course)
    course.note("submitted", FENG, at(19, 8))
    course.visit(1, 1, at(19, 8), at(19, 9))
    course.decide(course.item(1, 1, Part.host, HEAD, at(19, 8)), Verdict.give_back, "请补诊断证明。", at(19, 9), to=0)
    course.visit(2, 0, at(19, 9), at(19, 10))
    course.decide(course.item(2, 0, Part.initiator, FENG, at(19, 9)), Verdict.agree, "已补。", at(19, 10))
    course.visit(2, 1, at(19, 10), at(19, 11))
    course.decide(course.item(2, 1, Part.host, HEAD, at(19, 10)), Verdict.agree, "同意。", at(19, 11))
    course.visit(2, 2, at(19, 11), at(20, 10) if finished else None)
    finance, legal, clerk = (
        course.item(2, 2, part, person, at(19, 11))
        for part, person in ((Part.countersigner, FINANCE), (Part.countersigner, LEGAL), (Part.handler, CLERK))
    )
    course.decide(finance, Verdict.refuse, "津贴须停发。", at(19, 14))
    reminded = course.tell(CLERK, Topic.reminder, "催办", at(19, 15), clerk, rung=1, ding=True)
    reminded.confirmed_at, reminded.confirmed_by = at(19, 15, 30), "opened"
    reminded.processed_at, reminded.processed_by = at(19, 16), "agree"
    course.tell(HR, Topic.told, "催办：黄燕 的待办久未办理", at(19, 15, 40), clerk, rung=2)
    if finished:
        course.decide(legal, Verdict.lapse, "", at(20, 9))
        course.decide(clerk, Verdict.agree, "余额已核。", at(20, 9, 30))
        course.decide(course.item(2, 2, Part.host, HR, at(20, 9, 30)), Verdict.agree, "同意。", at(20, 10))
        course.request.status, course.request.finished_at, course.request.position = Status.approved, at(20, 10), None
        course.tell(HR, Topic.reading, "送阅", at(20, 10))
    session.flush()
    return course.request.id


def _request(session: Session) -> Request:
    session.add(RuleTable(kind="test", version=1, rules={}, valid_from=at(1)))
    session.flush()
    request = Request(
        id=uuid4(),
        number="QJ-2025-000123",
        prefix="QJ",
        year=2025,
        serial=123,
        kind="test",
        rule_version=1,
        initiator=FENG,
        department="信息工程系第一教研室",
        form={"reason": "手术"},
        facts={"days": "9"},
        readers=[HR],
        submitted_at=at(19, 8),
        round=2,
    )
    session.add(request)
    session.flush()
    return request


def _route(course: Course) -> None:
    head = RouteStep(
        request_id=course.request.id,
        edition=1,
        deadline_hours=16,
        position=1,
        key="head",
        title="部门负责人审批",
        host=HEAD,
        handlers=[],
        countersigners=[],
        rule=CountersignRule.all,
    )
    hr = RouteStep(
        request_id=course.request.id,
        edition=1,
        deadline_hours=16,
        position=2,
        key="hr",
        title="人事处审核",
        host=HR,
        handlers=[CLERK],
        countersigners=[FINANCE, LEGAL],
        rule=CountersignRule.advisory,
        fields="balance",
    )
    course.put(head)
    course.put(hr)
    course.put(
        Attachment(
            owner=FENG,
            request_id=course.request.id,
            name="诊断证明.pdf",
            media_type="application/pdf",
            sha256="3f" * 32,
            size=1024,
            at=at(19, 8),
        )
    )
