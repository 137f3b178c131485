"""How often the gateway asks the record: each statement more is paid by everyone, every time. The bars stand here; they
may be lowered.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from models.database import engine
from tests.gateway.browser import Browser
from tests.gateway.office import HEAD, SECRETARY, SECTION_HEAD, VICE, As, good, moment, vehicle

PAGE_OF_HOST, PAGE_OF_INITIATOR, PAGE_OF_FORMER_HOST = 24, 21, 22
INBOX, INBOX_OVER_REST, DECISION = 4, 5, 8


@contextmanager
def statements() -> Iterator[list[str]]:
    """Those sent meanwhile; but for the calendar, which is read once a minute whatever happens."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "calendar_day" not in statement:
            sent.append(statement)

    event.listen(engine(), "before_cursor_execute", note)
    yield sent
    event.remove(engine(), "before_cursor_execute", note)


def told(sent: list[str]) -> str:
    return "\n".join([f"{len(sent)} statements:", *sent])


def trip() -> str:
    return SECRETARY.submit("vehicle", vehicle(scope="out_of_province"))


def listed(who: As) -> set[str]:
    """The numbers of their open work, read within the bar."""
    assert who.headers  # logged in
    with statements() as sent:
        items = good(who.get("/api/inbox"))
    assert len(sent) <= INBOX_OVER_REST, told(sent)
    return {each["number"] for each in items}


@pytest.mark.parametrize(
    ("who", "most"), [(VICE, PAGE_OF_HOST), (SECRETARY, PAGE_OF_INITIATOR), (HEAD, PAGE_OF_FORMER_HOST)]
)
def test_the_page_of_a_request_asks_no_more_than_its_bar(who: As, most: int) -> None:
    number, reader = trip(), Browser(who)
    HEAD.decide(number)
    reader.open(f"/requests/{number}")  # confirms the notices about it
    with statements() as sent:
        assert reader.open(f"/requests/{number}").status == 200
    assert len(sent) <= most, told(sent)


def test_an_inbox_asks_the_same_of_few_and_of_many() -> None:
    numbers, reader = {trip() for _ in range(3)}, Browser(HEAD)
    with statements() as sent:
        assert reader.open("/").status == 200
    assert len(sent) <= INBOX, told(sent)
    assert numbers <= listed(HEAD)


def test_an_inbox_asks_the_same_of_what_is_done_for_others() -> None:
    period = {"starts_at": moment(-1), "ends_at": moment(2)}
    delegation = good(HEAD.post("/api/delegations", {"delegate": SECTION_HEAD.account, **period}), 201)
    numbers = {trip() for _ in range(3)}
    assert numbers <= listed(SECTION_HEAD)
    good(HEAD.post(f"/api/delegations/{delegation['id']}/end"))


def test_a_decision_asks_no_more_than_its_bar() -> None:
    number = trip()
    path = f"/api/work-items/{HEAD.item(number)['id']}/decision"
    with statements() as sent:
        good(HEAD.post(path, {"verdict": "agree"}))
    assert len(sent) <= DECISION, told(sent)
    assert VICE.item(number)
