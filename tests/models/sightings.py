"""What a walk must have come across for its agreement with the reference to mean anything."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from models.route import (
    INITIATOR,
    Added,
    CountersignRule,
    Event,
    Outcome,
    Part,
    Removed,
    Said,
    TakenBack,
    Verdict,
    Where,
)
from tests.models.reference import Folder, Paper
from tests.models.reference_desk import Desk


@dataclass
class Sight:
    """One accepted event: the folder as it was before, and the paper after it."""

    before: Folder
    event: Event
    paper: Paper
    record: list[Said]  # as it was before

    @property
    def desk(self) -> Desk | None:
        return self.before.desk

    @property
    def said(self) -> Said | None:
        return self.event if isinstance(self.event, Said) else None

    @property
    def verdict(self) -> Verdict | None:
        return self.said.verdict if self.said else None

    @property
    def host_spoke(self) -> bool:
        return self.desk is not None and self.desk.word(self.desk.host) is not None

    @property
    def by_host(self) -> bool:
        return self.event.part == Part.host

    @property
    def on_the_way_back(self) -> bool:
        """A word brought it straight back."""
        back = self.before.back
        return back is not None and self.verdict is Verdict.agree and self.paper.position == back.position

    @cached_property
    def taken_back(self) -> Said | None:
        """The word that was."""
        event = self.event
        if not isinstance(event, TakenBack):
            return None
        return next(said for said in self.record if (said.round, said.seat) == (event.round, event.seat))

    @property
    def taken_in_place(self) -> bool:
        return self.taken_back is not None and self.desk is not None and self.taken_back in self.desk.given

    @property
    def since(self) -> list[Said]:
        return self.record[self.record.index(self.taken_back) + 1 :] if self.taken_back else []

    @property
    def seat_of_adder(self) -> str:
        assert self.desk
        assert isinstance(self.event, Added)
        slip = self.desk.slips[self.event.by]
        if self.event.by[0] != Part.countersigner:
            return self.event.by[0]
        return "trailing" if slip.trailing else "counted" if slip.counted else "one before the host"

    def says(self, rule: CountersignRule, verdict: Verdict) -> bool:
        """A countersigner whom the rule counts."""
        slip = self.desk.slips.get(self.event.seat) if self.desk else None
        by_rule = self.desk is not None and self.desk.step.rule is rule
        return by_rule and self.verdict is verdict and slip is not None and slip.counted

    def adds(self, adder: str, where: Where, part: Part = Part.countersigner) -> bool:
        event = self.event
        return isinstance(event, Added) and (event.where, event.part, self.seat_of_adder) == (where, part, adder)

    def returns(self, straight: bool) -> bool:
        return self.said is not None and self.verdict is Verdict.give_back and self.said.straight is straight


SITUATIONS: dict[str, Callable[[Sight], bool]] = {
    "any refusal that ends the request": lambda it: (
        it.paper.outcome is Outcome.refused and not it.by_host and not it.host_spoke
    ),
    "percent reached before all have spoken": lambda it: (
        it.says(CountersignRule.percent, Verdict.agree)
        and it.desk is not None
        and it.paper.folder.desk is not None
        and it.paper.folder.desk.given != []
        and it.paper.folder.desk.percent_reached()
        and None in it.paper.folder.desk.counted_words()
    ),
    "percent out of reach before all have spoken": lambda it: (
        it.says(CountersignRule.percent, Verdict.refuse)
        and it.paper.folder.desk is not None
        and it.paper.folder.desk.percent_lost()
        and None in it.paper.folder.desk.counted_words()
    ),
    "an early host over the heads of others": lambda it: (
        it.by_host and it.verdict is Verdict.agree and it.desk is not None and not it.desk.consulted()
    ),
    "an end before the last step": lambda it: (
        it.verdict is Verdict.finish and it.before.position < len(it.paper.steps) and it.paper.outcome is not None
    ),
    "straight back from the initiator": lambda it: it.on_the_way_back and it.before.position == INITIATOR,
    "straight back from a step": lambda it: it.on_the_way_back and it.before.position != INITIATOR,
    "a straight return with a way back already": lambda it: it.returns(straight=True) and it.before.back is not None,
    "a return that forgets the way back": lambda it: it.returns(straight=False) and it.before.back is not None,
    "a return to the one before": lambda it: it.said is not None and it.said.to == it.before.position,
    "another handler or host named while it was away": lambda it: (
        it.on_the_way_back
        and it.paper.folder.desk is not None
        and any(slip.away for slip in it.paper.folder.desk.slips.values())
    ),
    "a host chosen": lambda it: it.said is not None and it.said.host is not None,
    "handlers named": lambda it: it.said is not None and any(it.said.names.values()),
    "a trailing refusal after the host": lambda it: it.verdict is Verdict.refuse and it.host_spoke,
    "a trailing refusal before the host": lambda it: (
        it.verdict is Verdict.refuse
        and not it.host_spoke
        and it.desk is not None
        and it.said is not None
        and it.desk.slips[it.said.seat].trailing
    ),
    "a step concluded by a trailing signer": lambda it: (
        it.verdict is Verdict.agree and it.host_spoke and it.paper.position > it.before.position
    ),
    "advice of somebody who is needed no more": lambda it: any(
        slip.by and seat[0] == Part.adviser and not (desk.word(seat) or desk.needed(seat) or desk.word(slip.by))
        for desk in [it.paper.folder.desk]
        if desk
        for seat, slip in desk.slips.items()
    ),
    "carried": lambda it: it.verdict is Verdict.carry,
    "carried twice running": lambda it: (
        it.verdict is Verdict.carry and it.record != [] and it.record[-1].verdict is Verdict.carry
    ),
    "a removal that concludes the countersigning": lambda it: (
        isinstance(it.event, Removed)
        and it.desk is not None
        and it.paper.folder.desk is not None
        and it.desk.host in it.paper.awaited - it.desk.awaited()
    ),
    "a removal that concludes the step": lambda it: (
        isinstance(it.event, Removed) and (it.paper.position > it.before.position or it.paper.outcome is not None)
    ),
    "taken back in place": lambda it: it.taken_in_place,
    "taken back from the step after": lambda it: (
        it.taken_back is not None and not it.taken_in_place and it.paper.position < it.before.position
    ),
    "a return taken back": lambda it: (
        it.taken_back is not None and it.taken_back.verdict is Verdict.give_back and not it.taken_back.straight
    ),
    "a straight return taken back": lambda it: it.taken_back is not None and it.taken_back.straight,
    "taken back over carried agreement": lambda it: any(said.verdict is Verdict.carry for said in it.since),
    "taken back in place after a straight return": lambda it: (
        it.taken_in_place and any(said.straight for said in it.since)
    ),
    "taken back from where it had come straight back": lambda it: (
        it.taken_back is not None
        and not it.taken_in_place
        and it.paper.folder.back is not None
        and it.before.position == it.paper.folder.back.position
    ),
    "a trailing word taken back": lambda it: (
        it.taken_in_place and it.desk is not None and it.desk.slips[it.event.seat].trailing
    ),
    "advice taken back": lambda it: it.taken_back is not None and it.event.part is Part.adviser,
    "withdrawn": lambda it: it.verdict is Verdict.withdraw,
}


def _says(rule: CountersignRule, verdict: Verdict) -> Callable[[Sight], bool]:
    return lambda it: it.says(rule, verdict)


def _adds(adder: str, where: Where, part: Part) -> Callable[[Sight], bool]:
    return lambda it: it.adds(adder, where, part)


for _rule in CountersignRule:
    for _verdict in (Verdict.agree, Verdict.refuse, Verdict.give_back):
        SITUATIONS[f"{_rule}: {_verdict}"] = _says(_rule, _verdict)
for _rule in (CountersignRule.percent, CountersignRule.advisory):
    SITUATIONS[f"{_rule}: over time"] = _says(_rule, Verdict.lapse)
for _adder in ("host", "counted", "trailing", "one before the host"):
    for _where in Where:
        SITUATIONS[f"{_adder} adds {_where}"] = _adds(_adder, _where, Part.countersigner)
for _adder in ("host", "handler", "counted", "trailing"):
    SITUATIONS[f"{_adder} asks advice"] = _adds(_adder, Where.before, Part.adviser)
