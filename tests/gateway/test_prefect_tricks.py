"""Ways around the door that other doors have left open: `or_`, twice-named keys, odd paths and headers, websockets.

Over a real socket, byte for byte: a client library would tidy the addresses up.
"""

import socket
import threading
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
import uvicorn
from fastapi.routing import APIWebSocketRoute
from prefect.server.api.server import API_ROUTERS
from sqlmodel import select
from starlette.routing import WebSocketRoute

from gateway.app import app
from gateway.prefect.filters import cleaned, only, wanted
from models.database import transaction
from models.record import Request
from tests.gateway.office import ADMINISTRATOR, SECTION_HEAD, STRANGER, TEACHER, As, leave, refused, send
from tests.journeys.stack import eventually

pytestmark = pytest.mark.usefixtures("prefect_credential")
PASSED_ON = 503
API = "/prefect/api"
Json = dict[str, Any]


@pytest.fixture(scope="module")
def run(database: str) -> UUID:  # noqa: ARG001
    """The run of a leave that waits for the section head."""
    number, run = TEACHER.submit("leave", leave()), uuid4()
    with transaction() as session:
        session.exec(select(Request).where(Request.number == number)).one().flow_run_id = run
    return run


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The gateway at a port of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        eventually(lambda: server.started, "the gateway listens")
        yield int(listening.getsockname()[1])
        server.should_exit = True
        thread.join()


def status(port: int, method: str, path: str, who: As, **headers: str) -> int:
    """The status of a request written out by hand."""
    told = {"Host": "oa.test", "Connection": "close", **who.headers, **headers}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name.replace('_', '-')}: {value}" for name, value in told.items())]
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        return int(connection.makefile("rb").readline().split()[1])


ODD = (
    *("/prefect/api//flow_runs/{run}", "//prefect/api/flow_runs/{run}", "/prefect/api/flow_runs//{run}"),
    *(
        "/prefect/api/x/../flow_runs/{run}",
        "/prefect/api/%2e%2e/api/flow_runs/{run}",
        "/prefect/%2e%2e/api/flow_runs/{run}",
    ),
    *("/prefect/api/flow_runs/{run};x", "/prefect/api/flow_runs;x/{run}", "/prefect/api/flow_runs/{run}%3bx"),
    *("/PREFECT/API/flow_runs/{run}", "/prefect/api/FLOW_RUNS/{run}", "/prefect/api/flow_runs/{run}."),
    *("/prefect/api/flow_runs%2f{run}", "/prefect/api%2fflow_runs/{run}", "/prefect/api/flow_runs/{run}/"),
    *("/prefect/api/flow_runs/{run}%00", "/prefect/api/flow_runs/{run}%20", "/prefect/api/flow_runs/{run}/graph-v2/.."),
    *("/prefect/v2/api/flow_runs/{run}", "/prefect/x.svg/../api/flow_runs/{run}", "/api/flow_runs/{run}"),
    *(
        "/prefect/api/flow_runs/{run}?next=/flow_runs/{run}",
        "/prefect/api/flow_runs/{RUN}",
        "/prefect/api/./flow_runs/{run}",
    ),
)


@pytest.mark.parametrize("path", ODD)
def test_an_odd_path_shows_a_stranger_nothing(port: int, run: UUID, path: str) -> None:
    filled = path.format(run=run, RUN=str(run).upper())
    assert status(port, "GET", filled, STRANGER) in (303, 404)  # 303: a page of the UI, which is the runs' list
    assert status(port, "GET", filled, SECTION_HEAD) in (303, 404, PASSED_ON)


@pytest.mark.parametrize(
    "path", ["//flow_runs/filter", "/flow_runs/filter/", "/flow_runs/filter;x", "/Flow_Runs/filter"]
)
def test_a_route_has_one_spelling(port: int, path: str) -> None:
    for who in (SECTION_HEAD, ADMINISTRATOR):
        assert status(port, "POST", API + path, who, Content_Length="0") == 404


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X_HTTP_Method_Override", "DELETE"),
        ("X_Method_Override", "PATCH"),
        ("X_Original_URL", "/prefect/api/health"),
        ("X_Rewrite_URL", "/prefect/api/health"),
        ("X_Forwarded_Prefix", "/prefect/api/health"),
        ("X_Forwarded_User", "T1031"),
        ("X_Forwarded_For", "127.0.0.1"),
        ("Prefect_Api_Version", "0.0.1"),
        ("Prefect_Client", "x"),
    ],
)
def test_no_header_changes_who_asks_for_what(port: int, run: UUID, header: str, value: str) -> None:
    path = f"{API}/flow_runs/{run}"
    assert status(port, "GET", path, STRANGER, **{header: value}) == 404
    assert status(port, "GET", path, SECTION_HEAD, **{header: value}) == PASSED_ON
    assert status(port, "DELETE", path, ADMINISTRATOR, **{header: value}) == 404


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "PUT", "PATCH", "DELETE", "get", "PROPFIND"])
def test_no_other_method_reads_a_run(port: int, run: UUID, method: str) -> None:
    assert status(port, method, f"{API}/flow_runs/{run}", SECTION_HEAD) in (400, 404, 405)


def websockets() -> list[str]:
    """The addresses at which the installed Prefect speaks websocket."""
    routes = [route for router in API_ROUTERS for route in router.routes]
    return sorted(route.path for route in routes if isinstance(route, WebSocketRoute | APIWebSocketRoute))


def test_the_installed_prefect_still_has_the_websockets_we_know_of() -> None:
    scheduled, worker = "/task_runs/subscriptions/scheduled", "/work_pools/{work_pool_name}/workers/connect"
    assert websockets() == ["/events/in", "/events/out", "/logs/out", scheduled, worker]


@pytest.mark.parametrize(
    "path", [*(API + each for each in websockets()), API, "/prefect", "/static/oa.css", "/api/events/out", "/"]
)
def test_a_websocket_is_refused_to_everybody(port: int, path: str) -> None:
    upgrade = {"Upgrade": "websocket", "Sec_WebSocket_Version": "13", "Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ=="}
    for who in (STRANGER, SECTION_HEAD, ADMINISTRATOR):
        assert status(port, "GET", path, who, **upgrade | {"Connection": "Upgrade"}) == 403


def test_an_unsigned_page_token_leads_nowhere() -> None:
    for who in (TEACHER, ADMINISTRATOR):
        refused(who.get(f"{API}/events/filter/next?page-token=eyJmaWx0ZXIiOnt9fQ=="), 404)


@pytest.mark.parametrize(
    ("sent", "headers"),
    [
        (b'{"flow_runs": {"id": {"any_": []}}, "flow_runs": {}}', {}),
        (b'{"flow_runs": {"operator": "and_", "operator": "or_"}}', {}),
        (b'{"limit": 1}', {"Content-Type": "text/plain"}),
        (b'{"limit": 1}', {"Content-Type": ""}),
        (b"limit=1", {"Content-Type": "application/x-www-form-urlencoded"}),
        (b'{"limit": NaN}', {}),
        (b"[{}]", {}),
        (b'{"a": {"__prefect_kind": "jinja"}}', {}),
    ],
)
def test_a_body_that_parsers_read_differently_is_refused(sent: bytes, headers: dict[str, str]) -> None:
    for path in ("flow_runs/filter", "flows/paginate", "deployments/filter", "work_pools/filter", "logs/filter"):
        told = {**SECTION_HEAD.headers, "Content-Type": "application/json", **headers}
        refused(send("POST", f"{API}/{path}", content=sent, headers=told), 422)


def test_no_or_widens_a_filter() -> None:
    sent: Json = {
        "operator": "or_", "work_pools": {"name": {"any_": ["oa"]}},
        "limit": 10_000, "sort": "START_TIME_DESC", "offset": -1,
        "flow_runs": {
            "operator": "or_", "tags": {"operator": "or_", "all_": ["x"]}, "work_queue_name": {"any_": ["x"]},
            "id": {"any_": ["b"], "not_any_": ["c"]}, "state": {"operator": "or_", "type": {"any_": ["PAUSED"]}},
            "start_time": {"before_": "2026-11-25T07:41:48Z", "after_": {"$gt": ""}},
        },
    }  # fmt: skip
    assert only(cleaned(sent), "flow_runs", "id", ["a"]) == {
        "flow_runs": {
            "tags": {"all_": ["x"]},
            "id": {"any_": ["a"], "not_any_": ["c"]},
            "state": {"type": {"any_": ["PAUSED"]}},
            "start_time": {"before_": "2026-11-25T07:41:48Z"},
        },
        "limit": 200,
        "sort": "START_TIME_DESC",
    }


@pytest.mark.parametrize(
    "condition",
    [
        {"any_": "x"},
        {"any_": [["x"]]},
        {"like_": "x" * 101},
        {"ge_": True},
        {"exists_": "yes"},
        {"before_": "soon"},
        {"sql": "1"},
    ],
)
def test_what_is_no_plain_condition_is_dropped(condition: Json) -> None:
    assert cleaned({"flow_runs": {"name": condition}}) == {"flow_runs": {}}


def test_runs_named_in_a_filter_are_only_a_wish() -> None:
    run = uuid4()
    assert wanted({"flow_runs": {"id": {"any_": [str(run), 1, "x"]}}}, "flow_runs.id") == [run]
    assert wanted({"flow_runs": ["id"]}, "flow_runs.id") is None
