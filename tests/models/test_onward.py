"""Where a request goes on by another route: what was said stands as far as both routes agree."""

from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from models.next_stop import next_stop, replayed
from models.onward import ASK_NOTHING_ANEW, Onward, onward
from models.route import INITIATOR, Event, Part, Said, Step, Stop, Verdict
from models.route_diff import compare
from models.seating import Place
from tests.models.at_random import ACTS, FENG, at_hand, full_step, routes
from tests.models.reference import Paper

HEAD, OFFICE, VICE = (
    Step("head", "部门负责人审批", "an", countersigners=("deng",)),
    Step("office", "审核", "bo"),
    Step("vice", "校领导审批", "cai"),
)
BEGUN = (1, 1)


def goes_on(before: list[Step], after: list[Step], *events: Event) -> Onward:
    visits = sorted({BEGUN, *((each.round, each.position) for each in events), _at(before, events)})
    return onward(compare(before, after), before, events, FENG, BEGUN, visits)


def _at(steps: list[Step], events: tuple[Event, ...]) -> tuple[int, int]:
    stands = next_stop(steps, events, FENG)
    assert isinstance(stands, Stop)
    return stands.round, stands.position


def agrees(position: int, person: str, part: Part = Part.host, round_: int = 1) -> Said:
    return Said(round_, position, part, person, Verdict.agree)


SIGNED = agrees(1, "deng", Part.countersigner)
AGREED = SIGNED, agrees(1, "an")


def test_a_later_change_leaves_everything_as_it_stands() -> None:
    assert goes_on([HEAD, OFFICE], [HEAD, VICE], SIGNED) == Onward(1, 1, anew=False)


def test_a_change_where_it_is_begins_a_round_there() -> None:
    assert goes_on([HEAD, OFFICE], [replace(HEAD, host="e"), OFFICE], SIGNED) == Onward(2, 1, anew=True)
    assert goes_on([HEAD, OFFICE], [HEAD, replace(OFFICE, host="e")], *AGREED) == Onward(2, 2, anew=True)


def test_a_change_before_it_goes_back_there() -> None:
    assert goes_on([HEAD, OFFICE], [VICE, HEAD, OFFICE], *AGREED) == Onward(2, 1, anew=True)


def test_where_all_that_is_left_is_behind_it_the_last_step_concludes() -> None:
    assert goes_on([HEAD, OFFICE], [HEAD], *AGREED) == Onward(2, 1, anew=True)


def test_another_title_or_deadline_asks_nobody_anew() -> None:
    slower = [replace(each, title=f"{each.title}（新）", deadline_hours=99) for each in (HEAD, OFFICE)]
    assert goes_on([HEAD, OFFICE], slower, *AGREED) == Onward(1, 1, anew=False)


def test_a_host_who_was_chosen_and_may_still_be_stays() -> None:
    chosen = replace(OFFICE, host="e", choice=("bo", "e"))
    assert goes_on([HEAD, chosen], [HEAD, replace(chosen, host="bo", choice=("an", "e"))], *AGREED).anew is False
    assert goes_on([HEAD, chosen], [HEAD, replace(chosen, host="bo", choice=("an", "bo"))], *AGREED).anew is True


def test_back_before_a_step_that_differs_only_the_open_visit_goes_over() -> None:
    back = Said(1, 2, Part.host, "bo", Verdict.give_back, to=1)
    again = agrees(1, "deng", Part.countersigner, 2)
    assert goes_on([HEAD, OFFICE], [HEAD, VICE], *AGREED, back, again) == Onward(2, 1, anew=False)
    initiator = replace(back, to=INITIATOR)
    assert goes_on([HEAD, OFFICE], [HEAD, VICE], *AGREED, initiator) == Onward(2, INITIATOR, anew=False)


def changed(steps: list[Step], chance: Random) -> list[Step]:
    """The same route, or with a step more, one less, another in the place of one."""
    at, fresh = chance.randrange(len(steps)), full_step("other", chance)
    before, after = steps[:at], steps[at + 1 :]
    return chance.choice([steps, [*before, fresh, *steps[at:]], [*before, *after], [*before, fresh, *after]])


def walked(steps: list[Step], chance: Random) -> list[Event]:
    """What happened. Nobody was named for later steps: the route that the record keeps has those people in it."""
    paper, happened = Paper(steps, FENG, 1), list[Event]()
    for act in chance.choices(ACTS, k=25):
        if may := [event for event in at_hand(act, paper) if paper.accepts(event)]:
            event = chance.choice(may)
            if not isinstance(next_stop(steps, [*happened, event], FENG), Stop):
                continue
            happened.append(event)
            paper.happens(event)
    return happened


@settings(max_examples=400, deadline=None)
@given(routes, st.randoms(use_true_random=True))
def test_on_any_way_both_editions_can_be_replayed(steps: list[Step], chance: Random) -> None:
    events, after = walked(steps, chance), changed(steps, chance) or steps
    stands = next_stop(steps, events, FENG)
    assert isinstance(stands, Stop)
    found = goes_on(steps, after, *events)
    earlier = [each for each in events if (each.round, each.position) < found.begun]
    now = next_stop(after, [each for each in events if each not in earlier], FENG, *found.begun)
    next_stop(steps, earlier, FENG)
    assert isinstance(now, Stop)
    if found.anew:
        assert now.round == stands.round + 1
        assert now.position <= min(stands.position, len(after))
        assert [_asked(each) for each in steps[: now.position - 1]] == [
            _asked(each) for each in after[: now.position - 1]
        ]
    else:
        assert (now, now.pending) == (stands, stands.pending)


def _asked(step: Step) -> Step:
    """A step without what may differ."""
    return replace(step, **{name: getattr(HEAD, name) for name in ASK_NOTHING_ANEW})


@settings(max_examples=100, deadline=None)
@given(routes, st.randoms(use_true_random=True))
def test_by_the_same_route_the_place_stays_whole(steps: list[Step], chance: Random) -> None:
    events = walked(steps, chance)
    places = [place for _, _, place in replayed(steps, events, FENG)] or [Place(1, 1)]
    assert goes_on(steps, list(steps), *events) == Onward(1, 1, anew=False), places[-1]
