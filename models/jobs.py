"""Long work that someone waits for, and how far it has come: an import, a bulk print."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel import Field, SQLModel

from models.columns import Json, Moment


class Job(SQLModel, table=True):
    """Seen by every gateway process; `seen_at` tells one that goes on from one whose process died."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    account: str = Field(foreign_key="person.account", index=True)
    title: str = Field(max_length=200)
    total: int = 0  # steps; 0: not known yet
    done: int = 0
    told: list[str] = Field(default_factory=list, sa_type=Json)  # the result, or what was wrong, in sentences
    failed: bool = False
    started_at: datetime = Field(sa_type=Moment)
    seen_at: datetime = Field(sa_type=Moment)
    finished_at: datetime | None = Field(default=None, sa_type=Moment)
