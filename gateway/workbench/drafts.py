"""草稿: kept while a person fills in, listed, continued, thrown away; gone with the submission."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, delete, func, select

from flows.engine.forms import schema_of
from flows.engine.kind import Kind, kinds
from gateway.workbench.inputs import inputs
from models.drafts import Draft
from models.record import Request
from models.refusals import Invalid, NotYours

MOST = 50  # of a person
Typed = dict[str, str]


@dataclass(frozen=True)
class Kept:
    """A draft as a line of the list."""

    id: UUID
    kind_key: str
    kind: str
    gist: str
    saved_at: datetime


def save(session: Session, account: str, kind: Kind, key: UUID, typed: Typed, now: datetime) -> bool:
    """Keep what was typed. Nothing is kept once the form was submitted, nor over another person's draft.

    Raises:
        Invalid: as many drafts as a person may have.
    """
    if _submitted(session, account, key):
        return False
    mine = select(func.count()).select_from(Draft).where(Draft.account == account, Draft.id != key)
    if session.exec(mine).one() >= MOST:
        raise Invalid(f"草稿：已有 {MOST} 份，请先提交或删除一些。", fields={"draft": "太多"})
    row = insert(Draft).values(id=key, account=account, kind=kind.key, typed=typed, saved_at=now)
    fresh = {"typed": typed, "saved_at": now}
    kept = row.on_conflict_do_update(
        index_elements=["id"], set_=fresh, where=(col(Draft.account) == account) & (col(Draft.kind) == kind.key)
    )
    return session.execute(kept.returning(col(Draft.id))).first() is not None


def typed_in(session: Session, account: str, kind: Kind, key: UUID) -> Typed:
    """What a draft holds. Raises NotYours."""
    found = session.exec(select(Draft).where(Draft.id == key, Draft.account == account, Draft.kind == kind.key)).first()
    if found is None:
        raise NotYours("没有这份草稿，可能已经提交或删除。请到「草稿」或「我发起的」查看。")
    return {name: str(value) for name, value in found.typed.items()}


def drop(session: Session, account: str, key: UUID) -> None:
    session.execute(delete(Draft).where(col(Draft.id) == key, col(Draft.account) == account))


def drafts_of(session: Session, account: str) -> list[Kept]:
    """A person's drafts, the newest first; those of a kind that is no more are left out."""
    rows = session.exec(select(Draft).where(Draft.account == account).order_by(col(Draft.saved_at).desc()))
    return [
        Kept(each.id, each.kind, kinds()[each.kind].title, _gist(kinds()[each.kind], each), each.saved_at)
        for each in rows
        if each.kind in kinds()
    ]


def _gist(kind: Kind, draft: Draft) -> str:
    """The first things that were filled in, but for what the form begins with."""
    begun = inputs(schema_of(kind.form), "form.", {}, {})
    filled = ((each, str(draft.typed.get(each.name, ""))) for each in begun if each.control not in ("tick", "files"))
    return "，".join([dict(each.choices).get(text, text) for each, text in filled if text not in ("", each.value)][:5])


def _submitted(session: Session, account: str, key: UUID) -> bool:
    mine = select(Request.id).where(Request.initiator == account, Request.idempotency_key == str(key))
    return session.exec(mine).first() is not None
