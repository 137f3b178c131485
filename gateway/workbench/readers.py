"""送阅, as the page of a request tells it: who has read it, who has confirmed it, who has not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from models.messages import Notice, Topic
from printouts.gathering.case import Case
from printouts.gathering.sheet import SheetPerson


@dataclass(frozen=True)
class Reader:
    """One person who was sent it once. `asked`: to confirm, until `due_at` if there is a day."""

    name: str
    department: str
    sent_at: datetime
    asked: bool
    due_at: datetime | None
    read_at: datetime | None
    understood_at: datetime | None


def readers_of(case: Case) -> list[Reader]:
    """Everyone it was sent to for reading, whatever the number of channels, in that order."""
    sent: dict[tuple[int, str], list[Notice]] = {}
    for notice in case.notices:
        if notice.topic is Topic.reading:
            sent.setdefault((notice.seq, notice.person), []).append(notice)
    return [_reader(case.people[person], notices) for (_, person), notices in sent.items()]


def _reader(person: SheetPerson, notices: Sequence[Notice]) -> Reader:
    return Reader(
        name=person.name,
        department=person.department,
        sent_at=notices[0].created_at,
        asked=notices[0].asks_understood,
        due_at=notices[0].due_at,
        read_at=min((each.confirmed_at for each in notices if each.confirmed_at), default=None),
        understood_at=min((each.processed_at for each in notices if each.processed_at), default=None),
    )
