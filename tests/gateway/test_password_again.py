"""The password once more before a seal is agreed to, at each of the three doors; nothing typed is lost."""

import json
from typing import Any
from uuid import uuid4

import pytest
from sqlmodel import Session, col, select

from models.access import SecurityEvent
from models.database import engine, transaction
from models.record import JournalEntry, Request
from tests.gateway.door import PASSWORD, Visitor, give_passwords, later, noted, start_anew
from tests.gateway.office import HEAD, TEACHER, As, good, leave, nothing_changed, refused, seal

OPINION = "同意用印，请核对份数。"


@pytest.fixture(autouse=True)
def _people(database: str) -> None:  # noqa: ARG001 - up first
    give_passwords(HEAD.account)
    start_anew(HEAD.account)


@pytest.fixture
def number() -> str:
    """A certificate that waits for the head's agreement."""
    return TEACHER.submit("seal", seal())


@pytest.fixture
def head() -> Visitor:
    """The department head, logged in six minutes ago."""
    return _logged_in_a_while_ago()


def _logged_in_a_while_ago() -> Visitor:
    visitor = Visitor(HEAD.account).logged_in()
    later(HEAD.account, minutes=6)
    return visitor


def _decide(visitor: Visitor, number: str, **body: Any) -> Any:
    return visitor.give(f"/api/work-items/{HEAD.item(number)['id']}/decision", **{"verdict": "agree"} | body)


def test_agreeing_to_a_seal_asks_for_it(head: Visitor, number: str) -> None:
    with nothing_changed():
        assert refused(_decide(head, number), 403, "登录密码") == {"fields": {"password": "请再次输入登录密码"}}
    assert _decide(head, number).json()["error"] == "password_again"
    good(_decide(head, number, password=PASSWORD))
    assert noted(HEAD.account)[-1] == "password_proved"


def test_it_is_good_for_five_minutes_and_for_a_new_token(head: Visitor, number: str) -> None:
    before = head.cookies
    good(_decide(head, number, password=PASSWORD))
    assert head.cookies != before
    good(_decide(head, TEACHER.submit("seal", seal())))
    later(HEAD.account, minutes=6)
    refused(_decide(head, TEACHER.submit("seal", seal())), 403)


def test_a_fresh_log_in_is_not_asked(number: str) -> None:
    good(_decide(Visitor(HEAD.account).logged_in(), number))


def test_programs_are_not_asked(number: str) -> None:
    assert HEAD.decide(number)["status"] == "open"


@pytest.mark.parametrize(
    "body", [{"verdict": "refuse", "opinion": "不合规定"}, {"verdict": "return", "opinion": "请补"}]
)
def test_only_agreeing_asks_for_it(head: Visitor, number: str, body: dict[str, str]) -> None:
    good(_decide(head, number, **body))


def test_a_leave_does_not_ask_for_it() -> None:
    section_head = As("T1042")
    give_passwords(section_head.account)
    visitor = Visitor(section_head.account).logged_in()
    later(section_head.account, minutes=6)
    item = section_head.item(TEACHER.submit("leave", leave()))
    good(visitor.give(f"/api/work-items/{item['id']}/decision", verdict="agree"))


def test_a_wrong_one_counts_as_a_wrong_try(head: Visitor, number: str) -> None:
    with nothing_changed():
        for _ in range(10):
            refused(_decide(head, number, password="wrong"), 403, "登录密码", "不对")
        refused(_decide(head, number, password=PASSWORD), 429)
    refused(Visitor(HEAD.account).log_in(), 429)
    assert "password_wrong" in noted(HEAD.account)


def test_a_right_one_with_something_else_wrong_is_remembered(head: Visitor, number: str) -> None:
    refused(_decide(head, number, password=PASSWORD, round=7), 409)
    good(_decide(head, number))


def test_the_page_asks_beside_the_form_and_keeps_what_was_typed(number: str) -> None:
    head = Visitor(HEAD.account).logged_in()
    form = head.open(f"/requests/{number}").form("/work-items")
    assert "password" not in form.values
    later(HEAD.account, minutes=6)
    asked = head.fill_in(form, verdict="agree", opinion=OPINION)
    again = asked.form("/work-items")
    assert (asked.status, again.values["opinion"], again.values["verdict"]) == (403, OPINION, "agree")
    wrong = head.fill_in(again, password="不是我的密码")
    assert "不是我的密码" not in wrong.html
    assert wrong.form("/work-items").values["opinion"] == OPINION
    done = head.fill_in(wrong.form("/work-items"), password=PASSWORD)
    assert done.status == 200
    assert OPINION in done.text


def test_the_form_in_prefect_asks_too(head: Visitor, number: str) -> None:
    run = uuid4()
    with transaction() as session:
        session.exec(select(Request).where(Request.number == number)).one().flow_run_id = run
    path = f"/prefect/api/flow_runs/{run}"
    schema = json.loads(head.send("GET", f"{path}/input/x-schema").text)
    assert schema["properties"]["password"]["format"] == "password"
    said = {"verdict": schema["properties"]["verdict"]["enum"][0], "opinion": OPINION}

    def resumed(**more: str) -> Any:
        csrf = {"Prefect-Csrf-Token": head.csrf}
        return head.send("POST", f"{path}/resume", json={"run_input": said | more}, headers=csrf).json()

    assert "登录密码" in resumed()["details"]["reason"]
    assert "登录密码" in resumed(password="wrong")["details"]["reason"]
    assert resumed(password=PASSWORD)["status"] == "ACCEPT"


def test_a_form_in_prefect_opened_just_after_the_log_in_does_not_ask(number: str) -> None:
    run = uuid4()
    with transaction() as session:
        session.exec(select(Request).where(Request.number == number)).one().flow_run_id = run
    answer = Visitor(HEAD.account).logged_in().send("GET", f"/prefect/api/flow_runs/{run}/input/x-schema")
    assert "password" not in json.loads(answer.text)["properties"]


def test_the_password_is_nowhere_on_record(head: Visitor, number: str, caplog: pytest.LogCaptureFixture) -> None:
    refused(_decide(head, number, password=PASSWORD + "x"), 403)
    good(_decide(head, number, password=PASSWORD))
    with Session(engine()) as session:
        about = select(JournalEntry.detail).join(Request, col(Request.id) == JournalEntry.request_id)
        kept = [*session.exec(about.where(Request.number == number)), *session.exec(select(SecurityEvent.detail))]
    assert PASSWORD not in json.dumps(kept, ensure_ascii=False)
    assert PASSWORD not in caplog.text
