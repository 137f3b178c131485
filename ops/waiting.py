"""Waiting for something to be so, and saying where to look when it does not come."""

import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from ops.refused import CannotDo

LOG_LINES = 5


def wait_for(
    ready: Callable[[], bool],
    seconds: float,
    trouble: str,
    log: Path | None = None,
    alive: Callable[[], bool] = lambda: True,
) -> None:
    """Look ten times a second, for `seconds` or until nothing is `alive` that could make it so.

    Raises:
        CannotDo: `trouble`, with the end of the log.
    """
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end or not alive():
            raise CannotDo(trouble if log is None else f"{trouble}\n日志 {log} 的末尾：\n{_end_of(log)}")
        time.sleep(0.1)


def _end_of(log: Path) -> str:
    if not log.exists():
        return "(空)"
    with log.open(encoding="utf-8", errors="replace") as lines:
        return "".join(deque(lines, LOG_LINES))
