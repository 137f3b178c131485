"""The steps from a stopped installation to one that answers, each said in a line."""

import subprocess
import sys

from models.settings import ROOT, Settings
from ops import home, postgres
from ops.databases import ensure_databases
from ops.environment import environment
from ops.reachable import answers, is_free
from ops.refused import CannotDo
from ops.supervisor import Process, Supervisor
from ops.waiting import wait_for

READY_SECONDS = 180  # on a busy small machine, the first time
PORT_SECONDS = 5  # for what a killed supervisor left to be gone


def bring_up(own: Settings, supervisor: Supervisor, *, follow: bool) -> tuple[Process, str]:
    """Start everything and wait until it answers. Gives the supervisor's process and who can log in.

    Args:
        follow: the installation stops when this process dies.

    Raises:
        CannotDo: something did not come up; what did is still running.
    """
    check_ports(own)
    _say("数据库 …")
    if own.database_url is None:
        folder = own.data / "postgres"
        postgres.prepare(folder)
        home.write_private(own.data / "run" / "database_url", postgres.address(folder))
    process = supervisor.launch(follow=follow)
    ensure_databases(own.dsn, alive=lambda: process.poll() is None)
    supervisor.start("prefect")
    _say("数据表与组织机构 …")
    people = _up_to_date(own)
    supervisor.start("gateway")
    _say("Prefect 服务 …")
    _wait_for(supervisor, process, "prefect", own.prefect_port)
    supervisor.start("worker")
    _say("网关 …")
    _wait_for(supervisor, process, "gateway", own.port)
    return process, people


def check_ports(own: Settings) -> None:
    """Both ports must be free: two installations side by side have different ones.

    Raises:
        CannotDo: one is taken.
    """
    wanted = (("OA_PORT", own.host, own.port), ("OA_PREFECT_PORT", "127.0.0.1", own.prefect_port))
    for variable, host, port in wanted:
        trouble = f"端口 {port} 已被别的程序占用。请换一个，例如：{variable}={port + 1} ./oa up"
        wait_for(lambda host=host, port=port: is_free(host, port), PORT_SECONDS, trouble)  # type: ignore[misc]


def _up_to_date(own: Settings) -> str:
    program = [sys.executable, "-m", "ops.first_start"]
    done = subprocess.run(
        program,
        env=environment(own),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CannotDo("数据表或组织机构没有准备好，原因见上。")
    return done.stdout.strip()


def _wait_for(supervisor: Supervisor, process: Process, name: str, port: int) -> None:
    wait_for(
        lambda: answers(port, "/api/health"),
        READY_SECONDS,
        f"{name} 没有就绪。",
        log=supervisor.log(name),
        alive=lambda: process.poll() is None,
    )


def _say(step: str) -> None:
    print(step, flush=True)
