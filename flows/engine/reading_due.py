"""已阅知 by its day (S4): readers who have not confirmed are reminded on the last day; after it the sender is told who
they are. Each once, by the entry in the journal that says so.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Integer, Session, col, exists, select

from flows.engine.desk import Desk
from flows.engine.kind import kinds
from flows.engine.rules import rules_of
from models.database import transaction
from models.messages import Notice, Topic
from models.organisation import Person
from models.record import JournalEntry, Request

LAST_DAY = timedelta(hours=16)  # before its last second: from eight in the morning on
REMINDED, OVERDUE = "reading_reminded", "reading_overdue"


def remind_readers(now: datetime) -> int:
    """How many circulations were looked after."""
    overdue = [_once(each, seq, OVERDUE, now) for each, seq in _due(now, OVERDUE)]
    reminded = [_once(each, seq, REMINDED, now) for each, seq in _due(now + LAST_DAY, REMINDED)]
    return sum(overdue + reminded)


def _due(until: datetime, act: str) -> Sequence[tuple[UUID, int]]:
    """Requests and the entry by which they were circulated, of what is not confirmed and was not told yet."""
    told = exists().where(
        col(JournalEntry.request_id) == Notice.request_id,
        col(JournalEntry.act).in_((act, OVERDUE)),
        JournalEntry.detail["of"].astext.cast(Integer) == Notice.seq,
    )
    missing = col(Notice.asks_understood), col(Notice.processed_at).is_(None), col(Notice.due_at) <= until
    with transaction() as session:
        return session.exec(select(Notice.request_id, Notice.seq).where(*missing, ~told).distinct()).all()


def _once(request_id: UUID, seq: int, act: str, now: datetime) -> bool:
    """Tell the readers, or the sender; nothing, if all have confirmed or were told meanwhile."""
    with transaction() as session:
        found = select(Request).where(Request.id == request_id).with_for_update()
        request = session.exec(found).one()
        readers = _readers(session, request, seq)
        if not readers or _told(session, request, seq, act):
            return False
        kind = kinds()[request.kind]
        desk = Desk(session, request, kind, rules_of(session, kind, request.rule_version), now)
        names = "、".join(name for _, name in readers)
        desk.note(act, None, of=seq, names=names)
        about = f"{kind.title} {request.number}"
        if act == REMINDED:
            for account, _ in readers:
                desk.tell(account, Topic.reminder, f"催办：{about} 请在今天之内确认已阅知")
        else:
            sender = session.get_one(JournalEntry, (request.id, seq)).actor or request.initiator
            desk.tell(sender, Topic.told, f"{about} 的送阅已过期限，{len(readers)} 人未确认已阅知：{names}"[:200])
        desk.wake()
        desk.close()
    return True


def _readers(session: Session, request: Request, seq: int) -> list[tuple[str, str]]:
    """Accounts and names of those who have not confirmed."""
    asked = Notice.request_id == request.id, Notice.seq == seq, col(Notice.asks_understood)
    found = select(Person.account, Person.name).join(Notice, col(Notice.person) == Person.account)
    missing = found.where(*asked, col(Notice.processed_at).is_(None)).distinct().order_by(Person.account)
    return list(session.exec(missing))


def _told(session: Session, request: Request, seq: int, act: str) -> bool:
    said = select(JournalEntry.detail).where(JournalEntry.request_id == request.id, JournalEntry.act == act)
    return any(detail["of"] == seq for detail in session.exec(said))
