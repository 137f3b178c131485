"""The Prefect API behind the gateway: every route of the installed Prefect, by every role; the Resume form.

Prefect itself is not there in these tests: a call that would be passed on is answered 503; a refusal comes before that.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from prefect.server.api.server import create_api_app
from sqlmodel import select

from gateway.prefect.scope import narrowed, wanted_runs
from models.database import transaction
from models.record import Request
from models.settings import settings
from tests.gateway.office import (
    ADMINISTRATOR,
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

DECIDED = [line.split() for line in (Path(__file__).parent / "prefect_routes.txt").read_text().splitlines()]
PASSED_ON = 503


@pytest.fixture(scope="module", autouse=True)
def _credential(database: str) -> Iterator[None]:  # noqa: ARG001 - the folder is there then
    """As if there were a Prefect to ask; other tests have none."""
    kept = settings().data / "run" / "prefect_auth"
    kept.write_text("oa:test")
    yield
    kept.unlink()


@pytest.fixture(scope="module")
def run(database: str) -> tuple[str, UUID]:  # noqa: ARG001
    """A leave that waits for the section head: its number and its run."""
    return started()


def started() -> tuple[str, UUID]:
    number, run = TEACHER.submit("leave", leave()), uuid4()
    with transaction() as session:
        session.exec(select(Request).where(Request.number == number)).one().flow_run_id = run
    return number, run


def test_every_route_of_the_installed_prefect_has_been_decided_about() -> None:
    paths = create_api_app().openapi()["paths"]
    installed = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    assert installed == {(method, path) for method, path, _ in DECIDED}
    assert len(installed) > 180


@pytest.mark.parametrize(("method", "path", "decision"), DECIDED, ids=[f"{each[0]} {each[1]}" for each in DECIDED])
def test_each_route_by_each_role(run: tuple[str, UUID], method: str, path: str, decision: str) -> None:
    place = "/prefect/api" + _filled(path, run[1])
    body: dict[str, Any] = {} if method == "GET" else {"json": {}}
    assert send(method, place, **body).status_code == 401

    def answered(who: As) -> int:
        return send(method, place, headers=who.headers, **body).status_code

    within = {who: answered(who) for who in (TEACHER, SECTION_HEAD, ADMINISTRATOR)}
    if decision == "denied":
        assert set(within.values()) == {404}
        assert answered(STRANGER) == 404
    elif decision in ("run", "form"):
        assert set(within.values()) == {PASSED_ON if decision == "run" else 200}
        assert answered(STRANGER) == 404
    elif decision == "decision":
        assert within[TEACHER] == within[ADMINISTRATOR] == 200  # refused in Prefect's shape: nothing of theirs to do
        assert answered(STRANGER) == 404
    else:
        assert {*within.values(), answered(STRANGER)} == ({200} if decision == "ours" else {PASSED_ON})


def test_the_form_is_that_of_the_own_work_item(run: tuple[str, UUID]) -> None:
    schema = json.loads(SECTION_HEAD.get(_of(run[1], "input/x-schema")).text)
    assert [*schema["properties"]] == ["verdict", "opinion", "to"]
    assert schema["required"] == ["verdict"]
    assert "不同意" in schema["properties"]["verdict"]["enum"]
    assert json.loads(TEACHER.get(_of(run[1], "input/x-schema")).text)["properties"] == {}
    told = json.loads(SECTION_HEAD.get(_of(run[1], "input/x-description")).text)
    assert run[0] in told
    assert "家中有事" in told
    refused(SECTION_HEAD.get(_of(run[1], "input/x-response")), 404)


def test_what_people_typed_is_no_markup_in_the_form() -> None:
    number, run = TEACHER.submit("leave", leave(reason="![x](http://evil.example/a.png) <b>{{7*7}}</b>")), uuid4()
    with transaction() as session:
        session.exec(select(Request).where(Request.number == number)).one().flow_run_id = run
    told = json.loads(SECTION_HEAD.get(_of(run, "input/x-description")).text)
    assert "![x](http" not in told
    assert r"\!\[x\]\(http" in told
    assert r"\<b\>\{\{7\*7\}\}" in told


def test_resuming_is_a_decision_of_this_person() -> None:
    number, run = started()
    schema = json.loads(SECTION_HEAD.get(_of(run, "input/x-schema")).text)
    label = schema["properties"]["verdict"]["enum"][0]
    answer = SECTION_HEAD.post(_of(run, "resume"), {"run_input": {"verdict": label, "opinion": "同意，注意安全。"}})
    assert good(answer, 201)["status"] == "ACCEPT"
    record = good(TEACHER.get(f"/api/requests/{number}"))
    (said,) = [each for each in record["journal"] if each["act"] == "decided"]
    assert (said["actor"]["account"], said["detail"]["opinion"]) == (SECTION_HEAD.account, "同意，注意安全。")


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "处理意见"),
        ({"verdict": "随便"}, "处理意见"),
        ({"verdict": "不同意"}, "意见"),
        ({"verdict": "同意", "car": "京A"}, "car"),
        ({"verdict": ["同意"]}, "处理意见"),
        ({"verdict": "同意", "opinion": {"a": 1}}, "意见"),
    ],
)
def test_a_wrong_form_is_refused_in_prefects_shape(run: tuple[str, UUID], sent: dict[str, Any], words: str) -> None:
    with nothing_changed():
        answer = good(SECTION_HEAD.post(_of(run[1], "resume"), {"run_input": sent}))
    assert answer["status"] == "REJECT"
    assert words in answer["details"]["reason"]


def test_a_resume_that_would_be_hydrated_by_prefect_is_refused_at_the_door(run: tuple[str, UUID]) -> None:
    tricks: list[Any] = [{"__prefect_kind": "jinja"}, {"a": [{"b": {"__prefect_kind": "workspace_variable"}}]}]
    for trick in tricks:
        with nothing_changed():
            refused(SECTION_HEAD.post(_of(run[1], "resume"), {"run_input": trick}), 422, "__prefect_kind")


def test_whoever_has_no_open_item_decides_nothing(run: tuple[str, UUID]) -> None:
    for who in (TEACHER, ADMINISTRATOR):
        with nothing_changed():
            answer = good(who.post(_of(run[1], "resume"), {"run_input": {"verdict": "同意"}}))
        assert answer["status"] == "REJECT"
        assert run[0] in answer["details"]["reason"]


def test_a_browser_must_send_the_token_of_its_session() -> None:
    cookie = {"Cookie": f"oa_session={new_log_in(SECTION_HEAD.account, csrf='the-token')}"}
    assert good(send("GET", "/prefect/api/csrf-token?client=x", headers=cookie))["token"] == "the-token"
    for given in ({}, {"Prefect-Csrf-Token": "another"}):
        refused(send("POST", "/prefect/api/flow_runs/filter", headers=cookie | given, json={}), 403)
    given = {"Prefect-Csrf-Token": "the-token"}
    assert send("POST", "/prefect/api/flow_runs/filter", headers=cookie | given, json={}).status_code == PASSED_ON


def test_a_filter_is_written_anew_over_the_runs_that_may_be_seen() -> None:
    sent = {
        "operator": "or_", "flows": {"name": {"like_": "x"}}, "limit": 10_000, "sort": "START_TIME_DESC", "offset": -1,
        "flow_runs": {"operator": "or_", "tags": {"all_": ["x"]}, "state": {"type": {"any_": ["PAUSED", "x"]}}},
    }  # fmt: skip
    assert narrowed(sent, ["a"]) == {
        "flow_runs": {
            "operator": "and_",
            "id": {"any_": ["a"]},
            "state": {"operator": "and_", "type": {"any_": ["PAUSED"]}},
        },
        "limit": 200,
        "sort": "START_TIME_DESC",
    }


def test_runs_named_in_a_filter_are_only_a_wish() -> None:
    run = uuid4()
    assert wanted_runs({"flow_runs": {"id": {"any_": [str(run), 1, "x"]}}}, "flow_runs.id") == [run]
    assert wanted_runs({"flow_runs": ["id"]}, "flow_runs.id") is None


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
