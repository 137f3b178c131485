"""代理 at the doors: opened and ended over REST and on the page; what the delegate sees, and who sees what.

The department head (杨霞雨) is acted for by the section head (高涛伟).
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from flows.engine.acting_for import end_due
from gateway.workbench.delegations import EVERYBODYS, OWN
from models.access import SecurityEvent
from models.database import transaction
from models.delegations import Delegation
from tests.gateway.browser import Browser, Page
from tests.gateway.office import (
    ADMINISTRATOR,
    HEAD,
    SECRETARY,
    SECTION_HEAD,
    STRANGER,
    TEACHER,
    As,
    Json,
    at_once,
    good,
    nothing_changed,
    refused,
    send,
    vehicle,
)

PATH = "/api/delegations"
Period = dict[str, str]


@pytest.fixture(autouse=True)
def _over() -> Iterator[None]:
    yield
    end_due(datetime.now(UTC) + timedelta(days=9999))


def days(start: float, end: float) -> Period:
    now = datetime.now(UTC)
    return {"starts_at": (now + timedelta(days=start)).isoformat(), "ends_at": (now + timedelta(days=end)).isoformat()}


def on_day(ahead: int) -> str:
    """A moment as a browser's field for it has it."""
    return (datetime.now(UTC) + timedelta(days=ahead)).strftime("%Y-%m-%dT%H:%M")


def opened(who: As = HEAD, delegate: As = SECTION_HEAD, start: float = 0, end: float = 2, **more: object) -> Json:
    return dict(good(who.post(PATH, {"delegate": delegate.account, **days(start, end), **more}), 201))


def ended(who: As, delegation: Json) -> Json:
    return dict(good(who.post(f"{PATH}/{delegation['id']}/end")))


def running(who: As) -> list[str]:
    return [each["id"] for each in good(who.get(PATH)) if each["state"] == "running"]


def at_head() -> str:
    """A trip that waits for the department head."""
    return TEACHER.submit("vehicle", vehicle())


def sees(who: As, number: str) -> bool:
    return who.get(f"/api/requests/{number}").status_code == 200


def test_open_work_goes_to_the_delegate_at_once_and_comes_home_when_it_is_ended() -> None:
    number = at_head()
    made = opened()
    item = SECTION_HEAD.item(number)
    assert item["acting_for"]["account"] == HEAD.account
    ended(HEAD, made)
    assert HEAD.item(number)["id"] == item["id"]
    assert HEAD.item(number)["acting_for"] is None


def test_the_delegate_decides_and_everyone_reads_for_whom() -> None:
    opened()
    number = at_head()
    SECTION_HEAD.decide(number)
    (part,) = TEACHER.read(number)["steps"][0]["rounds"][0]["items"]
    assert (part["person"]["account"], part["acting_for"]["account"]) == (SECTION_HEAD.account, HEAD.account)


def test_both_have_it_in_their_list_and_nobody_else() -> None:
    made = opened(start=1)
    for who in (HEAD, SECTION_HEAD):
        (mine,) = (each for each in good(who.get(PATH)) if each["id"] == made["id"])
        assert (mine["state"], mine["kinds"], mine["by_leave"]) == ("to_come", None, False)
    assert made["id"] not in str(good(STRANGER.get(PATH)))
    assert running(HEAD) == []
    assert ended(HEAD, made)["state"] == "over"


def test_the_administrator_opens_and_ends_anybodys_and_sees_them_all() -> None:
    made = opened(ADMINISTRATOR, principal=HEAD.account, kinds=["vehicle", "leave"])
    assert (made["principal"]["account"], made["kinds"]) == (HEAD.account, ["leave", "vehicle"])
    assert made["opened_by"]["account"] == ADMINISTRATOR.account
    assert made["id"] in [each["id"] for each in good(ADMINISTRATOR.get(f"{PATH}?everyone=true"))]
    assert ended(ADMINISTRATOR, made)["state"] == "over"
    refused(HEAD.get(f"{PATH}?everyone=true"), 403, "主管理员")


def test_nobody_opens_one_for_somebody_else() -> None:
    body = {"principal": HEAD.account, "delegate": TEACHER.account, **days(0, 1)}
    refused(TEACHER.post(PATH, body), 403, "只能为自己")
    assert running(HEAD) == []


def test_who_may_not_end_it() -> None:
    made = opened()
    refused(STRANGER.post(f"{PATH}/{made['id']}/end"), 404)
    refused(SECTION_HEAD.post(f"{PATH}/{made['id']}/end"), 403, "杨霞雨")
    assert running(HEAD) == [made["id"]]
    ended(HEAD, made)
    refused(HEAD.post(f"{PATH}/{made['id']}/end"), 409, "已于")


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({"delegate": "T1021", **days(0, 1)}, "delegate", ["代理人", "自己"]),
        ({"delegate": "T1078", **days(0, 1)}, "delegate", ["代理人", "在岗"]),
        ({"delegate": "T9999", **days(0, 1)}, "delegate", ["代理人", "在岗"]),
        ({**days(0, 1)}, "delegate", ["代理人"]),
        ({"delegate": "T1042", "kinds": ["marriage"], **days(0, 1)}, "kinds", ["审批类型", "leave（请假）"]),
        ({"delegate": "T1042", "kinds": [], **days(0, 1)}, "kinds", ["审批类型"]),
        ({"delegate": "T1042", "kinds": "leave", **days(0, 1)}, "kinds", ["审批类型"]),
        ({"delegate": "T1042", **days(2, 1)}, "ends_at", ["终止时间", "晚于开始"]),
        ({"delegate": "T1042", **days(-2, -1)}, "ends_at", ["终止时间", "已经过去"]),
        ({"delegate": "T1042", **days(0, 400)}, "ends_at", ["终止时间", "366"]),
        ({"delegate": "T1042", "ends_at": "明天"}, "ends_at", ["终止时间"]),
        ({"delegate": "T1042", "ends_at": 1893456000}, "ends_at", ["终止时间"]),
        ({"delegate": "T1042"}, "ends_at", ["终止时间"]),
        ({"delegate": "T1042", "until": "x", **days(0, 1)}, "until", ["until"]),
    ],
)
def test_what_is_wrong_is_refused_by_field(body: Json, field: str, words: list[str]) -> None:
    with nothing_changed():
        assert field in refused(HEAD.post(PATH, body), 422, *words)["fields"]
    assert running(HEAD) == []


def test_a_loop_of_delegates_is_refused_and_named() -> None:
    opened(HEAD, SECTION_HEAD)
    opened(SECTION_HEAD, SECRETARY)
    body = {"delegate": HEAD.account, **days(1, 3)}
    told = refused(SECRETARY.post(PATH, body), 422, "循环代理", "胡娟（T1050） → 杨霞雨（T1021） → 高涛伟（T1042）")
    assert list(told["fields"]) == ["delegate"]
    assert len(running(SECRETARY)) == 1  # the one that was given to them


def test_of_two_at_the_same_moment_that_make_a_loop_one_is_refused() -> None:
    """10 times."""
    for _ in range(10):
        both = ((HEAD, SECTION_HEAD), (SECTION_HEAD, HEAD))
        calls = [
            ("POST", PATH, {"json": {"delegate": to.account, **days(0, 1)}, "headers": who.headers}) for who, to in both
        ]
        answers = at_once(*calls)
        assert sorted(each.status_code for each in answers) == [201, 422]
        (won,) = (each.json() for each in answers if each.status_code == 201)
        ended(ADMINISTRATOR, won)


def test_opening_and_ending_are_in_the_security_log() -> None:
    ended(HEAD, opened())
    with transaction() as session:
        newest = select(SecurityEvent).order_by(col(SecurityEvent.no).desc()).limit(2)
        end, begin = session.exec(newest).all()
    assert (begin.what, end.what, begin.account) == ("delegated", "delegation_ended", HEAD.account)
    assert begin.detail == {"principal": HEAD.account, "delegate": SECTION_HEAD.account} == end.detail


def test_the_delegate_and_the_principal_see_the_request_then_and_afterwards() -> None:
    number = at_head()
    assert not sees(SECTION_HEAD, number)
    made = opened()
    assert sees(SECTION_HEAD, number)
    assert sees(HEAD, number)  # whose item it was
    ended(HEAD, made)
    assert sees(SECTION_HEAD, number)  # who held it
    assert not sees(SECRETARY, number)


def test_the_principal_sees_what_the_delegate_was_given_from_the_start() -> None:
    opened()
    assert sees(HEAD, at_head())


def test_whose_seat_it_is_sees_a_request_that_was_handed_on() -> None:
    number = at_head()
    item = HEAD.item(number)["id"]
    good(HEAD.post(f"/api/work-items/{item}/transfer", {"to": SECRETARY.account, "reason": "出差"}))
    good(SECRETARY.post(f"/api/work-items/{item}/transfer", {"to": SECTION_HEAD.account, "reason": "出差"}))
    assert (sees(HEAD, number), sees(SECRETARY, number), sees(SECTION_HEAD, number)) == (True, True, True)
    assert not sees(STRANGER, number)


def test_the_inbox_and_the_decision_form_say_for_whom() -> None:
    number = at_head()
    opened()
    browser = Browser(SECTION_HEAD)
    (line,) = (row for row in browser.open("/").rows if number in row)
    assert "（代杨霞雨）" in line
    assert "（代杨霞雨）" in browser.open(f"/requests/{number}").text


def test_the_journal_of_a_request_tells_both_ways() -> None:
    number = at_head()
    ended(HEAD, opened())
    shown = Browser(TEACHER).open(f"/requests/{number}").text
    assert "代理接手：杨霞雨 → 高涛伟" in shown
    assert "代理结束交还：高涛伟 → 杨霞雨" in shown


def test_on_the_page_a_delegation_is_opened_for_some_kinds_and_ended() -> None:
    browser = Browser(HEAD)
    page = browser.open(OWN)
    asked = page.form(OWN)
    assert {name for name in (*asked.values, *asked.choices) if not name.startswith("kind.")} == {
        *("csrf", "delegate", "starts_at", "ends_at")
    }
    done = browser.fill_in(page.form(OWN), delegate=SECTION_HEAD.account, ends_at=on_day(3), kind__leave="true")
    line = done.rows[0]
    assert all(word in line for word in ("杨霞雨", "高涛伟", "请假", "进行中", "结束"))
    assert "用车" not in line
    (made,) = running(HEAD)
    browser.fill_in(done.form(f"{OWN}/{made}/end"))
    assert running(HEAD) == []


def test_on_the_page_what_is_wrong_stands_beside_what_was_typed() -> None:
    browser = Browser(HEAD)
    answer = browser.post(browser.open(OWN).form(OWN), delegate=HEAD.account, ends_at="2020-01-01T08:00")
    page = Page(answer)
    assert page.status == 422
    assert "不能委托给自己" in page.text
    assert page.form(OWN).values["delegate"] == HEAD.account
    assert page.form(OWN).values["ends_at"] == "2020-01-01T08:00"


def test_who_acts_for_me_cannot_be_ended_by_the_one_who_acts() -> None:
    made = opened()
    page = Browser(SECTION_HEAD).open(OWN)
    assert "杨霞雨" in page.rows[0]
    assert not [form for form in page.forms if made["id"] in form.action]


def test_the_administrators_page_is_for_anybody_and_not_there_for_others() -> None:
    browser = Browser(ADMINISTRATOR)
    page = browser.open(EVERYBODYS)
    done = browser.fill_in(
        page.form(EVERYBODYS), principal=HEAD.account, delegate=SECTION_HEAD.account, ends_at=on_day(3)
    )
    (made,) = running(HEAD)
    browser.fill_in(done.form(f"{EVERYBODYS}/{made}/end"))
    assert running(HEAD) == []
    other = Browser(HEAD)
    assert other.open(EVERYBODYS).status == 404
    assert other.post(page.form(EVERYBODYS), csrf=other.csrf).status_code == 404


def test_strangers_are_asked_to_log_in() -> None:
    refused(send("GET", PATH), 401)
    with transaction() as session:
        before = len(session.exec(select(Delegation)).all())
    refused(send("POST", PATH, json={"delegate": HEAD.account, **days(0, 1)}), 401)
    with transaction() as session:
        assert len(session.exec(select(Delegation)).all()) == before
