"""The programs of an installation, and the supervisor's configuration for them.

The configuration names no path and no secret: programs are found on PATH and run in the project's folder, and
everything else comes by the environment (`ops.environment`).
"""

from dataclasses import dataclass
from pathlib import Path

from models.settings import Settings

KEPT_LOGS = "stdout_logfile_maxbytes=10MB\nstdout_logfile_backups=5"


@dataclass(frozen=True)
class Program:
    """One program; `parent_death` is the signal it gets when the supervisor itself is killed."""

    name: str
    title: str
    command: str
    order: int  # of starting; stopping goes the other way
    nice: int = 0  # people come first: what no one waits for at a page runs at lower priority
    at_once: bool = False  # starts with the supervisor, else when `oa up` says so
    stop: str = "TERM"
    stop_seconds: int = 10
    parent_death: str | None = "KILL"  # each of ours survives a kill -9; nothing then is in the next start's way

    @property
    def line(self) -> str:
        nice = f"nice -n {self.nice} " if self.nice else ""
        dies = f"setpriv --pdeathsig={self.parent_death} " if self.parent_death else ""
        return f"{nice}{dies}python {self.command}"


def programs(settings: Settings) -> list[Program]:
    """In the order in which they start."""
    postgres = Program(
        "postgres", "数据库", "-m ops.postgres", 1, at_once=True, stop="INT", stop_seconds=60, parent_death=None
    )  # it sets its own signal, after it has changed its user
    prefect = f"-m prefect server start --host 127.0.0.1 --port {settings.prefect_port}"
    listen = f"--host {settings.host} --port {settings.port} --workers {settings.gateways} --ws none"
    web = f"-m uvicorn gateway.app:app {listen} --no-access-log"
    own = [
        Program("prefect", "Prefect 服务", prefect, 2, nice=10),
        Program("gateway", "网关", f"{web} --no-server-header --no-proxy-headers --timeout-graceful-shutdown 5", 3),
        Program("worker", "流程执行", "-m flows.engine.worker", 4, nice=8),
    ]
    return own if settings.database_url else [postgres, *own]


def configuration(programs: list[Program], socket: Path) -> str:
    """supervisord's configuration file; logs go to the folder `log` beside the folder of this file."""
    sections = [
        "[supervisord]\nnodaemon=true\nsilent=true\nlogfile=%(here)s/../log/supervisor.log\nlogfile_maxbytes=1MB\n"
        "logfile_backups=3\npidfile=%(here)s/supervisor.pid\nminfds=1024",
        f"[unix_http_server]\nfile={socket}\nchmod=0600",
        "[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface",
    ]
    return "\n\n".join([*sections, *map(_section, programs)]) + "\n"


def _section(program: Program) -> str:
    return f"""[program:{program.name}]
command={program.line}
priority={program.order}
autostart={str(program.at_once).lower()}
autorestart=true
startsecs=5
startretries=1000000
stopsignal={program.stop}
stopwaitsecs={program.stop_seconds}
killasgroup=true
redirect_stderr=true
stdout_logfile=%(here)s/../log/{program.name}.log
{KEPT_LOGS}"""
