"""Random routes and random words, held against the plain telling of the same rules in `reference`."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from models.next_stop import NotAwaited, next_stop
from models.route import CountersignRule, Outcome, Part, Said, Step, Stop, Verdict
from tests.models.reference import Paper

PEOPLE = ("an", "bo", "cai", "deng")
INITIATOR = "feng"
FIRST_ROUND = 2
crowds = st.lists(st.sampled_from(PEOPLE), max_size=2, unique=True).map(tuple)
answers = st.sampled_from([verdict for verdict in Verdict if verdict is not Verdict.withdraw])
steps_at_large = st.builds(
    Step,
    key=st.just(""),
    title=st.just("步骤"),
    host=st.sampled_from(PEOPLE),
    handlers=crowds,
    countersigners=crowds,
    rule=st.sampled_from(CountersignRule),
    may_finish=st.booleans(),
)
routes = st.lists(steps_at_large, min_size=1, max_size=6).map(
    lambda steps: [replace(step, key=f"step-{turn}") for turn, step in enumerate(steps)]
)


class Walk(RuleBasedStateMachine):
    """One request on its way; `paper` is the reference, `said` what `next_stop` replays."""

    @initialize(steps=routes, agreed=st.integers(0, 5))
    def submit(self, steps: list[Step], agreed: int) -> None:
        """On its way, with some steps agreed to already: from the first step alone, walks seldom come far."""
        self.steps, self.paper = steps, Paper(steps, INITIATOR, FIRST_ROUND)
        self.said: list[Said] = []
        self.seen = [self.now()]
        while self.paper.position <= min(agreed, len(steps) - 1):
            part, person = min(self.paper.slips)
            self._say(Said(FIRST_ROUND, self.paper.position, Part(part), person, Verdict.agree))

    def now(self) -> Stop | Outcome:
        return next_stop(self.steps, self.said, INITIATOR, FIRST_ROUND)

    @precondition(lambda self: not self.paper.outcome)
    @rule(data=st.data(), named=st.none() | crowds)
    def someone_awaited_does_what_they_may(self, data: st.DataObject, named: tuple[str, ...] | None) -> None:
        paper = self.paper
        words = [
            Said(paper.round, paper.position, Part(part), person, verdict, to)
            for part, person in sorted(paper.slips)
            for verdict in Verdict
            for to in (range(paper.position) if verdict is Verdict.give_back else [None])
            if paper.accepts(part, person, verdict, to)
        ]
        names = {step.key: named for step in self.steps[paper.position :][:1] if named is not None}
        self._say(replace(data.draw(st.sampled_from(words)), names=names))

    @precondition(lambda self: not self.paper.outcome)
    @rule(data=st.data(), verdict=answers | st.just(Verdict.give_back))  # half of them returns: most can be wrong there
    def someone_awaited_says_anything(self, data: st.DataObject, verdict: Verdict) -> None:
        part, person = data.draw(st.sampled_from(sorted(self.paper.slips)))
        to = data.draw(st.none() | st.integers(-1, self.paper.position + 1)) if verdict is Verdict.give_back else None
        self._say(Said(self.paper.round, self.paper.position, Part(part), person, verdict, to))

    @precondition(lambda self: not self.paper.outcome)
    @rule(
        round=st.integers(1, 4),
        at=st.integers(0, 6),
        part=st.sampled_from(Part),
        person=st.sampled_from((*PEOPLE, INITIATOR)),
        verdict=answers,
        to=st.none() | st.integers(-1, 7),
    )
    def anyone_says_anything(
        self, round: int, at: int, part: Part, person: str, verdict: Verdict, to: int | None
    ) -> None:
        self._say(Said(round, at, part, person, verdict, to))

    @precondition(lambda self: not self.paper.outcome and len(self.said) > 3)
    @rule()
    def the_initiator_withdraws(self) -> None:
        self.said.append(Said(1, 1, Part.initiator, INITIATOR, Verdict.withdraw))
        self.paper.withdraw()
        self.seen.append(self.now())

    @precondition(lambda self: self.paper.outcome)
    @rule(steps=routes, agreed=st.integers(0, 5))
    def the_next_one(self, steps: list[Step], agreed: int) -> None:
        """So that the rest of the walk is of use."""
        self.teardown()
        self.submit(steps, agreed)

    def _say(self, said: Said) -> None:
        paper = self.paper
        self.slips = sorted(paper.slips)
        here = (said.round, said.position) == (paper.round, paper.position)
        if here and paper.accepts(said.part, said.person, said.verdict, said.to):
            before = paper.round
            self.said.append(said)
            paper.say(said.part, said.person, said.verdict, said.to, dict(said.names))
            assert paper.round == before + (said.verdict is Verdict.give_back)
            self.seen.append(self.now())
        else:
            with pytest.raises(NotAwaited):
                next_stop(self.steps, [*self.said, said], INITIATOR, FIRST_ROUND)

    @invariant()
    def it_stands_where_the_reference_stands(self) -> None:
        now = self.now()
        if isinstance(now, Outcome):
            assert now is self.paper.outcome
        else:
            assert self.paper.outcome is None
            assert (now.position, now.round) == (self.paper.position, self.paper.round)
            assert now.awaited == self.paper.slips
            assert now.awaited, "somebody is always awaited"

    def teardown(self) -> None:
        """Replaying any beginning gives what was seen then; an outcome is the end, whoever says something more."""
        if self.paper.outcome:
            for part, person in (*self.slips, (Part.initiator, INITIATOR)):
                self._say(Said(self.paper.round, self.paper.position, Part(part), person, Verdict.agree))
        for length, seen in enumerate(self.seen):
            assert next_stop(self.steps, self.said[:length], INITIATOR, FIRST_ROUND) == seen
        assert not any(isinstance(seen, Outcome) for seen in self.seen[:-1])


TestWalks = Walk.TestCase
TestWalks.settings = settings(
    max_examples=300, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
