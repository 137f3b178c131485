"""Approvers act through the Prefect UI's own calls, under their own name; strangers find nothing there."""

import json
from typing import Any

import pytest

from tests.journeys.college import AUDIT, FINANCE, HEAD, LEGAL, SECRETARY, TEACHER, Colleague, contract, leave
from tests.journeys.stack import eventually
from tests.journeys.timeline import ended, suspended

pytestmark = pytest.mark.journey
STRANGER = Colleague("T1060")
API = "/prefect/api"


def form_of(who: Colleague, run: dict[str, Any]) -> dict[str, Any]:
    """The form that the run's page asks for, by the key that Prefect names."""
    shown = who.get(f"{API}/flow_runs/{run['id']}")
    key = shown["state"]["state_details"]["run_input_keyset"]["schema"]
    return dict(json.loads(who.send("GET", f"{API}/flow_runs/{run['id']}/input/{key}").text))


def resume(who: Colleague, run: dict[str, Any], **answer: Any) -> dict[str, Any]:
    """What the form's submit is answered."""
    return dict(who.post(f"{API}/flow_runs/{run['id']}/resume", {"run_input": answer}))


def test_a_leave_is_agreed_through_prefect() -> None:
    number = TEACHER.submit("leave", leave())
    run = suspended(number)
    verdicts = form_of(HEAD, run)["properties"]["verdict"]["enum"]
    assert resume(HEAD, run, verdict=verdicts[0], opinion="同意。")["status"] == "ACCEPT"
    assert ended(number)["state"]["name"] == "办结"
    acts = [
        (each["actor"] or {}).get("account") for each in TEACHER.read(number)["journal"] if each["act"] == "decided"
    ]
    assert acts == [HEAD.account]


def test_a_person_sees_their_own_runs_and_no_others() -> None:
    number = TEACHER.submit("leave", leave())
    run = suspended(number)
    wish = {"flow_runs": {"operator": "or_", "id": {"any_": [run["id"]]}}}
    for who, many in ((TEACHER, 1), (HEAD, 1), (STRANGER, 0)):
        assert [each["id"] for each in who.post(f"{API}/flow_runs/filter", wish)] == [run["id"]] * many
        assert who.post(f"{API}/flow_runs/count", wish) == many
        assert who.post(f"{API}/flow_runs/paginate", wish)["count"] == many
        status = who.send("GET", f"{API}/flow_runs/{run['id']}/graph-v2").status_code
        assert status == (200 if many else 404)
    tasks = eventually(lambda: TEACHER.post(f"{API}/task_runs/filter", wish), "Prefect has recorded the tasks")
    assert {each["flow_run_id"] for each in tasks} == {run["id"]}
    assert STRANGER.post(f"{API}/task_runs/filter", wish) == []
    assert STRANGER.send("GET", f"{API}/flow_runs/{run['id']}").status_code == 404
    assert STRANGER.post(f"{API}/flow_runs/filter", {}) == []
    shown = HEAD.get(f"{API}/flow_runs/{run['id']}")
    assert (shown["parameters"], shown["job_variables"]) == ({}, {})
    deployment = HEAD.get(f"{API}/deployments/{shown['deployment_id']}")
    assert (deployment["entrypoint"], deployment["pull_steps"]) == (None, [])


def test_countersigners_each_have_their_form_and_the_run_moves_when_all_have_spoken() -> None:
    number = SECRETARY.submit("seal", contract())
    before = suspended(number)
    for host in (each["host"]["account"] for each in SECRETARY.read(number)["steps"][:1]):
        resume(Colleague(host), before, verdict=form_of(Colleague(host), before)["properties"]["verdict"]["enum"][0])
    run = suspended(number)
    assert run["run_count"] > before["run_count"]
    waiting = {each["account"] for each in SECRETARY.read(number)["waiting_for"]}
    assert {FINANCE.account, AUDIT.account, LEGAL.account} <= waiting
    forms = {who: form_of(who, run) for who in (FINANCE, AUDIT, LEGAL)}
    FINANCE.decide(number)  # one in the workbench, the others through Prefect
    for who in (AUDIT, LEGAL):
        label = forms[who]["properties"]["verdict"]["enum"][0]
        assert resume(who, run, verdict=label)["status"] == "ACCEPT"
        assert resume(who, run, verdict=label)["status"] == "REJECT"


def test_the_uis_come_with_our_settings_and_may_call_nobody_else() -> None:
    for path in ("/prefect", "/prefect/runs/flow-run/x", "/prefect/v2/", "/prefect/v2/runs"):
        page = HEAD.send("GET", path)
        assert page.headers["content-type"].startswith("text/html")
        assert "connect-src 'self'" in page.headers["content-security-policy"]
    settings = HEAD.get("/prefect/ui-settings")
    assert (settings["auth"], settings["csrf_enabled"], settings["api_url"]) == (None, True, API)
    assert HEAD.send("GET", "/prefect/assets/../../api/admin/settings").status_code == 404
    assert HEAD.send("GET", "/prefect/assets/nothing.js").status_code == 404
