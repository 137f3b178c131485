"""送阅 and 已阅知: who was sent a request for reading, who has opened it, who has confirmed it."""

from datetime import datetime

import pytest

from tests.gateway.browser import Browser
from tests.gateway.office import (
    COLLEAGUE,
    HEAD,
    HR_HEAD,
    LEGAL,
    SECRETARY,
    SECTION_HEAD,
    STRANGER,
    TEACHER,
    As,
    Json,
    at_once,
    day,
    good,
    leave,
    nothing_changed,
    refused,
    vehicle,
)


def path(number: str, act: str = "circulate") -> str:
    return f"/api/requests/{number}/{act}"


def sent(number: str, who: As) -> list[Json]:
    """The notices by which someone was sent it for reading."""
    notices = SECRETARY.read(number)["notices"]
    return [each for each in notices if each["topic"] == "reading" and each["person"]["account"] == who.account]


def asked(people: list[As], **more: object) -> Json:
    return {"people": [each.account for each in people], "asks_understood": True, **more}


def test_whoever_is_sent_it_sees_it_and_cannot_decide() -> None:
    number = SECRETARY.submit("vehicle", vehicle())
    refused(STRANGER.get(f"/api/requests/{number}"), 404)
    good(SECRETARY.post(path(number), {"people": [STRANGER.account]}))
    assert [each["confirmed_at"] for each in sent(number, STRANGER)] == [None] * len(sent(number, STRANGER))
    assert number in Browser(STRANGER).open("/reading").text
    assert STRANGER.read(number)["actions"] == ["comment", "attach"]
    assert {each["confirmed_by"] for each in sent(number, STRANGER)} == {"opened"}
    (entry,) = [each for each in SECRETARY.read(number)["journal"] if each["act"] == "circulated"]
    assert (entry["detail"]["people"], entry["detail"]["names"]) == ([STRANGER.account], "高桐涵")


def test_a_host_sends_it_round_after_approval_and_the_run_is_woken() -> None:
    number = TEACHER.submit("leave", leave())
    SECTION_HEAD.decide(number, "finish")
    good(SECTION_HEAD.post(path(number), {"people": [LEGAL.account, COLLEAGUE.account]}))
    assert TEACHER.read(number)["status"] == "approved"
    readers = [each for each in TEACHER.read(number)["notices"] if each["topic"] == "reading"]
    assert {LEGAL.account, COLLEAGUE.account} <= {each["person"]["account"] for each in readers}


def test_understanding_is_confirmed_once_by_whoever_was_asked() -> None:
    number = SECRETARY.submit("vehicle", vehicle())
    good(SECRETARY.post(path(number), asked([STRANGER], due=day(3))))
    (due,) = {each["due_at"] for each in sent(number, STRANGER)}
    assert datetime.fromisoformat(due).astimezone().strftime("%M:%S") == "59:59"
    assert "understood" in STRANGER.read(number)["actions"]
    good(STRANGER.post(path(number, "understood"), {}))
    assert {each["processed_by"] for each in sent(number, STRANGER)} == {"understood"}
    assert "understood" not in STRANGER.read(number)["actions"]
    with nothing_changed():
        refused(STRANGER.post(path(number, "understood"), {}), 403, "「已阅知」由被要求阅知的人")


def test_a_second_click_confirms_nothing_more() -> None:
    number = SECRETARY.submit("vehicle", vehicle())
    good(SECRETARY.post(path(number), asked([STRANGER])))
    how = {"json": {}, "headers": STRANGER.headers}
    answers = at_once(*[("POST", path(number, "understood"), how)] * 2)
    assert sorted(each.status_code for each in answers)[0] == 200
    assert sorted(each.status_code for each in answers)[1] in (403, 409)
    assert [each["act"] for each in SECRETARY.read(number)["journal"]].count("understood") == 1


def test_nobody_is_sent_it_twice_while_it_is_unread() -> None:
    number = SECRETARY.submit("vehicle", vehicle())
    good(SECRETARY.post(path(number), {"people": [STRANGER.account]}))
    with nothing_changed():
        refused(SECRETARY.post(path(number), {"people": [STRANGER.account]}), 409, "尚未查看", "无需重复发送")
    good(SECRETARY.post(path(number), {"people": [STRANGER.account, LEGAL.account]}))
    assert len({each["id"] for each in sent(number, STRANGER)}) == len(sent(number, LEGAL))
    STRANGER.read(number)
    good(SECRETARY.post(path(number), asked([STRANGER])))
    assert any(each["asks_understood"] for each in sent(number, STRANGER))


def test_two_who_send_it_to_the_same_person_at_once_send_it_once() -> None:
    number = SECRETARY.submit("vehicle", vehicle())
    body = {"people": [STRANGER.account]}
    calls = [("POST", path(number), {"json": body, "headers": who.headers}) for who in (SECRETARY, HEAD)]
    assert sorted(each.status_code for each in at_once(*calls)) == [200, 409]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, "接收人：必填"),
        ({"people": []}, "接收人：至少 1 项"),
        ({"people": "T1044"}, "接收人：应为列表"),
        ({"people": ["T9999", "T1044"]}, "接收人：没有这些工号：T9999"),
        ({"people": [SECRETARY.account]}, "接收人：不能送给自己"),
        ({"people": ["T1080"]}, "没有这些工号"),
        ({"people": ["T1044"], "asks_understood": "maybe"}, "要求确认已阅知：应为是或否"),
        ({"people": ["T1044"], "asks_understood": True, "due": day(-1)}, "阅知期限：早于今天"),
        ({"people": ["T1044"], "due": day(1)}, "阅知期限：只在要求确认已阅知时填写"),
        ({"people": ["T1044"], "asks_understood": True, "due": "明天"}, "阅知期限：不是有效的日期"),
    ],
)
def test_sending_it_round_wrongly(body: Json, told: str) -> None:
    number = SECRETARY.submit("vehicle", vehicle())
    with nothing_changed():
        refused(SECRETARY.post(path(number), body), 422, told)


def test_the_page_lists_who_has_read_who_has_confirmed_and_who_has_not() -> None:
    number, initiator = SECRETARY.submit("vehicle", vehicle()), Browser(SECRETARY)
    assert "0/0 已阅" not in initiator.open(f"/requests/{number}").text
    form = initiator.open(f"/requests/{number}").form(f"/requests/{number}/circulate")
    typed = {"people": f"{STRANGER.account}、{LEGAL.account} {HR_HEAD.account}", "asks_understood": "true"}
    page = initiator.fill_in(form, **typed, due=day(2))
    assert "0/3 已阅" in page.text
    for who in (STRANGER, LEGAL):
        Browser(who).open(f"/requests/{number}")
    reader = Browser(STRANGER)
    reader.fill_in(reader.open(f"/requests/{number}").form(f"/requests/{number}/understood"))
    page = initiator.open(f"/requests/{number}")
    assert "2/3 已阅" in page.text
    assert page.text.count("未确认（限") == 2
    assert page.text.count("未查看") == 1
    assert "确认已阅知" in page.text


def test_what_was_typed_is_shown_again_with_what_was_wrong() -> None:
    number, initiator = SECRETARY.submit("vehicle", vehicle()), Browser(SECRETARY)
    form = initiator.open(f"/requests/{number}").form(f"/requests/{number}/circulate")
    page = initiator.fill_in(form, people="T1044 T9999", asks_understood="true", due=day(1))
    again = page.form(form.action).values
    assert (page.status, again["people"], again["asks_understood"], again["due"]) == (
        422,
        "T1044 T9999",
        "true",
        day(1),
    )
    assert "没有这些工号：T9999" in page.text


def test_colleagues_are_found_for_the_last_name_that_is_being_typed() -> None:
    found = Browser(SECRETARY).open("/people?people=T1044%20T106")
    assert 'data-pick="T1068"' in found.html
    assert "T1044" not in found.html
