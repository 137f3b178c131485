"""A request as a folder of papers that is carried from desk to desk: a second telling of `models.next_stop`.

Shares none of its code. Acts change the folder; before each word a copy is laid by, so that a word can be taken back.
"""

from dataclasses import dataclass

from models.route import INITIATOR, Added, Event, Outcome, Part, Removed, Said, Seat, Step, TakenBack, Verdict, Where
from tests.models.reference_desk import Desk

BY_RULE = (Verdict.lapse, Verdict.carry)
MAY_SAY = {
    Part.host: (Verdict.agree, Verdict.finish, Verdict.refuse, Verdict.give_back, Verdict.carry),
    Part.handler: (Verdict.agree, Verdict.give_back),
    Part.countersigner: (Verdict.agree, Verdict.refuse, Verdict.give_back, Verdict.lapse),
    Part.adviser: (Verdict.advise,),
    Part.initiator: (Verdict.agree,),
}


@dataclass
class Folder:
    """Where the papers lie: on a desk (None: with the initiator), and where they go straight back to afterwards."""

    position: int
    desk: Desk | None
    back: "Folder | None" = None
    carries: bool = False

    def photocopy(self) -> "Folder":
        desk = self.desk.photocopy() if self.desk else None
        return Folder(self.position, desk, self.back.photocopy() if self.back else None, self.carries)


class Paper:
    """One request on its way."""

    def __init__(self, steps: list[Step], initiator: str, first_round: int = 1, start: int = 1) -> None:
        self.steps, self.initiator, self.round = steps, initiator, first_round
        self.outcome: Outcome | None = None
        self.record: list[tuple[Said, Folder]] = []  # each word that counts, and the folder as it was before
        self.folder = self._fresh(start)

    # --- how it stands ----------------------------------------------------------------------------------------------

    @property
    def position(self) -> int:
        return self.folder.position

    @property
    def awaited(self) -> set[Seat]:
        return self.folder.desk.awaited() if self.folder.desk else {(Part.initiator, self.initiator)}

    @property
    def pending(self) -> set[Seat]:
        return self.folder.desk.pending() if self.folder.desk else set()

    def host(self, position: int) -> str:
        named = [said.host for said, _ in self.record if said.host and said.position == position - 1]
        return [self.steps[position - 1].host, *named][-1]

    def handlers(self, position: int) -> tuple[str, ...]:
        step = self.steps[position - 1]
        named = [said.names[step.key] for said, _ in self.record if step.key in said.names]
        return [step.handlers, *named][-1]

    # --- what may happen --------------------------------------------------------------------------------------------

    def accepts(self, event: Event) -> bool:
        if self.outcome:
            return False
        if isinstance(event, TakenBack):
            return self._may_take_back(event)
        if isinstance(event, Said) and event.verdict is Verdict.withdraw:
            return event.seat == (Part.initiator, self.initiator)
        if (event.round, event.position) != (self.round, self.position):
            return False
        if isinstance(event, Said):
            return event.seat in self.awaited and self._may_say(event)
        if isinstance(event, Added):
            return event.by in self.awaited and self._may_add(event)
        return self.folder.desk is not None and self.folder.desk.may_remove(event.seat)

    def _may_say(self, said: Said) -> bool:
        if said.verdict not in MAY_SAY[said.part] or (said.host and not self._may_name(said)):
            return False
        if said.straight and said.verdict is not Verdict.give_back:
            return False
        desk = self.folder.desk
        if desk is None:
            return True
        if said.verdict is Verdict.give_back:
            return self._may_return(desk, said)
        if said.verdict is Verdict.finish:
            return self.position == len(self.steps) or desk.step.may_finish
        if said.verdict is Verdict.lapse:
            return desk.step.rule == "advisory" or (desk.step.rule == "percent" and desk.step.lapses)
        return said.verdict is not Verdict.carry or self.folder.carries

    def _may_name(self, said: Said) -> bool:
        following = self.steps[self.position : self.position + 1]
        return (said.part, said.verdict) == ("host", "agree") and following != [] and said.host in following[0].choice

    def _may_return(self, desk: Desk, said: Said) -> bool:
        if said.to is None:
            return False
        if said.part == "countersigner":
            if desk.step.rule == "advisory":
                return said.to == INITIATOR
            if desk.step.rule == "sequential" and said.to == self.position:
                return not said.straight and desk.one_before(said.seat) is not None
        return 0 <= said.to < self.position

    def _may_add(self, added: Added) -> bool:
        desk = self.folder.desk
        if desk is None or added.person == self.initiator or desk.has_seat(added.person):
            return False
        if added.part == "adviser":
            return added.where == Where.before and added.by[0] in ("host", "countersigner", "handler")
        return added.part == "countersigner" and added.by[0] in ("host", "countersigner")

    def _may_take_back(self, event: TakenBack) -> bool:
        word = self._word_of(event)
        if word is None or word.part == "initiator" or word.verdict in BY_RULE:
            return False
        desk = self.folder.desk
        if desk and word in desk.given:
            return not any(desk.word(seat) for seat in desk.later(word.seat))
        since = self.record[[said for said, _ in self.record].index(word) + 1 :]
        return all(said.verdict is Verdict.carry for said, _ in since)

    def _word_of(self, event: TakenBack) -> Said | None:
        for said, _ in self.record:
            if (said.round, said.position, said.seat) == (event.round, event.position, event.seat):
                return said
        return None

    # --- what happens -----------------------------------------------------------------------------------------------

    def happens(self, event: Event) -> None:
        """An event that is accepted."""
        before = self.folder.photocopy()
        self.folder.carries = False
        if isinstance(event, TakenBack):
            self._take_back(event)
        elif isinstance(event, Said):
            self.record.append((event, before))
            self._say(event)
        elif self.folder.desk and isinstance(event, Added):
            self.folder.desk.add(event)
        elif self.folder.desk and isinstance(event, Removed):
            self.folder.desk.remove(event.seat)
            self._settle(self.folder.desk)

    def _say(self, said: Said) -> None:
        desk = self.folder.desk
        if said.verdict is Verdict.withdraw:
            self.outcome = Outcome.withdrawn
        elif desk is None:
            self.folder = self._straight_back() or self._fresh(1)
        elif said.verdict is Verdict.give_back:
            self._return(desk, said)
        elif (said.part, said.verdict) == ("host", "refuse"):
            self.outcome = Outcome.refused
        else:
            desk.given.append(said)
            self._settle(desk)

    def _return(self, desk: Desk, said: Said) -> None:
        assert said.to is not None
        self.round += 1
        if said.to == self.position:
            one_before = desk.one_before(said.seat)
            assert one_before
            desk.given.remove(one_before)
        else:
            self.folder = Folder(said.to, self._fresh(said.to).desk, back=self.folder if said.straight else None)

    def _take_back(self, event: TakenBack) -> None:
        word = self._word_of(event)
        assert word
        at = [said for said, _ in self.record].index(word)
        self.round += 1
        if self.folder.desk and word in self.folder.desk.given:
            self.folder.desk.given.remove(word)
            del self.record[at]
            self._settle(self.folder.desk)
        else:
            self.folder = self.record[at][1]
            del self.record[at:]
            self._lay_down(self.folder)

    def _lay_down(self, folder: Folder) -> None:
        """An older copy of the papers: nothing is carried over, and words taken back meanwhile are struck out."""
        folder.carries = False
        if folder.desk:
            folder.desk.given = [said for said in folder.desk.given if said in [word for word, _ in self.record]]
        if folder.back:
            self._lay_down(folder.back)

    def _settle(self, desk: Desk) -> None:
        """Whether this desk is done with it, now that something has changed."""
        said = desk.word(desk.host)
        if said is None:
            if desk.step.refusal_ends and desk.countersigners_refuse():
                self.outcome = Outcome.refused
        elif desk.trailing_refusal():
            self.outcome = Outcome.refused
        elif not any(desk.needed(seat) for seat in desk.slips):
            self._conclude(said)

    def _conclude(self, said: Verdict) -> None:
        if said is Verdict.finish or self.position == len(self.steps):
            self.outcome = Outcome.approved
        elif back := self._straight_back():
            self.folder = back
        else:
            before = self.host(self.position)
            self.folder = self._fresh(self.position + 1)
            self.folder.carries = self._asks_nothing(self.folder) and self.host(self.position) == before

    def _straight_back(self) -> Folder | None:
        back = self.folder.back
        if back and back.desk:
            back.desk.name(self.host(back.position), self.handlers(back.position))
        return back

    def _asks_nothing(self, folder: Folder) -> bool:
        step, desk = self.steps[folder.position - 1], folder.desk
        chooses = any(each.choice for each in self.steps[folder.position : folder.position + 1])
        asks = step.fields or step.handlers_by or step.asks_opinion or chooses
        return len(desk.slips if desk else ()) == 1 and not asks

    def _fresh(self, position: int) -> Folder:
        if position == INITIATOR:
            return Folder(position, None)
        return Folder(position, Desk(self.steps[position - 1], self.host(position), self.handlers(position)))
