"""An installation in processes of its own, as the supervisor starts them, that a test can kill and start again."""

import os
import shlex
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from models.settings import ROOT, Settings
from ops.environment import environment
from ops.programs import programs
from ops.reachable import answers

PATIENCE = 60.0  # seconds; a busy machine is slow, a sound one never waits so long
START = 180.0  # seconds for programs to come up: theirs is a low priority, behind whatever else the machine does
LOOKS = 0.05  # seconds between two looks
Found = TypeVar("Found")


def eventually(look: Callable[[], Found | None], what: str, patience: float = PATIENCE) -> Found:
    """What `look` finds, as soon as it is something."""
    end = time.monotonic() + patience
    while not (found := look()):
        assert time.monotonic() < end, f"not within {patience:.0f} s: {what}"
        time.sleep(LOOKS)
    return found


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


class Stack:
    """Prefect server, gateway and worker on a PostgreSQL that is there already. `variables`: its OA_* settings."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = dict(variables)
        self.settings = Settings.model_validate(
            {name.removeprefix("OA_").lower(): value for name, value in variables.items()}
        )
        self._lines = {program.name: shlex.split(program.line) for program in programs(self.settings)}
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, *names: str) -> None:
        """Start programs: prefect, gateway, worker."""
        for name in names:
            with (self.settings.data / "log" / f"{name}.log").open("ab") as log:
                self._running[name] = subprocess.Popen(
                    self._lines[name],
                    env=environment(self.settings) | self.variables,
                    cwd=ROOT,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                )

    def ready(self) -> None:
        """Until gateway and Prefect answer; the worker looks for what is due when it comes."""
        for name, port in (("prefect", self.settings.prefect_port), ("gateway", self.settings.port)):
            if name in self._running:
                eventually(lambda port=port: answers(port, "/api/health"), f"{name} answers", START)  # type: ignore[misc]

    def stop(self, *names: str) -> None:
        for name in names:
            self._running[name].terminate()
        self._gone(names)

    def kill(self, *names: str) -> None:
        """kill -9: what was being done is cut off."""
        for name in names:
            self._running[name].kill()
        self._gone(names)

    def close(self) -> None:
        self.stop(*reversed(self._running))

    @contextmanager
    def without_worker(self) -> Iterator[None]:
        """The worker is there but does nothing, as on a machine that hangs."""
        self._running["worker"].send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._running["worker"].send_signal(signal.SIGCONT)

    def _gone(self, names: tuple[str, ...]) -> None:
        for name in names:
            self._running.pop(name).wait(PATIENCE)


def kill_process(pid: int) -> None:
    """kill -9 a child process of the worker."""
    assert b"forkserver" in Path(f"/proc/{pid}/cmdline").read_bytes()
    os.kill(pid, signal.SIGKILL)
