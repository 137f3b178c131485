"""Random routes and random events, held against the plain telling of the same rules in `reference`."""

import os
from collections import Counter
from dataclasses import replace
from itertools import chain
from random import Random

import pytest
from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from models.next_stop import NotAwaited, next_stop
from models.route import Event, Outcome, Part, Said, Step, Stop, Verdict
from tests.models.at_random import ACTS, FENG, SENTENCES, STEPS_AT_MOST, at_hand, events, named, near, routes
from tests.models.reference import Paper
from tests.models.sightings import SITUATIONS, Sight

FIRST_ROUND = 2
LONG = "OA_TEST_LONG" in os.environ
WALKS = 5000 if LONG else 300
sighted: Counter[str] = Counter()


class Walk(RuleBasedStateMachine):
    """One request on its way; `paper` is the reference, `happened` what `next_stop` replays."""

    @initialize(steps=routes, agreed=st.integers(0, STEPS_AT_MOST - 1))
    def submit(self, steps: list[Step], agreed: int) -> None:
        """On its way, with some steps agreed to already: from the first step alone, walks seldom come far."""
        note(f"{steps}")
        self.steps, self.paper = steps, Paper(steps, FENG, FIRST_ROUND)
        self.happened: list[Event] = []
        self._stands_where_the_reference_stands(self.now())
        while self.paper.position <= min(agreed, len(steps) - 1):
            part, person = min(self.paper.awaited)
            self._happens(Said(FIRST_ROUND, self.paper.position, part, person, Verdict.agree))

    def now(self) -> Stop | Outcome:
        return next_stop(self.steps, self.happened, FENG, FIRST_ROUND)

    @precondition(lambda self: not self.paper.outcome)
    @rule(acts=st.integers(8, 40), chance=st.randoms(use_true_random=True))  # a seed: far more varied than single draws
    def people_do_what_they_may(self, acts: int, chance: Random) -> None:
        for act in chain.from_iterable(chance.choices(SENTENCES, k=acts)):
            if may := [event for event in at_hand(act, self.paper) if self.paper.accepts(event)]:
                self._happens(named(chance.choice(may), self.steps, chance))

    @precondition(lambda self: not self.paper.outcome)
    @rule(data=st.data(), act=st.sampled_from(ACTS), anything=events, here=st.booleans())
    def anybody_does_anything(self, data: st.DataObject, act: str, anything: Event, here: bool) -> None:
        """Mostly not awaited: here or elsewhere, and what is almost right."""
        paper = self.paper
        self._happens(replace(anything, round=paper.round, position=paper.position) if here else anything)
        if not paper.outcome and (might := list(at_hand(act, paper))):
            self._happens(data.draw(near(data.draw(st.sampled_from(might)))))

    @precondition(lambda self: self.paper.outcome)
    @rule(steps=routes, agreed=st.integers(0, STEPS_AT_MOST - 1))
    def the_next_one(self, steps: list[Step], agreed: int) -> None:
        """So that the rest of the walk is of use."""
        self.teardown()
        self.submit(steps, agreed)

    def _happens(self, event: Event) -> None:
        note(f"{event}")
        self.awaited_last = sorted(self.paper.awaited)
        if self.paper.accepts(event):
            self._is_accepted(event)
        else:
            sighted[f"not accepted: {type(event).__name__}"] += 1
            with pytest.raises(NotAwaited):
                next_stop(self.steps, [*self.happened, event], FENG, FIRST_ROUND)

    def _is_accepted(self, event: Event) -> None:
        before, record = self.paper.folder.photocopy(), [said for said, _ in self.paper.record]
        self.happened.append(event)
        self.paper.happens(event)
        self._stands_where_the_reference_stands(self.now())
        sight = Sight(before, event, self.paper, record)
        sighted.update(name for name, seen in SITUATIONS.items() if seen(sight))

    def _stands_where_the_reference_stands(self, now: Stop | Outcome) -> None:
        paper = self.paper
        if isinstance(now, Outcome):
            assert now is paper.outcome
        else:
            assert paper.outcome is None
            assert (now.position, now.round, now.carries) == (paper.position, paper.round, paper.folder.carries)
            assert (set(now.awaited), set(now.pending)) == (paper.awaited, paper.pending)
            assert now.awaited, "somebody is always awaited"

    def teardown(self) -> None:
        """An outcome is the end, whoever says something more."""
        if self.paper.outcome:
            for part, person in (*self.awaited_last, (Part.initiator, FENG)):
                self._happens(Said(self.paper.round, self.paper.position, part, person, Verdict.agree))


def test_the_rule_agrees_with_the_reference_wherever_walks_lead() -> None:
    """The usual walks are the same every time; `./oa test --long` takes many more, other ones each time."""
    sighted.clear()
    walks = settings(
        max_examples=WALKS,
        stateful_step_count=35,
        deadline=None,
        derandomize=not LONG,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Walk, settings=walks)
    assert SITUATIONS.keys() - sighted.keys() == set(), "situations that no walk has come across"
