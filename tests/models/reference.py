"""A second, plainly imperative telling of SEMANTICS.md, to hold `next_stop` against. Shares none of its code."""

from models.route import Outcome, Step

Part = str
Verdict = str


class Paper:
    """A request as slips of paper on desks: each act removes slips and lays out new ones."""

    def __init__(self, steps: list[Step], initiator: str, first_round: int = 1) -> None:
        self.steps, self.initiator = steps, initiator
        self.round, self.position = first_round, 1
        self.outcome: Outcome | None = None
        self.handlers = {step.key: list(step.handlers) for step in steps}
        self.slips: set[tuple[Part, str]] = set()
        self._lay_out()

    def accepts(self, part: Part, person: str, verdict: Verdict, to: int | None) -> bool:
        """Whether this word may be said now."""
        if self.outcome or (part, person) not in self.slips:
            return False
        step = self.steps[self.position - 1]
        advisory = step.rule == "advisory"
        if verdict == "return":
            if part == "initiator" or to is None or to < 0 or to >= self.position:
                return False
            return to == 0 or not (part == "countersigner" and advisory)
        if verdict == "agree":
            return True
        if verdict == "refuse":
            return part in ("host", "countersigner")
        if verdict == "finish":
            return part == "host" and (self.position == len(self.steps) or step.may_finish)
        return verdict == "lapse" and part == "countersigner" and advisory

    def say(self, part: Part, person: str, verdict: Verdict, to: int | None, names: dict[str, tuple[str, ...]]) -> None:
        """An accepted word."""
        for key, people in names.items():
            self.handlers[key] = list(people)
        if verdict == "return":
            assert to is not None
            self.round += 1
            self.position = to
            self._lay_out()
        elif part == "initiator":
            self.position = 1
            self._lay_out()
        elif part == "host":
            self._conclude(verdict)
        else:
            self.slips.discard((part, person))
            if verdict == "refuse" and self.steps[self.position - 1].rule == "all":
                self.slips = {slip for slip in self.slips if slip[0] != "countersigner"}
            if not self.slips:
                self._ask_host()

    def withdraw(self) -> None:
        self.outcome = Outcome.withdrawn

    def _conclude(self, verdict: Verdict) -> None:
        if verdict == "refuse":
            self.outcome = Outcome.refused
        elif verdict == "finish" or self.position == len(self.steps):
            self.outcome = Outcome.approved
        else:
            self.position += 1
            self._lay_out()

    def _lay_out(self) -> None:
        if self.position == 0:
            self.slips = {("initiator", self.initiator)}
            return
        step = self.steps[self.position - 1]
        self.slips = {("countersigner", person) for person in step.countersigners}
        self.slips |= {("handler", person) for person in self.handlers[step.key]}
        if not self.slips:
            self._ask_host()

    def _ask_host(self) -> None:
        self.slips = {("host", self.steps[self.position - 1].host)}
