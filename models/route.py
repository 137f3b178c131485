"""What a route is made of. Values only; the words are those of DESIGN.md §2 and SEMANTICS.md."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Part(StrEnum):
    """The part a person has in a step."""

    host = "host"  # 主办: concludes the step
    handler = "handler"  # 经办: does the work, fills the step's fields
    countersigner = "countersigner"  # 会签: gives an opinion
    initiator = "initiator"  # 发起人: only after a return to them, to amend and send again


PART_TITLES = {
    Part.host: "主办",
    Part.handler: "经办",
    Part.countersigner: "会签",
    Part.initiator: "发起人",
}


class Verdict(StrEnum):
    agree = "agree"  # 同意; of a host: hand over to the next step (转交下一步)
    finish = "finish"  # 同意并结束流程; hosts only
    refuse = "refuse"  # 不同意
    give_back = "return"  # 退回
    lapse = "lapse"  # 逾期未反馈: said by the clock, of advisory countersigners only
    withdraw = "withdraw"  # 撤回: said by the initiator about the whole request


class CountersignRule(StrEnum):
    all = "all"  # 全员: waits for all, one refusal ends the waiting
    advisory = "advisory"  # 征求意见: recorded, stops nothing


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


@dataclass(frozen=True)
class Said:
    """One decision as the rules see it: who, in which part, at which visit of which step, said what."""

    round: int
    position: int
    part: Part
    person: str
    verdict: Verdict
    to: int | None = None  # of a return: the position it goes to, INITIATOR for the initiator
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # handlers of later steps, by step key


@dataclass(frozen=True)
class Stop:
    """Where a request waits: the step's position, the round, and whose decisions are awaited."""

    position: int
    round: int
    awaited: frozenset[tuple[Part, str]]
