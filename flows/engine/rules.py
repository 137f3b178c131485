"""Rule tables in use: which version a new request begins with, and the rules of a version."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, func, select

from flows.engine.kind import Kind, Rules, kinds
from models.record import Request, RuleTable

_read: dict[tuple[str, int], Rules] = {}  # versions never change once written, so they may be remembered


def current_version(session: Session, kind: Kind, now: datetime) -> int:
    """The newest version of the kind's rule table; the shipped default becomes version 1 at first use."""
    newest = session.exec(select(func.max(RuleTable.version)).where(RuleTable.kind == kind.key)).one()
    if newest is None:
        default = {
            "kind": kind.key,
            "version": 1,
            "rules": kind.rules.model_dump(mode="json"),
            "valid_from": now,
        }
        session.execute(insert(RuleTable).values(default).on_conflict_do_nothing())
        return 1
    return int(newest)


def rules_of(session: Session, kind: Kind, version: int) -> Rules:
    """The rules of one version, as the kind's own model."""
    key = (kind.key, version)
    if key not in _read:
        table = session.get_one(RuleTable, key)
        _read[key] = type(kind.rules).model_validate(table.rules)
    return _read[key]


def retention_of(session: Session, request: Request) -> int | None:
    """For how many years the request's sheet is kept, by its own rules; None: for ever (永久)."""
    kind = kinds()[request.kind]
    return kind.retention(kind.read(request.form), rules_of(session, kind, request.rule_version))
