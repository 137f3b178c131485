"""What people try: each deed knows when the reference lets it happen, what follows, and its way into the engine."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from flows.engine.acts.handing_on import hand_over, transfer
from flows.engine.acts.signers import add_signer, ask_advice, remove_signer
from flows.engine.acts.taking_back import take_back
from flows.engine.decide import BEFORE, Choice, decide, lapse, withdraw
from flows.engine.delegating import open_delegation
from gateway.effects import confirm
from models.delegating import Acting
from models.record import Request
from models.route import INITIATOR, Added, Event, Part, Removed, Said, Step, TakenBack, Verdict
from tests.flows.walks.errand import ADMINISTRATOR, Errand
from tests.flows.walks.reference_office import Key, Office

NOT_YOURS = UUID(int=0)
NOBODY_SAYS = (Verdict.lapse, Verdict.carry, Verdict.withdraw)  # as their decision


@dataclass(frozen=True)
class Scene:
    """Where a deed happens: the request as the record has it, and its items by key."""

    session: Session
    request: Request
    items: dict[Key, UUID]
    now: datetime

    def item(self, key: Key) -> UUID:
        return self.items.get(key, NOT_YOURS)


@dataclass(frozen=True)
class Deed:
    person: str

    @property
    def event(self) -> Event | None:
        """As the rules see it, if they do."""
        return None

    def may(self, office: Office) -> bool:
        """Whether the reference lets it happen."""
        raise NotImplementedError

    def happens(self, office: Office) -> None:
        """What follows from it there."""
        raise NotImplementedError

    def do(self, scene: Scene) -> None:
        """The same in the engine, which refuses what may not be."""
        raise NotImplementedError


@dataclass(frozen=True)
class Decides(Deed):
    said: Said
    steps: tuple[Step, ...] = field(repr=False)
    fields: bool = False  # names handlers by them
    as_planned: bool = False  # the next host is the one there is, without a word
    seen: int | None = None  # the round that the person saw

    @property
    def event(self) -> Event:
        return self.said

    @property
    def key(self) -> Key:
        return self.said.round, self.said.position, self.said.part, self.said.person

    def may(self, office: Office) -> bool:
        fresh = self.seen in (None, self.said.round) and self.said.verdict not in NOBODY_SAYS
        return fresh and office.holds(self.person, self.key, "open") and office.paper.accepts(self.said)

    def happens(self, office: Office) -> None:
        office.happens(self.said, self.key, by=self.person)

    def do(self, scene: Scene) -> None:
        said = self.said
        to = None if said.to is None else self._place(said.to)
        names = sorted({person for people in said.names.values() for person in people})
        fields = {"people": names} if self.fields else {}
        host = None if self.as_planned else said.host
        choice = Choice(said.verdict, "已阅。", fields, to, None, self.seen, said.straight, host)
        decide(scene.session, self.person, scene.item(self.key), choice, scene.now)

    def _place(self, to: int) -> str:
        if to == INITIATOR:
            return "initiator"
        return BEFORE if to == self.said.position else self.steps[to - 1].key


@dataclass(frozen=True)
class SendsAgain(Deed):
    """The initiator, after a return, with the form amended."""

    key: Key
    form: Errand

    def may(self, office: Office) -> bool:
        return office.holds(self.person, self.key, "open")

    def happens(self, office: Office) -> None:
        office.starts_anew(self.form, self.key)

    def do(self, scene: Scene) -> None:
        choice = Choice(Verdict.agree, form=self.form.model_dump(mode="json"))
        decide(scene.session, self.person, scene.item(self.key), choice, scene.now)


@dataclass(frozen=True)
class Adds(Deed):
    key: Key
    added: Added

    @property
    def event(self) -> Event:
        return self.added

    def may(self, office: Office) -> bool:
        added = self.added
        was_there = (added.round, added.position, *added.seat) in office.slips
        free = not was_there and not office.busy(added.person)
        return free and office.holds(self.person, self.key, "open") and office.paper.accepts(added)

    def happens(self, office: Office) -> None:
        office.happens(self.added, by=self.person)

    def do(self, scene: Scene) -> None:
        session, item, added = scene.session, scene.item(self.key), self.added
        if added.part is Part.adviser:
            ask_advice(session, self.person, item, added.person, "", scene.now)
        else:
            add_signer(session, self.person, item, added.person, added.where, "", scene.now)


@dataclass(frozen=True)
class Removes(Deed):
    key: Key
    removed: Removed

    @property
    def event(self) -> Event:
        return self.removed

    def may(self, office: Office) -> bool:
        desk, slip = office.paper.folder.desk, office.slips.get(self.key)
        if desk is None or slip is None or slip.person != self.person or not office.paper.accepts(self.removed):
            return False
        theirs = self.key[2] is Part.host or desk.slips[self.removed.seat].by == self.key[2:]
        return theirs and self.key[:2] == office.place

    def happens(self, office: Office) -> None:
        office.happens(self.removed, by=self.person)

    def do(self, scene: Scene) -> None:
        remove_signer(scene.session, self.person, scene.item(self.key), self.removed.person, "", scene.now)


@dataclass(frozen=True)
class TakesBack(Deed):
    key: Key

    @property
    def event(self) -> TakenBack:
        return TakenBack(*self.key)

    def may(self, office: Office) -> bool:
        answered = office.holds(self.person, self.key, "decided")
        return answered and office.paper.accepts(self.event) and not office.was_looked_at(self.key)

    def happens(self, office: Office) -> None:
        office.happens(self.event)

    def do(self, scene: Scene) -> None:
        take_back(scene.session, self.person, scene.item(self.key), "", scene.now)


@dataclass(frozen=True)
class Transfers(Deed):
    key: Key
    to: str

    def may(self, office: Office) -> bool:
        own = self.key[2] in (Part.initiator, Part.adviser)
        return not own and office.holds(self.person, self.key, "open") and office.may_be_given(self.to, self.key)

    def happens(self, office: Office) -> None:
        office.log.append(("acted", self.person))
        office.hands_on(self.key, self.to)

    def do(self, scene: Scene) -> None:
        transfer(scene.session, self.person, scene.item(self.key), self.to, "", scene.now)


@dataclass(frozen=True)
class HandsOver(Deed):
    """The administrator hands over all that `person` holds; all of it or nothing."""

    to: str

    def _held(self, office: Office) -> list[Key]:
        return [key for key, slip in office.unfinished().items() if slip.person == self.person]

    def may(self, office: Office) -> bool:
        return all(office.may_be_given(self.to, key) for key in self._held(office))

    def happens(self, office: Office) -> None:
        for key in self._held(office):
            office.hands_on(key, self.to)

    def do(self, scene: Scene) -> None:
        hand_over(scene.session, ADMINISTRATOR, self.person, self.to, "", scene.now)


@dataclass(frozen=True)
class Withdraws(Deed):
    def may(self, office: Office) -> bool:
        return office.paper.accepts(Said(*office.place, Part.initiator, self.person, Verdict.withdraw))

    def happens(self, office: Office) -> None:
        office.happens(Said(*office.place, Part.initiator, self.person, Verdict.withdraw))

    def do(self, scene: Scene) -> None:
        withdraw(scene.session, self.person, scene.request.number, "", scene.now)


@dataclass(frozen=True)
class Looks(Deed):
    def may(self, office: Office) -> bool:  # noqa: ARG002  (anybody may look at what concerns them)
        return True

    def happens(self, office: Office) -> None:
        office.looks(self.person)

    def do(self, scene: Scene) -> None:
        confirm(scene.session, scene.request, self.person, "opened", scene.now)


@dataclass(frozen=True)
class RunsOut(Deed):
    """Nobody's deed: the time of a countersigner is over."""

    key: Key

    @property
    def event(self) -> Said:
        return Said(*self.key, Verdict.lapse)

    def may(self, office: Office) -> bool:
        slip = office.slips.get(self.key)
        return slip is not None and slip.state == "open" and office.paper.accepts(self.event)

    def happens(self, office: Office) -> None:
        office.happens(self.event, self.key)

    def do(self, scene: Scene) -> None:
        lapse(scene.session, scene.item(self.key), scene.now)


@dataclass(frozen=True)
class NamesDelegate(Deed):
    """From now on somebody acts for `person`, as the next minute shows."""

    delegate: str

    def may(self, office: Office) -> bool:
        return self.person != self.delegate and office.acting is None

    def happens(self, office: Office) -> None:
        office.begins_to_act(self.person, self.delegate)

    def do(self, scene: Scene) -> None:
        period = Acting(self.person, self.delegate, None, scene.now, scene.now + timedelta(days=1))
        open_delegation(scene.session, self.person, period, scene.now)
