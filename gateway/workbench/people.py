"""Finding a colleague by name or staff number, for fields that name a person."""

from collections.abc import Sequence

from sqlmodel import Session, col, or_, select

from models.organisation import Person, StaffState

MOST = 8


def found_by(session: Session, text: str) -> Sequence[Person]:
    """The first few on duty whose name or number begins with the text; nobody for no text."""
    text = text.strip()
    if not text:
        return []
    begins = (col(each).startswith(text, autoescape=True) for each in (Person.name, Person.account))
    return session.exec(
        select(Person).where(Person.state == StaffState.on_duty, or_(*begins)).order_by(Person.name).limit(MOST)
    ).all()
