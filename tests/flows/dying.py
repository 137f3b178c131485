"""A program whose children file and sign like a worker's, and die by SIGKILL at a point of the way (one job a line).

Run as `python -m tests.flows.dying`; a job is JSON: what to do (`file`, `sign`), about what, and where to die or what
the disk allows. Each is answered by a line: the child's exit status as `os.waitstatus_to_exitcode` gives it.
"""

import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from types import ModuleType
from typing import Any
from uuid import UUID

from flows.engine import filing, kind, late_signing
from printouts.drawing.render import render
from printouts.signing.sign import sign
from tests.printouts.office import LEAVE

FULL = 1000  # bytes that a file may grow to when the disk is full
READY = (kind.kinds(), sign(render(LEAVE).pdf, datetime.now(UTC)))  # before the fork: the first one takes a second


def die(*_: object, **__: object) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def before(module: ModuleType, name: str) -> None:
    setattr(module, name, die)


def after(module: ModuleType, name: str) -> None:
    whole: Callable[..., Any] = getattr(module, name)

    def dies(*given: Any, **named: Any) -> None:
        whole(*given, **named)
        die()

    setattr(module, name, dies)


POINTS: dict[str, dict[str, Callable[[], None]]] = {
    "file": {
        "drawn": lambda: after(filing, "render"),
        "signed": lambda: after(filing, "sign"),
        "half written": lambda: before(os, "fsync"),
        "written": lambda: before(os, "rename"),
        "renamed": lambda: after(os, "rename"),
        "recorded": lambda: after(filing, "file_sheet"),
        "committed": lambda: before(filing, "settled"),
    },
    "sign": {
        "signed": lambda: after(late_signing, "sign"),
        "written": lambda: before(os, "rename"),
        "renamed": lambda: after(os, "rename"),
        "recorded": lambda: after(late_signing, "keep_signature"),
        "committed": lambda: before(late_signing, "settled"),
    },
}


def work(job: dict[str, str]) -> None:
    if job.get("disk") == "full":
        resource.setrlimit(resource.RLIMIT_FSIZE, (FULL, FULL))
    if point := job.get("dies"):
        POINTS[job["do"]][point]()
    if job["do"] == "file":
        filing.draw_and_file(UUID(job["about"]), "archive")
    else:
        late_signing.sign_later.fn(UUID(job["about"]), "")


def main() -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            os.dup2(2, 1)
            work(json.loads(line))
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
