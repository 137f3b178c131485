"""Deeds by chance: mostly by those whose turn it is, now and then by the wrong person, on a stale item, out of place.

And what else may happen: the connection goes, the worker comes or dies, a wake is lost, time passes.
"""

from dataclasses import replace
from random import Random

from models.route import INITIATOR, Added, Part, Removed, Said, Step, Verdict, Where
from tests.flows.walks import deeds
from tests.flows.walks.course import Course
from tests.flows.walks.deeds import Deed
from tests.flows.walks.errand import EVERYBODY, Errand
from tests.flows.walks.reference_office import Key, Office
from tests.models.at_random import FENG, PEOPLE

WRONG, SELDOM = 0.12, 0.3
TO_CHOOSE_FROM = 5  # deeds, of which the one is tried that leads to what was seen least
STATEMENTS_OF_DEED, STATEMENTS_OF_EXECUTION = 14, 40  # before which a connection may go
TURNS = {"deed": 76, "cut off": 7, "heard": 6, "dies": 4, "lost": 3, "minute": 12}
LIKELY: dict[Part, dict[str, float]] = {  # verdicts by weight
    Part.host: {"agree": 8, "finish": 1, "refuse": 0.2, "return": 2},
    Part.handler: {"agree": 6, "return": 1},
    Part.countersigner: {"agree": 6, "refuse": 2.5, "return": 0.8, "lapse": 2},
    Part.adviser: {"advise": 1},
    Part.initiator: {"agree": 3, "amend": 1},
}
DEEDS = {"decide": 50, "add": 9, "ask": 5, "remove": 8, "take back": 9, "transfer": 5, "look": 5, "hand over": 2,
         "delegate": 4, "withdraw": 0.3}  # fmt: skip


def any_turn(course: Course, chance: Random) -> None:
    """One thing that may happen now."""
    turn = chance.choices(list(TURNS), list(TURNS.values()))[0]
    match turn:
        case "deed" | "cut off" if not course.over:
            at = chance.randrange(STATEMENTS_OF_DEED) if turn == "cut off" else None
            course.tries(min((any_deed(course.office, chance) for _ in range(TO_CHOOSE_FROM)), key=course.rarity), at)
        case "minute" if course.office.acting:
            course.minute_passes(over=chance.random() < SELDOM)
        case "heard":
            course.worker_hears()
        case "lost":
            course.wakes_are_lost()
        case "dies":
            course.worker_dies(chance.randrange(STATEMENTS_OF_EXECUTION))


def any_deed(office: Office, chance: Random) -> Deed:
    act = chance.choices(list(DEEDS), list(DEEDS.values()))[0]
    key = _item(office, act, chance)
    person = office.slips[key].person if chance.random() > WRONG else chance.choice(EVERYBODY)
    other = chance.choice(PEOPLE if chance.random() > WRONG / 4 else EVERYBODY)
    match act:
        case "add" | "ask":
            part, where = (
                (Part.countersigner, chance.choice(list(Where))) if act == "add" else (Part.adviser, Where.before)
            )
            return deeds.Adds(person, key, Added(key[0], key[1], part, other, key[2:], where))
        case "remove":
            removed = _removed(office, other, chance)
            return deeds.Removes(person, key, removed)
        case "take back":
            return deeds.TakesBack(person, key)
        case "transfer":
            return deeds.Transfers(person, key, other)
        case "hand over":
            return deeds.HandsOver(person, other)
        case "delegate":
            return deeds.NamesDelegate(office.acting[0] if office.acting else person, other)
        case "look":
            return deeds.Looks(person)
        case "withdraw":
            return deeds.Withdraws(person if chance.random() < WRONG else FENG)
    return _decides(office, key, person, chance)


def _item(office: Office, act: str, chance: Random) -> Key:
    """One that the act is about, or any at all."""
    states = {"take back": ("decided",), "remove": ("open", "held", "decided")}.get(act, ("open",))
    fitting = [key for key, slip in office.slips.items() if slip.state in states]
    if act == "take back":
        fitting = fitting[-2:]
    elif act == "remove":
        fitting = [key for key in fitting if key[:2] == office.place]
    return chance.choice(fitting if fitting and chance.random() > WRONG else list(office.slips))


def _removed(office: Office, other: str, chance: Random) -> Removed:
    """Somebody who was added here, or who was not."""
    desk = office.paper.folder.desk
    added = [seat for seat, slip in desk.slips.items() if slip.by and not desk.word(seat)] if desk else []
    part, person = chance.choice(added) if added else (Part.countersigner, other)
    return Removed(*office.place, part, person)


def _decides(office: Office, key: Key, person: str, chance: Random) -> Deed:
    likely = LIKELY[key[2]]
    verdict = chance.choices(list(likely), list(likely.values()))[0]
    if verdict == "lapse":
        return deeds.RunsOut("", key) if deeds.RunsOut("", key).may(office) else deeds.Looks(person)
    if verdict == "amend":
        return deeds.SendsAgain(person, key, _another(office.form, chance))
    said = Said(*key, Verdict(verdict) if chance.random() > WRONG / 2 else chance.choice(list(Verdict)))
    steps, position = tuple(office.paper.steps), key[1]
    seen = None if chance.random() > WRONG else key[0] - 1
    if said.verdict is Verdict.give_back:
        said = _returned(said, chance)
    if position == INITIATOR or said.verdict not in (Verdict.agree, Verdict.finish):
        return deeds.Decides(person, said, steps, seen=seen)
    said, as_planned = _chosen(office, said, chance)
    asked = _asks_fields(steps[position - 1], said.part)
    if asked:
        said = replace(said, names=_names(steps, steps[position - 1], chance))
    return deeds.Decides(person, said, steps, asked, as_planned, seen)


def _another(form: Errand, chance: Random) -> Errand:
    return form.model_copy(update={"lot": form.lot + chance.randint(1, 1000)})


def _returned(said: Said, chance: Random) -> Said:
    to = chance.randint(0, said.position) if chance.random() < 0.8 else INITIATOR
    return replace(said, to=to, straight=chance.random() < 0.4)


def _chosen(office: Office, said: Said, chance: Random) -> tuple[Said, bool]:
    """自选: one of those there are to choose from, somebody else, or the one there is."""
    following = office.paper.steps[said.position : said.position + 1]
    hands_over = said.part is Part.host and said.verdict is Verdict.agree
    if not (hands_over and following and following[0].choice):
        return said, False
    if chance.random() < 0.4:
        return replace(said, host=office.paper.host(said.position + 1)), True
    return replace(said, host=chance.choice(EVERYBODY if chance.random() < WRONG else following[0].choice)), False


def _asks_fields(step: Step, part: Part) -> bool:
    return bool(step.fields) and part is (Part.handler if step.handlers or step.handlers_by else Part.host)


def _names(steps: tuple[Step, ...], step: Step, chance: Random) -> dict[str, tuple[str, ...]]:
    people = tuple(sorted(chance.sample(PEOPLE, chance.randint(0, 2))))
    return {each.key: people for each in steps if each.handlers_by == step.key}
