"""Approvers act through the Prefect UI's own calls, under their own name; strangers find nothing there."""

import json
from typing import Any

import httpx
import pytest

from tests.journeys.college import AUDIT, FINANCE, HEAD, LEGAL, SECRETARY, TEACHER, Colleague, contract, leave
from tests.journeys.stack import eventually
from tests.journeys.timeline import ended, suspended

pytestmark = pytest.mark.journey
STRANGER, ADMINISTRATOR = Colleague("T1060"), Colleague("T1031")
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
    assert not shown["parameters"]
    assert not shown["job_variables"]
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


def deployment_of(who: Colleague, name: str) -> dict[str, Any]:
    (found,) = [each for each in who.post(f"{API}/deployments/filter", {}) if each["name"] == name]
    return dict(found)


def start(who: Colleague, deployment: dict[str, Any], **form: Any) -> httpx.Response:
    """What the form on a deployment's page is answered."""
    sent = {"parameters": form, "state": {"type": "SCHEDULED"}, "job_variables": {"command": "id"}, "name": "x"}
    return who.send("POST", f"{API}/deployments/{deployment['id']}/create_flow_run", json=sent)


def labelled(form: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """A leave as the form on the page has it: by the first label where one is chosen."""
    return form | {"leave_type": schema["properties"]["leave_type"]["enum"][0]}


def test_only_what_people_start_is_among_the_deployments_with_the_kinds_form() -> None:
    everyone = {
        each["name"] for each in TEACHER.post(f"{API}/deployments/filter", {"deployments": {"operator": "or_"}})
    }
    assert {"请假", "用车", "用印"} <= everyone
    assert not everyone & {"催办", "追办"}
    assert {"催办", "追办"} <= {each["name"] for each in ADMINISTRATOR.post(f"{API}/deployments/filter", {})}
    assert TEACHER.post(f"{API}/deployments/count", {}) == len(everyone)
    assert TEACHER.post(f"{API}/flows/count", {}) == len(everyone)
    shown = TEACHER.get(f"{API}/deployments/{deployment_of(TEACHER, '用印')['id']}")
    fields = shown["parameter_openapi_schema"]["properties"]
    assert fields["seal"]["title"] == "印章名称"
    assert "合同专用章" in fields["seal"]["enum"]
    assert (shown["entrypoint"], shown["parameters"], shown["work_pool_name"]) == (None, {}, None)
    hidden = deployment_of(ADMINISTRATOR, "催办")["id"]
    assert TEACHER.send("GET", f"{API}/deployments/{hidden}").status_code == 404
    assert start(TEACHER, {"id": hidden}).status_code == 404


def test_a_run_started_in_prefect_is_a_request_of_that_person_even_when_pressed_twice() -> None:
    deployment = deployment_of(TEACHER, "请假")
    form = labelled(leave(), deployment["parameter_openapi_schema"])
    first, again = start(TEACHER, deployment, **form), start(TEACHER, deployment, **form)
    assert first.status_code == again.status_code == 201
    assert first.json()["id"] == again.json()["id"]
    assert not first.json()["parameters"]
    assert not first.json()["job_variables"]
    made = TEACHER.get("/api/requests?mine=true&kind=leave")[0]
    read = TEACHER.read(made["number"])
    assert read["flow_run_id"] == first.json()["id"]
    assert read["journal"][0]["actor"]["account"] == TEACHER.account
    assert TEACHER.get(f"{API}/flow_runs/{read['flow_run_id']}")["name"] == f"请假 {made['number']}"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": ""}, "事由：必填"),
        ({"leave_type": "散步"}, "假别：可选"),
        ({"end": "2020-01-01"}, "终止日期"),
        ({"attachments": "x, y"}, "证明材料：第 1 项不是有效的附件编号"),
        ({"request_id": "1"}, "request_id"),
        ({"reason": {"a": 1}}, "事由：格式不对"),
    ],
)
def test_a_wrong_form_starts_nothing_and_is_told_where_the_ui_shows_it(changes: dict[str, Any], words: str) -> None:
    deployment = deployment_of(TEACHER, "请假")
    form = labelled(leave(), deployment["parameter_openapi_schema"]) | changes
    before = len(TEACHER.get("/api/requests?mine=true"))
    answer = start(TEACHER, deployment, **form)
    assert answer.status_code == 422
    assert words in answer.json()["detail"]
    assert len(TEACHER.get("/api/requests?mine=true")) == before


def test_cancel_by_the_initiator_withdraws_and_the_run_ends_so() -> None:
    number = TEACHER.submit("leave", leave())
    run = suspended(number)
    cancel = {"state": {"type": "CANCELLING", "name": "Cancelling"}, "force": True}
    assert HEAD.send("POST", f"{API}/flow_runs/{run['id']}/set_state", json=cancel).status_code == 403
    assert TEACHER.post(f"{API}/flow_runs/{run['id']}/set_state", cancel)["status"] == "ACCEPT"
    assert ended(number)["state"]["name"] == "撤回"


def test_the_administrator_pauses_the_reminders_and_runs_them_now_but_decides_nothing() -> None:
    shown = deployment_of(ADMINISTRATOR, "催办")
    (schedule,) = shown["schedules"]
    path = f"{API}/deployments/{shown['id']}/schedules/{schedule['id']}"
    for active in (False, True):
        sent = {"active": active, "schedule": {"cron": "0 0 1 1 *"}, "parameters": {"x": 1}}
        assert ADMINISTRATOR.send("PATCH", path, json=sent).status_code == 200
        (now,) = deployment_of(ADMINISTRATOR, "催办")["schedules"]
        assert (now["active"], now["schedule"]["cron"], now["parameters"]) == (active, "* * * * *", {})
    assert start(ADMINISTRATOR, shown).status_code == 201
    kinds = deployment_of(ADMINISTRATOR, "请假")
    refused = ADMINISTRATOR.send(
        "PATCH", f"{API}/deployments/{kinds['id']}/schedules/{schedule['id']}", json={"active": False}
    )
    assert refused.status_code == 404
    assert ADMINISTRATOR.get(f"{API}/work_pools/oa")["base_job_template"] == {}


def test_a_sub_administrator_sees_the_runs_of_what_was_granted() -> None:
    number = TEACHER.submit("leave", leave())
    run = suspended(number)["id"]
    path = f"{API}/flow_runs/{run}"
    assert STRANGER.send("GET", path).status_code == 404
    grant = ADMINISTRATOR.post("/api/administrators", {"account": STRANGER.account, "kind": "leave"})
    try:
        assert STRANGER.get(path)["id"] == run
        assert run in {each["id"] for each in STRANGER.post(f"{API}/flow_runs/filter", {})}
        assert resume(STRANGER, {"id": run}, verdict="同意")["status"] == "REJECT"
    finally:
        ADMINISTRATOR.send("DELETE", f"/api/administrators/{grant['id']}")
    assert STRANGER.send("GET", path).status_code == 404


def test_a_task_is_read_by_those_who_see_its_run() -> None:
    number = TEACHER.submit("leave", leave())
    run = suspended(number)["id"]
    of_run = {"flow_runs": {"id": {"any_": [run]}}}
    task = eventually(lambda: TEACHER.post(f"{API}/task_runs/filter", of_run), "Prefect has recorded the tasks")[0]
    for prefix in ("", "/ui"):
        assert HEAD.get(f"{API}{prefix}/task_runs/{task['id']}")["task_inputs"] == {}
        assert STRANGER.send("GET", f"{API}{prefix}/task_runs/{task['id']}").status_code == 404


def test_lists_are_narrowed_by_what_the_page_asks_for() -> None:
    number = TEACHER.submit("leave", leave())
    run = suspended(number)["id"]
    for condition, many in (
        ({"name": {"like_": number}}, 1),
        ({"name": {"like_": "用印"}}, 0),
        ({"state": {"type": {"any_": ["PAUSED"]}}}, 1),
        ({"state": {"type": {"any_": ["FAILED"]}}}, 0),
        ({"parent_flow_run_id": {"any_": [run]}}, 0),
        ({"start_time": {"before_": "2020-01-01T00:00:00Z"}}, 0),
    ):
        asked = {"flow_runs": {"id": {"any_": [run]}, **condition}}
        assert TEACHER.post(f"{API}/flow_runs/count", asked) == many, condition
    count, of_run = f"{API}/ui/flow_runs/count-task-runs", {"flow_run_ids": [run]}
    eventually(lambda: TEACHER.post(count, of_run) == {run: 1}, "Prefect has recorded the task")
    assert STRANGER.post(f"{API}/ui/flow_runs/count-task-runs", {"flow_run_ids": [run]}).get(run, 0) == 0
    assert (
        TEACHER.send(
            "POST", f"{API}/flow_runs/filter", json={"flow_runs": {"state": {"type": {"any_": ["x"]}}}}
        ).status_code
        == 422
    )


def test_the_uis_come_with_our_settings_and_may_call_nobody_else() -> None:
    for path in ("/prefect/runs", "/prefect/runs/flow-run/x", "/prefect/v2/runs", "/prefect/v2/deployments"):
        page = HEAD.send("GET", path)
        assert "/static/prefect/ui.css" in page.text
        assert page.headers["content-type"].startswith("text/html")
        assert "connect-src 'self'" in page.headers["content-security-policy"]
    settings = HEAD.get("/prefect/ui-settings")
    assert (settings["auth"], settings["csrf_enabled"], settings["api_url"]) == (None, True, API)
    assert HEAD.send("GET", "/prefect/assets/../../api/admin/settings").status_code == 404
    assert HEAD.send("GET", "/prefect/assets/nothing.js").status_code == 404
