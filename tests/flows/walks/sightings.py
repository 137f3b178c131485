"""What the walks through the engine must have come across for their agreement to mean anything."""

from collections import Counter
from copy import deepcopy

from models.route import CountersignRule, Outcome, Verdict, Where
from tests.flows.walks.deeds import Deed
from tests.flows.walks.reference_office import Office
from tests.models.sightings import SITUATIONS, Sight

HAPPENS = ("Decides", "SendsAgain", "Adds", "Removes", "TakesBack", "Transfers", "HandsOver", "Withdraws", "Looks",
           "RunsOut", "NamesDelegate")  # fmt: skip
REFUSED = ("Decides", "Adds", "Removes", "TakesBack", "Transfers", "HandsOver", "NamesDelegate")
CUT_OFF = ("Decides", "Adds", "TakesBack", "Transfers")
SIGHTS = {
    "the worker dies", "a lost wake is found", "an item goes out to the delegate", "an item comes home", "carried",
    "a host chosen", "handlers named", "straight back from the initiator", "straight back from a step",
    "taken back in place", "taken back from the step after", "a return taken back",
    "a step concluded by a trailing signer", "an early host over the heads of others", "advisory: over time",
    "percent: over time",
    *HAPPENS,
    *(f"refused: {name}" for name in REFUSED),
    *(f"cut off: {name}" for name in CUT_OFF),
    *(f"outcome: {each}" for each in Outcome if each is not Outcome.revoked),
    *(f"{rule}: {verdict}" for rule in CountersignRule for verdict in (Verdict.agree, Verdict.refuse)),
    *(f"{adder} adds {where}" for adder in ("host", "counted") for where in Where),
    *(f"{adder} asks advice" for adder in ("host", "handler", "counted")),
}  # fmt: skip


OFTEN = 25


class Sights:
    """Counts what happens on a course."""

    def __init__(self, sighted: Counter[str]) -> None:
        self._sighted = sighted

    def see(self, name: str, times: int = 1) -> None:
        if times:
            self._sighted[name] += times

    def rarity(self, deed: Deed, office: Office) -> int:
        """How often the rarest was seen of what would be seen then; no more matters once that was often enough."""
        if not deed.may(office):
            return OFTEN
        coming, after = Counter[str](), deepcopy(office)
        Sights(coming).happens(deed, after)
        if after.paper.outcome:  # a walk that goes on sees more
            return OFTEN
        return min((self._sighted[name] for name in coming if name in SIGHTS), default=OFTEN)

    def happens(self, deed: Deed, office: Office) -> None:
        """Let it happen in the reference, and see what that was."""
        before, record = office.paper.folder.photocopy(), [said for said, _ in office.paper.record]
        carried = _carried(office)
        deed.happens(office)
        self.see(type(deed).__name__)
        self.see("carried", _carried(office) - carried)
        self.see(f"outcome: {office.paper.outcome}")
        if deed.event:
            sight = Sight(before, deed.event, office.paper, record)
            self._sighted.update(name for name, seen in SITUATIONS.items() if seen(sight))


def _carried(office: Office) -> int:
    return sum(slip.state == "carried" for slip in office.slips.values())
