"""The supervisor (supervisord) of an installation: start it, ask it, stop it. It restarts what dies."""

import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any
from xmlrpc.client import Fault, ProtocolError, ServerProxy

from supervisor.xmlrpc import SupervisorTransport

from models.settings import ROOT, Settings
from ops import home, sockets
from ops.environment import environment
from ops.programs import configuration, programs
from ops.refused import CannotDo
from ops.waiting import wait_for

SOCKET_NAME = "supervisor.sock"
ANSWER_SECONDS = 15
STOP_SECONDS = 120
Process = subprocess.Popen[bytes]


class Supervisor:
    """The supervisor of the installation in `settings.data`, whether it runs or not."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.run = settings.data / "run"
        self.socket = sockets.socket_folder(self.run, SOCKET_NAME) / SOCKET_NAME

    def runs(self) -> bool:
        """Whether it answers. A socket left by one that was killed does not."""
        return self._states() is not None

    def states(self) -> dict[str, str]:
        """State of each program in supervisord's words (RUNNING, BACKOFF …); empty when it does not run."""
        return {each["name"]: each["statename"] for each in self._states() or []}

    def pids(self) -> dict[str, int]:
        """Process number of each program that runs."""
        return {each["name"]: each["pid"] for each in self._states() or [] if each["pid"]}

    def launch(self, *, follow: bool) -> Process:
        """Start it with a fresh configuration. `follow`: it stops when this process dies."""
        home.closed_folder(self.socket.parent)
        config = self.run / "supervisor.conf"
        home.write_private(config, configuration(programs(self.settings), self.socket))
        command = [sys.executable, "-m", "supervisor.supervisord", "-c", str(config)]
        with self.log("supervisor.out").open("ab") as log:
            process = subprocess.Popen(
                ["setpriv", "--pdeathsig=TERM", *command] if follow else command,
                cwd=ROOT,
                env=environment(self.settings),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C goes to `oa up`, which passes it on once
            )
        try:
            self._await_answer(process)
        except BaseException:
            process.terminate()
            raise
        return process

    def start(self, name: str) -> None:
        try:
            self._calls.startProcess(name, False)
        except Fault as fault:
            raise CannotDo(f"无法启动 {name}: {fault.faultString}") from None

    def shut_down(self) -> None:
        """Stop the programs in reverse order of their start, then itself; returns when it is gone."""
        with suppress(Fault):  # told so already
            self._calls.shutdown()
        wait_for(lambda: not self.runs(), STOP_SECONDS, "有程序停不下来。", self.log("supervisor"))

    def log(self, name: str) -> Path:
        return self.settings.data / "log" / f"{name}.log"

    def _await_answer(self, process: Process) -> None:
        trouble = "进程管理器没有就绪。"
        wait_for(self.runs, ANSWER_SECONDS, trouble, self.log("supervisor"), alive=lambda: process.poll() is None)

    @property
    def _calls(self) -> Any:
        transport = SupervisorTransport(None, None, f"unix://{self.socket}")
        return ServerProxy("http://supervisor", transport=transport).supervisor

    def _states(self) -> list[Any] | None:
        """None: nobody answers."""
        try:
            found: list[Any] = self._calls.getAllProcessInfo()
        except Fault:  # it is about to stop
            return []
        except (OSError, ProtocolError):
            return None
        return found
