"""Sending many requests at once, with as little work as possible on this side: one kept connection a thread."""

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from statistics import quantiles
from typing import Any

from ops.token import new_token

KEPT = 3.0  # seconds; uvicorn closes a connection that has been idle for five


@dataclass(frozen=True)
class Call:
    """One POST: as whom, where to, what."""

    token: str
    path: str
    body: dict[str, Any]


class Line:
    """A kept connection to one server."""

    def __init__(self, port: int) -> None:
        self._http, self._used = http.client.HTTPConnection("127.0.0.1", port, timeout=60), time.monotonic()

    def ask(self, method: str, path: str, token: str = "", body: dict[str, Any] | None = None) -> Any:
        """The answer's JSON.

        Raises:
            RuntimeError: anything but success.
        """
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        if time.monotonic() - self._used > KEPT:
            self._http.close()  # the next request opens it anew
        self._http.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = self._http.getresponse()
        text, self._used = answer.read(), time.monotonic()
        if answer.status >= http.client.BAD_REQUEST:
            raise RuntimeError(f"{method} {path}: {answer.status} {text.decode()}")
        return json.loads(text)


def send_all(port: int, calls: Sequence[Call], concurrency: int) -> float:
    """Send all, so many at a time; how many a second were answered with success.

    Raises:
        RuntimeError: one was refused.
    """
    waiting: SimpleQueue[Call] = SimpleQueue()
    for call in calls:
        waiting.put(call)
    failures: list[Exception] = []

    def work() -> None:
        line = Line(port)
        try:
            for call in _until_empty(waiting):
                line.ask("POST", call.path, call.token, call.body)
        except Exception as failure:
            failures.append(failure)

    threads = [threading.Thread(target=work) for _ in range(concurrency)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return len(calls) / (time.perf_counter() - start)


def spread(seconds: Iterable[float]) -> dict[str, float]:
    """p50 and p95 in milliseconds."""
    cuts = quantiles(sorted(seconds), n=20, method="inclusive")
    return {"p50_ms": round(cuts[9] * 1000, 1), "p95_ms": round(cuts[18] * 1000, 1)}


def tokens() -> Callable[[str], str]:
    """A token for each account, made once."""
    known: dict[str, str] = {}

    def token_of(account: str) -> str:
        if account not in known:
            known[account] = new_token(account)
        return known[account]

    return token_of


def _until_empty(queue: SimpleQueue[Call]) -> Iterator[Call]:
    while True:
        try:
            yield queue.get_nowait()
        except Empty:
            return
