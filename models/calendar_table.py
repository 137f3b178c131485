"""The working calendar as kept, so that an administrator can enter next year's when its notice is out."""

from datetime import date
from time import monotonic

from sqlmodel import Field, Session, SQLModel, select

from models.holidays import Day, calendar_of
from models.worktime import Calendar


class CalendarDay(SQLModel, table=True):
    """A public holiday (放假) or a make-up workday (调休上班).

    A year's notice is entered as a whole: a year with any day on record counts as known.
    """

    __tablename__ = "calendar_day"
    day: date = Field(primary_key=True)
    works: bool  # worked though it would otherwise be off; else off
    name: str = Field(max_length=50)


_kept: tuple[float, Calendar] | None = None
KEPT_SECONDS = 60  # how soon every process counts with a calendar that was changed


def calendar(session: Session) -> Calendar:
    """The working calendar of all years on record, read anew at most once a minute."""
    global _kept
    if _kept is None or monotonic() - _kept[0] > KEPT_SECONDS:
        days = (Day(each.day, each.works, each.name) for each in session.exec(select(CalendarDay)))
        _kept = (monotonic(), calendar_of(days))
    return _kept[1]
