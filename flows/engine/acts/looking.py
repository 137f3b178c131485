"""Who has looked at a request, or acted on it, whose turn came after a decision and because of it."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from models.messages import Notice, Topic
from models.record import Decision, JournalEntry

LOOKED = ("confirmed", "decided", "added", "advised", "removed", "transferred")


def looked_since(session: Session, item_id: UUID) -> tuple[str, datetime] | None:
    """The first of those asked since the decision on this item who has, and when; None if nobody has."""
    decision = session.get_one(Decision, item_id)
    since = Notice.request_id == decision.request_id, Notice.topic == Topic.work, col(Notice.seq) >= decision.seq
    asked = set(session.exec(select(Notice.person).where(*since)))
    entry = session.exec(
        select(JournalEntry)
        .where(JournalEntry.request_id == decision.request_id, col(JournalEntry.seq) > decision.seq)
        .where(col(JournalEntry.act).in_(LOOKED), col(JournalEntry.actor).in_(asked - {decision.person}))
        .order_by(col(JournalEntry.seq))
    ).first()
    return (entry.actor, entry.at) if entry and entry.actor else None
