"""`oa up` and `oa down`: everything of an installation, until Ctrl-C; or, detached, until `oa down`."""

import argparse
import fcntl
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from models.settings import settings
from ops import home
from ops.bring_up import bring_up
from ops.refused import CannotDo
from ops.supervisor import Process, Supervisor

STOPPED = "平台已停止。"


def main(args: Sequence[str]) -> int:
    parser = argparse.ArgumentParser("oa up", description="启动整个平台（Ctrl-C 停止）")
    parser.add_argument("--detach", action="store_true", help="就绪后返回，平台在后台运行，用 oa down 停止")
    detach: bool = parser.parse_args(args).detach
    own = settings()
    supervisor = Supervisor(own)
    if supervisor.runs():
        print(f"平台已在运行：{own.address}（数据文件夹 {own.data}）")
        return 0
    home.prepare(own.data)
    with _one_at_a_time(own.data / "run" / "up.lock"), _stopped_together(supervisor):
        process, people = bring_up(own, supervisor, follow=not detach)
        print(f"平台已就绪：{own.address}\n{people}", flush=True)
        return 0 if detach else _stay(process)
    return 0  # after Ctrl-C


def down(args: Sequence[str]) -> int:
    argparse.ArgumentParser("oa down", description="停止平台").parse_args(args)
    supervisor = Supervisor(settings())
    if supervisor.runs():
        supervisor.shut_down()
    print(STOPPED)
    return 0


def _stay(process: Process) -> int:
    """Until somebody else stops the installation."""
    if process.wait():
        raise CannotDo("进程管理器意外终止，各程序已随之停止。再次运行 ./oa up 即可恢复。")
    print(STOPPED)
    return 0


@contextmanager
def _stopped_together(supervisor: Supervisor) -> Iterator[None]:
    """Whatever ends this (Ctrl-C, a signal, a step that failed) stops the installation too."""
    signal.signal(signal.SIGTERM, _as_ctrl_c)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # under nohup it is
        signal.signal(signal.SIGHUP, _as_ctrl_c)
    try:
        yield
    except BaseException as ended:
        for each in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(each, signal.SIG_IGN)  # once is enough
        if supervisor.runs():
            print("正在停止 …", flush=True)
            supervisor.shut_down()
        if not isinstance(ended, KeyboardInterrupt):
            raise
        print(STOPPED)


def _as_ctrl_c(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@contextmanager
def _one_at_a_time(lock: Path) -> Iterator[None]:
    """Two `oa up` on one OA_HOME at the same moment: the second is refused. Released by the kernel at death."""
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotDo("另一个 ./oa up 正在这个数据文件夹上启动。") from None
        yield
