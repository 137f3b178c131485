"""Who must have a second factor: administrators, holders of guarded posts (seal keepers); or everyone, if so set."""

from datetime import datetime

from sqlmodel import Session, col, select

from flows.engine.kind import kinds
from flows.engine.rules import current_version, rules_of
from gateway.visibility import ADMINISTRATOR
from models.access import Grant
from models.organisation import Person
from models.settings import settings


def must_have_factor(session: Session, person: Person, now: datetime) -> bool:
    if settings().second_factor == "everyone" or person.post == ADMINISTRATOR:
        return True
    granted = select(Grant.id).where(Grant.account == person.account, col(Grant.ended_at).is_(None)).limit(1)
    return session.exec(granted).first() is not None or (person.department, person.post) in _guarded(session, now)


def _guarded(session: Session, now: datetime) -> set[tuple[str, str]]:
    """By the rule tables in force."""
    found = set[tuple[str, str]]()
    for kind in kinds().values():
        found.update(kind.guarded(rules_of(session, kind, current_version(session, kind, now))))
    return found
