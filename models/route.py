"""What a route is made of. Values only; the words are those of DESIGN.md §2 and SEMANTICS.md."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Part(StrEnum):
    """The part a person has in a step."""

    host = "host"  # 主办: concludes the step
    handler = "handler"  # 经办: does the work, fills the step's fields
    countersigner = "countersigner"  # 会签: gives an opinion
    adviser = "adviser"  # 受委派: gives one of the others an opinion, who then decides
    initiator = "initiator"  # 发起人: only after a return to them, to amend and send again


Seat = tuple[Part, str]  # a part in a step and the person it was meant for, whoever holds the work item

PART_TITLES = {
    Part.host: "主办",
    Part.handler: "经办",
    Part.countersigner: "会签",
    Part.adviser: "受委派",
    Part.initiator: "发起人",
}


class Verdict(StrEnum):
    agree = "agree"  # 同意; of a host: hand over to the next step (转交下一步)
    finish = "finish"  # 同意并结束流程; hosts only
    refuse = "refuse"  # 不同意
    give_back = "return"  # 退回
    advise = "advise"  # 已提出意见: advisers only
    lapse = "lapse"  # 逾期未反馈: said by the clock, of countersigners whose step lets their time run out
    carry = "carry"  # 沿用上一步意见: said by rule, of a host who has just agreed as host of the step before
    withdraw = "withdraw"  # 撤回: said by the initiator about the whole request


class CountersignRule(StrEnum):
    all = "all"  # 全员: waits for all, one refusal ends the waiting
    percent = "percent"  # 比例: done when so many of a hundred agree, or no longer can
    advisory = "advisory"  # 征求意见: recorded, stops nothing
    any = "any"  # 或签: the first one decides
    sequential = "sequential"  # 依次: one after the other, in the order of the route


class Where(StrEnum):
    """Where an added signer stands (加签): before, beside or after the one who adds them."""

    before = "before"
    beside = "beside"
    after = "after"


class Outcome(StrEnum):
    approved = "approved"  # 办结
    refused = "refused"  # 否决
    withdrawn = "withdrawn"  # 撤回
    revoked = "revoked"  # 通过后撤销


OUTCOME_TITLES = {
    Outcome.approved: "办结",
    Outcome.refused: "否决",
    Outcome.withdrawn: "撤回",
    Outcome.revoked: "已撤销",
}

INITIATOR = 0  # the position a request is at when it was returned to its initiator


@dataclass(frozen=True)
class Step:
    """One station of a route. People are accounts (staff numbers); position in the route is the order, from 1."""

    key: str  # lowercase letters, digits, dashes: goes into Prefect's keys
    title: str
    host: str
    handlers: tuple[str, ...] = ()
    handlers_by: str | None = None  # key of the earlier step whose fields name the handlers
    countersigners: tuple[str, ...] = ()
    rule: CountersignRule = CountersignRule.all
    deadline_hours: int = 16  # working hours
    fields: str | None = None  # name of the kind's field model that handlers (else the host) fill in
    may_finish: bool = False  # the host may end the flow here though steps follow
    percent: int | None = None  # of 比例: how many of a hundred countersigners must agree
    early: bool = False  # the host may conclude before the others are done
    refusal_ends: bool = False  # countersigners' refusal refuses the request, without the host
    lapses: bool = False  # of 比例: over time counts as not given
    choice: tuple[str, ...] = ()  # 自选: whom the host of the step before may name as this one's host
    asks_opinion: bool = False  # an agreement given in the step before is not carried over


@dataclass(frozen=True)
class OfSeat:
    """Something that happened to a seat, in one visit of one step."""

    round: int
    position: int
    part: Part
    person: str  # whose seat

    @property
    def seat(self) -> Seat:
        return self.part, self.person


@dataclass(frozen=True)
class Said(OfSeat):
    """One decision as the rules see it."""

    verdict: Verdict
    to: int | None = None  # of a return: the position it goes to, INITIATOR for the initiator
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # handlers of later steps, by step key
    straight: bool = False  # of a return: afterwards straight back to who returned it
    host: str | None = None  # 自选: who hosts the next step


@dataclass(frozen=True)
class Added(OfSeat):
    """加签, or 委派 when `part` is adviser: the holder of the seat `by` adds a person to the step."""

    by: Seat
    where: Where


@dataclass(frozen=True)
class Removed(OfSeat):
    """减签: who was added and has not spoken yet is taken out again."""


@dataclass(frozen=True)
class TakenBack(OfSeat):
    """取回: what was said in that visit does not count any more, and the step begins a new round without it."""


Event = Said | Added | Removed | TakenBack


@dataclass(frozen=True)
class Stop:
    """Where a request waits: the step's position, the round, and whose decisions are awaited.

    pending: seats of the step whose turn is still to come. carries: the host's agreement is carried over at once.
    """

    position: int
    round: int
    awaited: frozenset[Seat]
    pending: frozenset[Seat] = field(default=frozenset(), compare=False)
    carries: bool = field(default=False, compare=False)
