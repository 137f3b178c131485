"""Random routes and random deeds through the engine on the real record, held against the second telling; meanwhile
connections die half-way, the run's worker with them, and wakes are lost.
"""

import os
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from models.database import transaction
from models.invariants import broken
from tests.flows.sample import NOW
from tests.flows.walks.by_chance import any_turn
from tests.flows.walks.carrying import Keeper
from tests.flows.walks.course import Course
from tests.flows.walks.errand import Errand, office
from tests.flows.walks.record import Check, changed_since, copies_due, on_record
from tests.flows.walks.sightings import SIGHTS
from tests.models.at_random import STEPS_AT_MOST

LONG = "OA_TEST_LONG" in os.environ
WALKS = 5000 if LONG else 300
sighted: Counter[str] = Counter()
lots = st.randoms(use_true_random=True)  # seeds: far more varied than single draws


class Walk(RuleBasedStateMachine):
    """One request on its way."""

    keeper: Keeper
    check: Check

    @initialize(lot=st.integers(0, 2**31), length=st.integers(1, STEPS_AT_MOST), turns=st.integers(8, 30), chance=lots)
    def is_submitted(self, lot: int, length: int, turns: int, chance: Random) -> None:
        self.course = Course(self.keeper, Errand(lot=lot, length=length), sighted, note)
        self.life_goes_on(turns, chance)

    @rule(turns=st.integers(5, 30), chance=lots)
    def life_goes_on(self, turns: int, chance: Random) -> None:
        for _ in range(turns):
            any_turn(self.course, chance)

    @rule()
    def the_worker_hears_of_it(self) -> None:
        self.course.worker_hears()

    @rule()
    def wakes_are_lost_until_the_record_is_looked_through(self) -> None:
        self.course.wakes_are_lost()

    @rule(at=st.integers(0, 40))
    def the_worker_dies(self, at: int) -> None:
        self.course.worker_dies(at)

    @rule(over=st.booleans())
    def a_minute_passes(self, over: bool) -> None:
        """No precondition: what is drawn must not depend on what was seen so far, as the course does."""
        if self.course.office.acting:
            self.course.minute_passes(over=over)

    def teardown(self) -> None:
        """All that must hold holds."""
        if hasattr(self, "course"):
            then = on_record(self.course.request)
            self.course.ends()
            assert self.check.broken(self.course.request, self.course.now) == []
            assert changed_since(then) == []


@pytest.fixture(scope="module")
def own_office(database: str) -> Iterator[str]:
    with office(database) as own:
        Walk.keeper, Walk.check = Keeper(own), Check()
        yield own
        Walk.check.close()
        Walk.keeper.close()


@pytest.mark.usefixtures("own_office")
def test_the_record_agrees_with_the_reference_whatever_people_do_and_whatever_dies() -> None:
    """The usual walks are the same every time; `./oa test --long` takes many more, other ones each time."""
    sighted.clear()
    walks = settings(
        max_examples=WALKS,
        stateful_step_count=3,
        deadline=None,
        derandomize=not LONG,
        report_multiple_bugs=False,
        phases=[Phase.generate],  # a smaller lot is not a smaller walk
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Walk, settings=walks)
    with transaction() as session:  # and all that must hold of them once they are finished, and of their numbers
        assert broken(session, copies_due, NOW + timedelta(days=9)) == []

    assert SIGHTS - sighted.keys() == set(), "situations that no walk has come across"
