"""催办 by hand: whoever waits may remind those whose turn it is, each at most once an hour."""

from tests.gateway.browser import Browser
from tests.gateway.office import (
    ADMINISTRATOR,
    DISPATCHER,
    HEAD,
    SECRETARY,
    Json,
    at_once,
    good,
    nothing_changed,
    refused,
    vehicle,
)


def path(number: str) -> str:
    return f"/api/requests/{number}/remind"


def reminders(number: str) -> list[Json]:
    return [each for each in SECRETARY.read(number)["journal"] if each["act"] == "reminded"]


def test_a_reminder_by_hand_is_on_record_and_sent_to_whose_turn_it_is() -> None:
    number = SECRETARY.submit("vehicle", vehicle())
    HEAD.decide(number)
    good(SECRETARY.post(path(number), {}))
    (entry,) = reminders(number)
    assert (entry["actor"]["account"], entry["detail"]["person"]) == (SECRETARY.account, DISPATCHER.account)
    sent = [each for each in SECRETARY.read(number)["notices"] if each["topic"] == "reminder"]
    assert {each["person"]["account"] for each in sent} == {DISPATCHER.account}


def test_within_the_hour_a_second_one_is_refused_and_not_offered_whoever_asks() -> None:
    number = SECRETARY.submit("vehicle", vehicle())
    good(SECRETARY.post(path(number), {}))
    with nothing_changed():
        for who in (SECRETARY, ADMINISTRATOR):
            told = refused(who.post(path(number), {}), 409, "上次催办于", "后可再催")
            assert told["again_at"]
    assert "remind" not in SECRETARY.read(number)["actions"]


def test_of_two_who_remind_at_once_one_is_first() -> None:
    number = SECRETARY.submit("vehicle", vehicle())
    calls = [("POST", path(number), {"json": {}, "headers": who.headers}) for who in (SECRETARY, ADMINISTRATOR)]
    assert sorted(each.status_code for each in at_once(*calls)) == [200, 409]
    assert len(reminders(number)) == 1


def test_the_next_step_may_be_reminded_though_the_one_before_was_within_the_hour() -> None:
    number = SECRETARY.submit("vehicle", vehicle())
    good(SECRETARY.post(path(number), {}))
    HEAD.decide(number)
    good(SECRETARY.post(path(number), {}))
    assert [each["detail"]["person"] for each in reminders(number)] == [HEAD.account, DISPATCHER.account]


def test_nobody_reminds_themselves() -> None:
    number = SECRETARY.submit("vehicle", vehicle())
    with nothing_changed():
        refused(HEAD.post(path(number), {}), 409, "没有可以催办的其他人")
    assert "remind" not in HEAD.read(number)["actions"]


def test_reminding_on_the_page_is_told_in_the_journal() -> None:
    number, initiator = SECRETARY.submit("vehicle", vehicle()), Browser(SECRETARY)
    form = initiator.open(f"/requests/{number}").form(f"/requests/{number}/remind")
    page = initiator.fill_in(form)
    assert "催办 杨霞雨" in page.text
    again = initiator.fill_in(form)
    assert (again.status, "上次催办于" in again.text) == (409, True)
