"""The Prefect API behind the gateway: every route of the installed Prefect, by every role; the Resume form; Cancel.

Prefect itself is not there in these tests: a call that would be passed on is answered 503; a refusal comes before that.
"""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from prefect.server.api.server import create_api_app
from sqlmodel import delete, select

from gateway.login.cookies import COOKIE
from gateway.prefect.routes import OWN
from gateway.prefect.table import TABLE, Injected, Rule, Who
from models.access import Grant
from models.database import transaction
from models.record import Request
from tests.gateway.office import (
    ADMINISTRATOR,
    AUDIT,
    HEAD,
    HR_CLERK,
    SECTION_HEAD,
    STRANGER,
    TEACHER,
    As,
    good,
    leave,
    new_log_in,
    nothing_changed,
    refused,
    send,
)

pytestmark = pytest.mark.usefixtures("prefect_credential")
PASSED_ON = 503
SUB_ADMINISTRATOR, FORMER_HOLDER, HOLDER = AUDIT, HEAD, HR_CLERK  # of the leave below
WITHIN = (TEACHER, HOLDER, FORMER_HOLDER, SUB_ADMINISTRATOR, ADMINISTRATOR)
ANSWERED_HERE = {  # by the gateway alone
    *("GET /admin/settings", "GET /csrf-token", "GET /health", "GET /automations/related-to/{resource_id}"),
    *("POST /events/filter", "POST /saved_searches/filter", "POST /ui/schemas/validate"),
    *("POST /ui/flows/count-deployments", "POST /ui/flows/next-runs"),
    *("GET /flow_runs/{id}/input/{key}", "POST /flow_runs/{id}/resume"),
}
ASKED_FIRST = {"GET /task_runs/{id}", "GET /ui/task_runs/{id}", "GET /artifacts/{id}"}  # whose they are, Prefect knows


@pytest.fixture(scope="module")
def long_leave(database: str) -> Iterator[UUID]:  # noqa: ARG001
    """The run of a leave that the head has agreed to and HR's clerk has before them; a sub-administrator may see it."""
    number, run = started(days=7)
    HEAD.decide(number)
    good(ADMINISTRATOR.post("/api/administrators", {"account": AUDIT.account, "department": "信息工程系"}), 201)
    yield run
    with transaction() as session:
        session.execute(delete(Grant))


@pytest.fixture(scope="module")
def run(database: str) -> tuple[str, UUID]:  # noqa: ARG001
    """A leave that waits for the section head: its number and its run."""
    return started()


def started(**form: Any) -> tuple[str, UUID]:
    number, run = TEACHER.submit("leave", leave(**form)), uuid4()
    with transaction() as session:
        session.exec(select(Request).where(Request.number == number)).one().flow_run_id = run
    return number, run


def test_every_route_of_the_installed_prefect_has_been_decided_about() -> None:
    paths = create_api_app().openapi()["paths"]
    installed = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    assert installed == set(TABLE)
    assert len(installed) > 180


def test_what_the_gateway_answers_itself_is_somebodys_in_the_table() -> None:
    assert all(TABLE[route].who is not Who.nobody for route in OWN)


@pytest.mark.parametrize(("route", "rule"), TABLE.items(), ids=[" ".join(each) for each in TABLE])
def test_each_route_by_each_role(long_leave: UUID, route: tuple[str, str], rule: Rule) -> None:
    answered = _by_each(route, long_leave)
    assert answered.pop("nobody") == 401
    expected = _expected(" ".join(route), rule)
    assert answered == {who.account: status for who, status in expected.items()}


def _by_each(route: tuple[str, str], run: UUID) -> dict[str, int]:
    """The status of a call with an empty body, by account; nobody is not logged in."""
    method, place = route[0], "/prefect/api" + _filled(route[1], run)
    body: dict[str, Any] = {} if method in ("GET", "DELETE") else {"json": {}}
    found = {who.account: send(method, place, headers=who.headers, **body).status_code for who in (*WITHIN, STRANGER)}
    return found | {"nobody": send(method, place, **body).status_code}


def _expected(route: str, rule: Rule) -> dict[As, int]:
    passed = 200 if route in ANSWERED_HERE else 403 if route.endswith("/set_state") else PASSED_ON
    within = dict.fromkeys(WITHIN, passed)
    match rule.who:
        case Who.nobody:
            return dict.fromkeys((*WITHIN, STRANGER), 404)
        case Who.administrator:
            looked_at = 422 if route.startswith("PATCH") else PASSED_ON
            return dict.fromkeys((*WITHIN, STRANGER), 404) | {ADMINISTRATOR: looked_at}
        case Who.seer:
            return within | {STRANGER: PASSED_ON if route in ASKED_FIRST else 404}
    if rule.injected is Injected.empty:
        return dict.fromkeys((*WITHIN, STRANGER), 200) | {ADMINISTRATOR: PASSED_ON}
    return within | {STRANGER: passed}


def test_a_run_whose_items_were_closed_unheard_stays_visible_to_who_had_them() -> None:
    number, run = started()
    good(TEACHER.post(f"/api/requests/{number}/withdraw", {}))
    assert SECTION_HEAD.get(_of(run, "graph-v2")).status_code == PASSED_ON
    refused(HEAD.get(_of(run, "graph-v2")), 404)


def test_the_form_is_that_of_the_own_work_item(run: tuple[str, UUID]) -> None:
    schema = json.loads(SECTION_HEAD.get(_of(run[1], "input/x-schema")).text)
    assert [*schema["properties"]] == ["verdict", "opinion", "to", "straight"]
    assert schema["required"] == ["verdict"]
    assert "不同意" in schema["properties"]["verdict"]["enum"]
    assert json.loads(TEACHER.get(_of(run[1], "input/x-schema")).text)["properties"] == {}
    told = json.loads(SECTION_HEAD.get(_of(run[1], "input/x-description")).text)
    assert run[0] in told
    assert "家中有事" in told
    refused(SECTION_HEAD.get(_of(run[1], "input/x-response")), 404)


def test_resuming_is_a_decision_of_this_person() -> None:
    number, run = started()
    schema = json.loads(SECTION_HEAD.get(_of(run, "input/x-schema")).text)
    label = schema["properties"]["verdict"]["enum"][0]
    answer = SECTION_HEAD.post(_of(run, "resume"), {"run_input": {"verdict": label, "opinion": "同意，注意安全。"}})
    assert good(answer, 201)["status"] == "ACCEPT"
    record = good(TEACHER.get(f"/api/requests/{number}"))
    (said,) = [each for each in record["journal"] if each["act"] == "decided"]
    assert (said["actor"]["account"], said["detail"]["opinion"]) == (SECTION_HEAD.account, "同意，注意安全。")


def test_whoever_has_no_open_item_decides_nothing(run: tuple[str, UUID]) -> None:
    for who in (TEACHER, ADMINISTRATOR):
        with nothing_changed():
            answer = good(who.post(_of(run[1], "resume"), {"run_input": {"verdict": "同意"}}))
        assert answer["status"] == "REJECT"
        assert run[0] in answer["details"]["reason"]


def test_a_browser_must_send_the_token_of_its_session() -> None:
    cookie = {"Cookie": f"{COOKIE}={new_log_in(SECTION_HEAD.account, csrf='the-token')}"}
    assert good(send("GET", "/prefect/api/csrf-token?client=x", headers=cookie))["token"] == "the-token"
    for given in ({}, {"Prefect-Csrf-Token": "another"}):
        refused(send("POST", "/prefect/api/flow_runs/filter", headers=cookie | given, json={}), 403)
    given = {"Prefect-Csrf-Token": "the-token"}
    assert send("POST", "/prefect/api/flow_runs/filter", headers=cookie | given, json={}).status_code == PASSED_ON


@pytest.mark.parametrize("state", ["CANCELLING", "CANCELLED", "cancelled"])
def test_cancel_by_the_initiator_is_a_withdrawal(state: str) -> None:
    number, run = started()
    answer = good(
        TEACHER.post(_of(run, "set_state"), {"state": {"type": state, "name": "Cancelling"}, "force": True}), 201
    )
    assert (answer["status"], answer["state"]["name"], answer["state"]["message"]) == ("ACCEPT", "撤回", number)
    record = good(TEACHER.get(f"/api/requests/{number}"))
    assert record["status"] == "withdrawn"
    (said,) = [each for each in record["journal"] if each["act"] == "withdrawn"]
    assert said["actor"]["account"] == TEACHER.account
    refused(TEACHER.post(_of(run, "set_state"), {"state": {"type": state}}), 409, number)


@pytest.mark.parametrize("who", [SECTION_HEAD, ADMINISTRATOR])
def test_nobody_else_cancels_it(run: tuple[str, UUID], who: As) -> None:
    with nothing_changed():
        refused(who.post(_of(run[1], "set_state"), {"state": {"type": "CANCELLED"}}), 403, run[0], "发起人")


@pytest.mark.parametrize(
    "state", [{}, {"type": "COMPLETED"}, {"type": "SCHEDULED"}, {"type": ["CANCELLED"]}, "CANCELLED"]
)
def test_no_other_state_is_set_by_anybody(run: tuple[str, UUID], state: Any) -> None:
    for who in (TEACHER, SECTION_HEAD, ADMINISTRATOR):
        with nothing_changed():
            refused(who.post(_of(run[1], "set_state"), {"state": state, "force": True}), 403)


def test_our_script_is_told_which_buttons_this_person_may_press(run: tuple[str, UUID]) -> None:
    for who, may in ((TEACHER, ["Cancel"]), (SECTION_HEAD, ["Resume"]), (ADMINISTRATOR, [])):
        assert good(who.get(f"/prefect/run/{run[1]}")) == {"number": run[0], "may": may}
    assert STRANGER.get(f"/prefect/run/{run[1]}").status_code == 404


def _of(run: UUID, rest: str) -> str:
    return f"/prefect/api/flow_runs/{run}/{rest}"


def _filled(path: str, run: UUID) -> str:
    """The route with its places filled in: the run where it is one."""
    first = path.split("/")[1]
    parts = [
        (str(run) if first == "flow_runs" else str(uuid4())) if part.startswith("{") and "id" in part
        else "x-schema" if part.startswith("{") else part
        for part in path.split("/")
    ]  # fmt: skip
    return "/".join(parts)
