"""Requests in which someone has each role that the table of acts knows, at the time that an act is meant for."""

from typing import NamedTuple

from flows.engine.acts.act import Act, When, Who
from tests.gateway.office import (
    ADMINISTRATOR,
    COLLEAGUE,
    HEAD,
    LEGAL,
    OFFICE_HEAD,
    SECRETARY,
    SECTION_HEAD,
    STRANGER,
    TEACHER,
    As,
    good,
    leave,
    seal,
    vehicle,
)

CHECKER = As("T1027")  # of official papers
READER, ASKED, ADDED = COLLEAGUE, STRANGER, LEGAL
SEES = {Who.reader: READER, Who.asked_reader: ASKED, Who.administrator: ADMINISTRATOR}
ALSO = {  # whoever is the one is the others too
    Who.signer: {Who.holder},
    Who.host_now: {Who.host},
}


class Case(NamedTuple):
    """Someone, and the request, or the item of theirs, that they act on."""

    who: As
    number: str
    item: str = ""

    def path(self, act: str) -> str:
        return f"/api/work-items/{self.item}/{act}" if self.item else f"/api/requests/{self.number}/{act}"


def roles_of(role: Who) -> set[Who]:
    return {role, Who.reader, *ALSO.get(role, ())}


def case(act: Act, role: Who) -> Case | None:
    """Someone in that role where the act is in time; None: nobody is that then."""
    if not act.on_item:
        return _approved(role) if act.when is When.approved else _open(role)
    scenes = {Who.holder: _handler, Who.signer: _signer, Who.decider: _decider}
    if act.when is When.step_open:  # with someone added who has not spoken
        scenes = {Who.holder: _asker, Who.signer: _adder, Who.decider: _adder_who_decided}
    return scenes[role]() if role in scenes else None


def _open(role: Who) -> Case | None:
    """A paper to be stamped that the head has agreed to: with who checks it, the head of the office concludes."""
    people = SEES | {Who.initiator: TEACHER, Who.host: HEAD, Who.host_now: OFFICE_HEAD}
    return Case(people[role], _shown_round(_at_office())) if role in people else None


def _approved(role: Who) -> Case | None:
    """A leave of one day."""
    people = SEES | {Who.initiator: TEACHER, Who.host: SECTION_HEAD}
    if role not in people:
        return None
    number = TEACHER.submit("leave", leave())
    SECTION_HEAD.decide(number, "finish")
    return Case(people[role], _shown_round(number))


def _at_office() -> str:
    number = TEACHER.submit("seal", seal(category="official"))
    HEAD.decide(number)
    return number


def _shown_round(number: str) -> str:
    """Two people have it for reading, one of them is asked to confirm."""
    path = f"/api/requests/{number}/circulate"
    good(TEACHER.post(path, {"people": [READER.account, OFFICE_HEAD.account]}))
    good(TEACHER.post(path, {"people": [ASKED.account], "asks_understood": True}))
    return number


def _handler() -> Case:
    number = _at_office()
    return Case(CHECKER, number, CHECKER.item(number)["id"])


def _signer() -> Case:
    number = SECRETARY.submit("vehicle", vehicle())
    return Case(HEAD, number, HEAD.item(number)["id"])


def _decider() -> Case:
    number = SECRETARY.submit("vehicle", vehicle())
    item = HEAD.item(number)["id"]
    HEAD.decide(number)
    return Case(HEAD, number, item)


def _asker() -> Case:
    found = _handler()
    good(found.who.post(found.path("advise"), {"person": ADDED.account}))
    return found


def _adder() -> Case:
    found = _signer()
    good(found.who.post(found.path("add"), {"person": ADDED.account, "where": "beside"}))
    return found


def _adder_who_decided() -> Case:
    found = _adder()
    found.who.decide(found.number)
    return found
