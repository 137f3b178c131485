"""Routes and events by chance, for the walks: a small office whose people host, sign and handle again and again."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from random import Random

from hypothesis import strategies as st

from models.route import (
    INITIATOR,
    Added,
    CountersignRule,
    Event,
    Part,
    Removed,
    Said,
    Step,
    TakenBack,
    Verdict,
    Where,
)
from tests.models.reference import Paper

PEOPLE = ("an", "bo", "cai", "deng", "e")
FENG = "feng"  # the initiator
STEPS_AT_MOST = 8
SELDOM, OFTEN = 0.2, 0.5
ACTS = (
    *("agree", "add", "add", "take back", "remove") * 3,
    *["carry"] * 15,
    *Verdict,
    *("return", "refuse", "remove", "ask") * 2,
)  # by weight
SENTENCES = (
    *((act,) for act in ACTS),
    *[("agree", "carry", "carry", "take back"), ("agree", "finish", "take back"), ("add", "agree", "remove")] * 4,
    *[("agree", "carry", "carry")] * 4,
    *[("ask", "advise", "take back"), ("lapse", "lapse")] * 4,
)

people = st.sampled_from((*PEOPLE, FENG))
seats = st.tuples(st.sampled_from(Part), people)


def crowd(chance: Random, most: int) -> tuple[str, ...]:
    return tuple(chance.sample(PEOPLE, chance.randint(0, most)))


def full_step(key: str, chance: Random) -> Step:
    return Step(
        key,
        "会签",
        chance.choice(PEOPLE[:3]),
        handlers=crowd(chance, 1),
        countersigners=crowd(chance, 4),
        rule=chance.choice(list(CountersignRule)),
        percent=chance.choice((1, 34, 50, 67, 100)),
        may_finish=chance.random() < OFTEN,
        early=chance.random() < SELDOM,
        refusal_ends=chance.random() < SELDOM,
        lapses=chance.random() < OFTEN,
        choice=crowd(chance, 2) if chance.random() < OFTEN else (),
    )


def plain_step(key: str, chance: Random) -> Step:
    """Nearly always of the same host, so that agreement is carried over."""
    return Step(
        key,
        "审批",
        chance.choice((*PEOPLE[:1] * 9, *PEOPLE)),
        handlers_by=chance.choice((None,) * 9 + ("step-1",)),
        fields=chance.choice((None,) * 9 + ("dispatch",)),
        asks_opinion=chance.random() < SELDOM / 2,
        choice=crowd(chance, 2) if chance.random() < SELDOM / 2 else (),
    )


def route(length: int, chance: Random, plain: int = 2) -> list[Step]:
    """`plain`: how many of those there are to each full one."""
    kinds = full_step, *[plain_step] * plain
    return [chance.choice(kinds)(f"step-{turn}", chance) for turn in range(1, length + 1)]


# From seeds: so they are far more varied than if each choice were hypothesis's own.
routes = st.builds(route, st.integers(1, STEPS_AT_MOST), st.randoms(use_true_random=True))

events: st.SearchStrategy[Event] = st.one_of(
    st.builds(
        Said,
        round=st.integers(1, 6),
        position=st.integers(0, 8),
        part=st.sampled_from(Part),
        person=people,
        verdict=st.sampled_from([verdict for verdict in Verdict if verdict is not Verdict.withdraw]),
        to=st.none() | st.integers(-1, 8),
        straight=st.booleans(),
        host=st.none() | people,
    ),
    st.builds(
        Added,
        round=st.integers(1, 6),
        position=st.integers(0, 8),
        by=seats,
        person=people,
        where=st.sampled_from(Where),
        part=st.sampled_from(Part),
    ),
    st.builds(Removed, st.integers(1, 6), st.integers(0, 8), st.sampled_from(Part), people),
    st.builds(TakenBack, st.integers(1, 6), st.integers(0, 8), st.sampled_from(Part), people),
)


def at_hand(act: str, paper: Paper) -> Iterator[Event]:
    """What could happen next, were everything allowed."""
    if act == "add":
        for by, person, where in product(sorted(paper.awaited), PEOPLE, Where):
            yield Added(paper.round, paper.position, Part.countersigner, person, by, where)
    elif act == "ask":
        for by, person in product(sorted(paper.awaited), PEOPLE):
            yield Added(paper.round, paper.position, Part.adviser, person, by, Where.before)
    elif act == "remove":
        for part, person in product((Part.countersigner, Part.adviser), PEOPLE):
            yield Removed(paper.round, paper.position, part, person)
    elif act == "take back":
        for said, _ in paper.record:
            yield TakenBack(said.round, said.position, said.part, said.person)
    else:
        yield from _words_at_hand(Verdict(act), paper)


def _words_at_hand(verdict: Verdict, paper: Paper) -> Iterator[Said]:
    for part, person in sorted(paper.awaited):
        said = Said(paper.round, paper.position, part, person, verdict)
        if verdict is Verdict.give_back:
            for to, straight in product((*range(paper.position), *[paper.position] * 4), (False, True)):
                yield replace(said, to=to, straight=straight)
        else:
            yield said
    if verdict is Verdict.withdraw and len(paper.record) > 20:
        yield Said(1, 1, Part.initiator, FENG, verdict)


def named(event: Event, steps: list[Step], chance: Random) -> Event:
    """The same event; where a host agrees, perhaps with people named for the next step."""
    if not isinstance(event, Said) or (event.part, event.verdict) != ("host", "agree") or event.position == len(steps):
        return event
    following = steps[event.position]
    names = {following.key: crowd(chance, 2)} if chance.random() < OFTEN else {}
    return replace(event, names=names, host=chance.choice((None, None, *following.choice)))


def near(event: Event) -> st.SearchStrategy[Event]:
    """The same event with one thing changed."""
    changes: dict[str, st.SearchStrategy[object]] = {
        "round": st.integers(event.round - 1, event.round + 1),
        "position": st.integers(max(event.position - 1, INITIATOR), event.position + 1),
        "part": st.sampled_from(Part),
        "person": people,
    }
    if isinstance(event, Said):
        changes |= {"verdict": st.sampled_from(Verdict), "to": st.none() | st.integers(-1, 8), "host": people}
        changes |= {"straight": st.booleans()}
    if isinstance(event, Added):
        changes |= {"by": seats, "where": st.sampled_from(Where)}
    return st.sampled_from(sorted(changes)).flatmap(
        lambda name: changes[name].map(lambda value: replace(event, **{name: value}))  # type: ignore[arg-type]
    )
