"""The measurements, in the environment of the installation they are taken on. Prints JSON.

The request measured is a vehicle request out of the province: three approvals by three people, then the dispatcher.
"""

import json
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psutil
from sqlmodel import col, func, select

from flows.engine import prefect_runs
from flows.engine.filing import sheet_data
from models.archive import Layout
from models.database import transaction
from models.papers import Sheet
from models.record import ItemState, Request, WorkItem
from models.settings import settings
from ops.bench.load import Call, Line, send_all, spread, tokens
from ops.bench.machine import memory, processes, worker_stopped
from ops.bench.pages import AT_ONCE, IN_INBOX, at_once, colleagues, inbox, timed
from ops.bench.papers import drawn_at_once, filed, merged, withdraw
from ops.reachable import free_port
from printouts.drawing.render import render
from printouts.signing.sign import sign

INITIATOR, FIRST, SECOND = "T1059", "T1023", "T1003"
MANY, SOME, BURST, DRAWN, PRINTED = 400, 40, 30, 20, 200
PATIENCE = 900  # seconds for a thousand runs to be set going and suspended

token_of = tokens()


def main() -> None:
    waiting = int(sys.argv[1])
    port = settings().port
    figures: dict[str, Any] = {"machine": {"cores": psutil.cpu_count(), "waiting": waiting}}
    warm_up(port)
    figures["memory_mb_with_0_waiting"] = memory()
    figures["hand_over"] = hand_over(port)
    figures["wake"] = wake(port)
    figures["burst"] = burst(port)
    figures["pages"], ids = reading(port)
    figures["decisions_per_s"] = decisions(port, ids)
    figures["floor_per_s"], figures["floor_inbox"] = floor()
    figures["ratio_to_floor"] = ratios(figures)
    figures["sheet"], figures["papers"] = papers(port)
    figures["waiting"] = wait_many(port, waiting)
    print(json.dumps(figures))


def ratios(figures: dict[str, Any]) -> dict[str, float]:
    """How much of the floor's speed is left: decisions a second, and inboxes over REST by their median."""
    shares = {
        name: round(per_s / figures["floor_per_s"][name[:2]], 2) for name, per_s in figures["decisions_per_s"].items()
    }
    return shares | {"inbox": round(figures["floor_inbox"]["p50_ms"] / figures["pages"]["rest"]["p50_ms"], 2)}


def submit(port: int, how_many: int, who: str = INITIATOR) -> list[str]:
    """So many requests at their first step; their ids."""
    leaving = datetime.now(settings().zone) + timedelta(days=20)
    form = {
        "purpose": "基准测试", "destination": "外省", "scope": "out_of_province", "depart_at": leaving.isoformat(),
        "return_at": (leaving + timedelta(days=1)).isoformat(), "passengers": 3,
    }  # fmt: skip
    line, token = Line(port), token_of(who)
    body = {"kind": "vehicle", "form": form}
    return [line.ask("POST", "/api/requests", token, body)["id"] for _ in range(how_many)]


def settle(ids: list[str] | None = None) -> None:
    """Wait until Prefect has carried out everything (about these requests, or at all)."""
    end = time.monotonic() + PATIENCE
    due = select(func.count()).select_from(Request).where(col(Request.wake_seq) > col(Request.carried_seq))
    if ids is not None:
        due = due.where(col(Request.id).in_([UUID(each) for each in ids]))
    while True:
        with transaction() as session:
            if session.exec(due).one() == 0:
                return
        if time.monotonic() > end:
            raise TimeoutError("Prefect has not caught up")
        time.sleep(0.1)


def open_items(ids: list[str]) -> list[tuple[str, str, str]]:
    """(request, item, person) of what is awaited in these requests."""
    with transaction() as session:
        rows = session.exec(
            select(WorkItem.request_id, WorkItem.id, WorkItem.person).where(
                WorkItem.state == ItemState.open, col(WorkItem.request_id).in_([UUID(each) for each in ids])
            )
        )
        return [(str(request), str(item), person) for request, item, person in rows]


def numbers_of(ids: list[str]) -> dict[str, str]:
    with transaction() as session:
        return {each: session.get_one(Request, UUID(each)).number for each in ids}


def agreements(ids: list[str]) -> list[Call]:
    """The next agreement in each of these requests."""
    body = {"verdict": "agree", "opinion": "同意。"}
    return [Call(token_of(who), f"/api/work-items/{item}/decision", body) for _, item, who in open_items(ids)]


def warm_up(port: int) -> None:
    ids = submit(port, 4)
    send_all(port, agreements(ids), 2)
    settle()


def hand_over(port: int) -> dict[str, float]:
    """A decision is sent; the next person's inbox shows it."""
    ids = submit(port, SOME)
    settle()
    numbers = numbers_of(ids)
    line, took = Line(port), []
    for request, item, who in open_items(ids):
        start = time.perf_counter()
        line.ask("POST", f"/api/work-items/{item}/decision", token_of(who), {"verdict": "agree"})
        inbox = line.ask("GET", "/api/inbox", token_of(SECOND))
        took.append(time.perf_counter() - start)
        (handed,) = [each["id"] for each in inbox if each["number"] == numbers[request]]
        line.ask("POST", f"/api/work-items/{handed}/decision", token_of(SECOND), {"verdict": "agree"})  # a usual inbox
        settle([request])  # the figure is of an idle installation
    return spread(took)


def wake(port: int) -> dict[str, float]:
    """A decision is sent; the run is suspended again at the next step. Idle; both clocks are this machine's."""
    ids = submit(port, SOME // 2)
    settle()
    line, took = Line(port), []
    for request, item, who in open_items(ids):
        sent = time.time()
        line.ask("POST", f"/api/work-items/{item}/decision", token_of(who), {"verdict": "agree"})
        settle([request])
        took.append(_suspended_at(request, sent) - sent)
    return spread(took)


def burst(port: int) -> dict[str, float]:
    """Thirty requests get a decision at the same moment; until all runs are suspended again."""
    ids = submit(port, BURST)
    settle()
    start = time.time()
    send_all(port, agreements(ids), 8)
    settle(ids)
    last = max(_suspended_at(request, start) for request in ids)
    return {"requests": BURST, "seconds": round(last - start, 2), "wakes_per_s": round(BURST / (last - start), 2)}


def reading(port: int) -> tuple[dict[str, Any], list[str]]:
    """An inbox with many open items, and many people at once; quiet. Beside it the requests in that inbox."""
    settle()
    with worker_stopped():
        ids = submit(port, IN_INBOX)
        people = colleagues(AT_ONCE - 1)
        own = {who: numbers_of(submit(port, 1, who)).popitem()[1] for who in people}
        visits = own | {FIRST: numbers_of(ids[:1])[ids[0]]}
        figures = {"open_items": IN_INBOX, **inbox(port, FIRST, token_of(FIRST)), "at_once": at_once(port, visits)}
    return figures, ids


def decisions(port: int, ids: list[str]) -> dict[str, float]:
    """Decisions a second, one and eight at a time; quiet (worker stopped) and while Prefect is catching up.

    Args:
        ids: requests at their first step, to which others are added.
    """
    figures = {}
    with worker_stopped():
        ids = ids + submit(port, MANY - len(ids))
        figures["c1"] = round(send_all(port, agreements(ids[: MANY // 4]), 1), 1)
        figures["c8"] = round(send_all(port, agreements(ids[MANY // 4 :]), 8), 1)
    time.sleep(2)  # Prefect has begun to catch up with all of them
    figures["c8_catching_up"] = round(send_all(port, agreements(ids), 8), 1)
    settle()
    return figures


def floor() -> tuple[dict[str, float], dict[str, float]]:
    """The same, of the floor; and of its inbox."""
    port = free_port()
    bare = [sys.executable, "-m", "uvicorn", "ops.bench.floor:app", "--port", str(port), "--no-access-log"]
    process = subprocess.Popen([*bare, "--log-level", "error"])
    try:
        call = Call("", "/decide", {"verdict": "agree", "opinion": "同意。"})
        _until_up(port, call)
        with worker_stopped():
            per_s = {
                "c1": round(send_all(port, [call] * MANY, 1), 1),
                "c8": round(send_all(port, [call] * MANY * 2, 8), 1),
            }
            line = Line(port)
            return per_s, spread(timed(lambda: line.ask("GET", f"/items?most={IN_INBOX}")))
    finally:
        process.terminate()
        process.wait()


def papers(port: int) -> tuple[dict[str, float], dict[str, Any]]:
    """One usual leave drawn and signed again and again, warm; then many: drawn, filed through Prefect, merged."""
    line = Line(port)
    start = datetime.now(settings().zone) + timedelta(days=30)
    form = {"leave_type": "personal", "start": f"{start:%F}", "end": f"{start + timedelta(days=4):%F}",
            "reason": "回乡照顾父母", "destination": "大理", "substitute": "T1056"}  # fmt: skip
    made = line.ask("POST", "/api/requests", token_of(INITIATOR), {"kind": "leave", "form": form})
    while calls := agreements([made["id"]]):
        send_all(port, calls, 1)
    settle([made["id"]])
    data, took = sheet_data(UUID(made["id"]), "archive"), []
    for _ in range(DRAWN + 2):
        begin = time.perf_counter()
        sign(render(data).pdf, datetime.now(UTC))
        took.append(time.perf_counter() - begin)
    with transaction() as session:
        size = session.exec(select(Sheet.size).where(Sheet.request_id == UUID(made["id"]))).one()
    one = spread(took[2:]) | {"kb": round(size / 1024, 1)}
    with worker_stopped():
        drawn = drawn_at_once(data, PRINTED)
    filing, sheets = file_many(port)
    together = {str(layout): merged(port, sheets, layout) for layout in Layout}
    return one, {"drawn_and_signed": drawn, "filed": filing, "merged": together}


def file_many(port: int) -> tuple[dict[str, float], list[str]]:
    """So many requests end at once: until Prefect has had the sheet of each drawn, signed and filed; the sheets."""
    ids = submit(port, PRINTED)
    settle()
    start = time.monotonic()
    withdraw(port, list(numbers_of(ids).values()), token_of(INITIATOR))
    settle(ids)
    took = time.monotonic() - start
    return {"sheets": PRINTED, "per_s": round(PRINTED / took, 1)}, filed(ids)


def wait_many(port: int, how_many: int) -> dict[str, Any]:
    """So many requests submitted and all their runs suspended: what they cost while they wait."""
    before, running = memory(), len(processes())
    start = time.monotonic()
    submit(port, how_many)
    settle()
    took = time.monotonic() - start
    time.sleep(5)
    after = memory()
    return {
        "requests": how_many,
        "seconds_until_all_wait": round(took, 1),
        "memory_mb": after,
        "more_mb": round(sum(after.values()) - sum(before.values()), 1),
        "more_processes": len(processes()) - running,
    }


def _suspended_at(request: str, since: float) -> float:
    """When the request's run was suspended after `since`, by Prefect's own time stamp."""
    with transaction() as session:
        run_id = session.get_one(Request, UUID(request)).flow_run_id
    assert run_id  # noqa: S101 - it has been carried out
    while True:
        state = prefect_runs.read_run(run_id).state
        if state and state.is_paused() and state.timestamp.timestamp() > since:
            return state.timestamp.timestamp()
        time.sleep(0.02)


def _until_up(port: int, call: Call) -> None:
    for _ in range(100):
        try:
            Line(port).ask("POST", call.path, "", call.body)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the floor does not answer")


if __name__ == "__main__":
    main()
