"""One request on its way in the record and in the reference: whatever is tried, both come to the same place."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.exc import OperationalError
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from flows.engine.acting_for import begin_due, end_due
from flows.engine.decide import withdraw
from flows.engine.delegating import end_delegation
from flows.engine.submit import submit
from flows.engine.waking import due_requests
from models.database import transaction
from models.delegations import Delegation
from models.record import Request, Status
from models.refusals import Refusal
from tests.flows.sample import NOW
from tests.flows.walks.carrying import Keeper, execution
from tests.flows.walks.deeds import Deed, Scene, Withdraws
from tests.flows.walks.errand import KIND, Errand
from tests.flows.walks.record import assert_agrees
from tests.flows.walks.reference_office import Office
from tests.flows.walks.sightings import OFTEN, Sights
from tests.models.at_random import FENG

PATIENCE = 5.0  # seconds that a wake may be on its way
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Course:
    """`office` is the reference; `sighted` counts what has been come across."""

    def __init__(self, keeper: Keeper, form: Errand, sighted: Counter[str], note: Callable[[str], None]) -> None:
        _put_away()
        self.office, self.now, self._keeper, self._note = Office(form), NOW, keeper, note
        self._sights = Sights(sighted)
        note(f"{self.office.paper.steps}")
        with transaction() as session:
            self.request = submit(session, KIND, FENG, form.model_dump(mode="json"), NOW).id
        self._agrees()

    @property
    def over(self) -> bool:
        return self.office.paper.outcome is not None

    def rarity(self, deed: Deed) -> int:
        return min(OFTEN, self._sights.rarity(deed, self.office))

    # --- people -----------------------------------------------------------------------------------------------------

    def tries(self, deed: Deed, cut_off_at: int | None = None) -> None:
        """It happens in both, or is refused by both. Whoever is cut off tries again."""
        self._note(f"{deed} {'' if cut_off_at is None else cut_off_at}")
        self.now += MINUTE
        may, refused = deed.may(self.office), self._refused(deed, cut_off_at)
        assert may == (refused is None), f"{deed}: {refused.message if refused else 'not refused'}"
        if may:
            self._sights.happens(deed, self.office)
            self._agrees()
        else:
            self._sights.see(f"refused: {type(deed).__name__}")
            self._is_as_it_was()

    def _refused(self, deed: Deed, cut_off_at: int | None) -> Refusal | None:
        try:
            with self._keeper.cutting(cut_off_at):
                return self._refusal(deed)
        except OperationalError:
            self._sights.see(f"cut off: {type(deed).__name__}")
            self._is_as_it_was()
            return self._refusal(deed)

    def _refusal(self, deed: Deed) -> Refusal | None:
        try:
            with transaction() as session:
                deed.do(Scene(session, session.get_one(Request, self.request), self._items, self.now))
        except Refusal as refusal:
            return refusal
        return None

    # --- time and the worker ----------------------------------------------------------------------------------------

    def minute_passes(self, *, over: bool) -> None:
        """Items go out to who acts for their holder, or come home."""
        self.now += MINUTE
        if over:
            self._delegation_ends()
        else:
            self._items_go_out()
        self._agrees()

    def worker_hears(self) -> None:
        """Of every commit that asks for a wake."""
        heard = self._keeper.heard(self.request, PATIENCE if self.office.unheard else 0)
        assert heard or not self.office.unheard, "the database asks for a wake whenever there is something new"
        if heard:
            self._is_carried_out()

    def wakes_are_lost(self) -> None:
        """Nobody hears; the sweep finds what is due."""
        lost = self._keeper.heard(self.request)
        self.office.unheard = False
        assert (self.request in due_requests()) == self.office.due
        if self.office.due:
            self._sights.see("a lost wake is found", lost)
            self._is_carried_out()

    def worker_dies(self, at: int) -> None:
        """The connection goes before its statement with this number, unless it is done by then."""
        try:
            with self._keeper.cutting(at):
                self._is_carried_out()
        except OperationalError:
            self._sights.see("the worker dies")
            self._agrees()

    def _is_carried_out(self) -> None:
        execution(self.request)
        self.office.due = self.office.unheard = False
        self._agrees()

    # --- the end ----------------------------------------------------------------------------------------------------

    def ends(self) -> None:
        """Nobody acts for anybody any more; what is still open is withdrawn, and the sweep comes round."""
        if self.office.acting:
            self.minute_passes(over=True)
        if not self.over:
            self.tries(Withdraws(FENG))
        self.wakes_are_lost()
        self.now += HOUR

    # --- both -------------------------------------------------------------------------------------------------------

    def _items_go_out(self) -> None:
        out = self.office.goes_out()
        if len(out) > 1:  # the delegate gets one of them, whichever comes first
            return
        assert begin_due(self.now) == len(out)
        for key in out:
            principal, delegate = self.office.acting or ("", "")
            self.office.hands_on(key, delegate, principal)
            self._sights.see("an item goes out to the delegate")

    def _delegation_ends(self) -> None:
        with transaction() as session:
            (running,) = session.exec(_running()).all()
            end_delegation(session, running.principal, running.id, self.now)
        home = sum(slip.acting_for is not None for slip in self.office.unfinished().values())
        assert end_due(self.now) == home
        self.office.ceases_to_act()
        self._sights.see("an item comes home", home)

    def _agrees(self) -> None:
        with transaction() as session:
            request = session.get_one(Request, self.request)
            self._items = assert_agrees(session, request, self.office, self.now)
            self._stood = request

    def _is_as_it_was(self) -> None:
        with transaction() as session:
            assert session.get_one(Request, self.request) == self._stood


def _put_away() -> None:
    """What a walk that failed has left open would play its part in the next."""
    with transaction() as session:
        for number in session.exec(select(Request.number).where(Request.status == Status.open)).all():
            withdraw(session, FENG, number, "", NOW + DAY)
        for each in session.exec(_running()):
            each.ended_at = each.ends_at


def _running() -> SelectOfScalar[Delegation]:
    return select(Delegation).where(col(Delegation.ended_at).is_(None))
