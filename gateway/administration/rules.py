"""The rules of the kinds, for the main administrator (S1): read, save as a new version, see what that would change.

Not there for others.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from flows.engine.kind import Kind, kinds
from flows.engine.prospects import Prospect, prospects
from flows.engine.rule_versions import add_version, newest
from gateway.administration.grants import check
from gateway.login.identity import Me
from gateway.login.security_log import note
from models.record import RuleTable
from models.refusals import NotYours


def kind_at(key: str) -> Kind:
    """Raises NotYours: there is no such kind."""
    if key not in kinds():
        raise NotYours
    return kinds()[key]


def tables(session: Session, me: Me, now: datetime) -> Sequence[RuleTable]:
    """The version in force of each kind. Raises NotYours."""
    check(me)
    return [newest(session, kind, now) for kind in kinds().values()]


def table(session: Session, me: Me, kind: Kind, now: datetime) -> RuleTable:
    """The version in force of one. Raises NotYours."""
    check(me)
    return newest(session, kind, now)


def save(
    session: Session, me: Me, kind: Kind, rules: dict[str, Any], seen: int, now: datetime, address: str
) -> RuleTable:
    """A new version, changed from the one `seen`.

    Raises:
        NotYours; Invalid: rules at fault; TooLate: someone was first.
    """
    check(me)
    made = add_version(session, kind, rules, seen, me.account, now)
    note(session, now, "rules_saved", me.account, address, kind=kind.key, version=made.version)
    return made


def older(
    session: Session, me: Me, kind: Kind, now: datetime, offset: int = 0, limit: int | None = None
) -> Sequence[Prospect]:
    """Open requests of older versions, with what the one in force would change for each. Raises NotYours."""
    check(me)
    return prospects(session, kind, newest(session, kind, now).version, now, offset, limit)
