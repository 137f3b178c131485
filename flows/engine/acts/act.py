"""Acts beside deciding: each is one row of a table, from which pages, API, refusals and docs are made.

Source: SEMANTICS.md, "Acts beside deciding".
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from models.record import ItemState, Request, WorkItem


class Who(StrEnum):
    """Who may: the value is how people call them."""

    holder = "待办的持有人"
    signer = "主办人、会签人"
    decider = "作出处理意见的人"
    initiator = "发起人"
    host = "主办人"
    host_now = "本步骤的主办人"
    reader = "能看到申请单的人"
    asked_reader = "被要求阅知的人"
    administrator = "管理员"
    oneself = "本人"
    personnel = "人事部门"
    main_administrator = "主管理员"


class When(StrEnum):
    item_open = "待办未办理时"
    step_open = "本步骤结束之前"
    item_decided = "办理之后、后面的人查看或办理之前"
    open = "办结之前"
    approved = "办结之后"
    always = "随时"
    absent = "不在的期间"
    leaves = "离岗、调动时"


STATES = {  # of the work item, for acts on one
    When.item_open: frozenset({ItemState.open}),
    When.step_open: frozenset({ItemState.open, ItemState.held, ItemState.decided}),
    When.item_decided: frozenset({ItemState.decided}),
}


class ActBody(BaseModel):
    """What an act asks: fields of a form on the page, a JSON body over REST."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Nothing(ActBody):
    """Of acts that ask nothing."""


Account = Annotated[str, Field(title="人员", min_length=1, max_length=32, json_schema_extra={"picker": "person"})]


Visited = tuple[UUID, int, int]  # request, round, position


@dataclass(frozen=True)
class Doing:
    """Who acts on what. `item`: of acts on a work item, theirs."""

    session: Session
    account: str
    administrator: bool
    request: Request
    item: UUID | None
    now: datetime
    added: frozenset[Visited] | None = None  # visits with added signers, where they were looked up for many at once


@dataclass(frozen=True)
class Row:
    """An act as people know it."""

    key: str
    title: str
    who: frozenset[Who]
    when: When
    effect: str  # one sentence, for pages and docs
    entry: str  # what it writes in the journal …
    journal: str  # … and how people read that; {…} from the entry's detail

    @property
    def whoever(self) -> str:
        """Who may, in words."""
        return "、".join(each for each in Who if each in self.who)


@dataclass(frozen=True)
class Act(Row):
    """An act on one request, or one of its work items."""

    body: type[ActBody]
    carry_out: Callable[[Doing, Any], Request]
    offered: Callable[[Doing, WorkItem | None], bool] = lambda *_: True  # false: it would only be refused

    @property
    def on_item(self) -> bool:
        """Whether it is about a work item, not the whole request."""
        return self.when in STATES
