"""常用意见: opinions that a person says often; theirs alone, to be chosen from when they decide."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, func, select

from models.drafts import Phrase
from models.refusals import Invalid, NotYours

MOST = 50  # of a person


def phrases_of(session: Session, account: str) -> Sequence[Phrase]:
    """A person's phrases, in the order of the alphabet."""
    return session.exec(select(Phrase).where(Phrase.account == account).order_by(col(Phrase.text))).all()


def add_phrase(session: Session, account: str, text: str) -> Phrase:
    """Keep a phrase; the same one again is the one that is there.

    Raises:
        Invalid: as many as a person may have.
    """
    mine = select(func.count()).select_from(Phrase).where(Phrase.account == account, Phrase.text != text)
    if session.exec(mine).one() >= MOST:
        raise Invalid(f"常用意见：已有 {MOST} 条，请先删除一些。", fields={"text": f"已有 {MOST} 条，请先删除一些"})
    session.execute(insert(Phrase).values(id=uuid4(), account=account, text=text).on_conflict_do_nothing())
    return session.exec(select(Phrase).where(Phrase.account == account, Phrase.text == text)).one()


def drop_phrase(session: Session, account: str, phrase: UUID) -> Phrase:
    """Take a phrase of theirs out. Raises NotYours."""
    found = session.exec(select(Phrase).where(Phrase.id == phrase, Phrase.account == account)).first()
    if found is None:
        raise NotYours("没有这条常用意见，可能已经删除。")
    session.delete(found)
    return found
