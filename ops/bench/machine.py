"""The installation's processes: what memory they take, how many there are, and its worker held still."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil

from models.settings import settings


def memory() -> dict[str, float]:
    """Proportional memory of each program, in MB; children of the worker and of PostgreSQL counted with it."""
    figures: dict[str, float] = {}
    for process in processes():
        with suppress(psutil.NoSuchProcess):  # PostgreSQL's come and go
            name = _program(process)
            figures[name] = figures.get(name, 0) + process.memory_full_info().pss / 1e6
    return {name: round(size, 1) for name, size in sorted(figures.items())}


@contextmanager
def worker_stopped() -> Iterator[None]:
    """The worker and its children stand still."""
    workers = [process for process in processes() if _program(process) == "worker"]
    for process in workers:
        process.suspend()
    try:
        yield
    finally:
        for process in workers:
            process.resume()


def processes() -> list[psutil.Process]:
    """Everything that runs below the installation's supervisor."""
    supervisors = [
        each for each in psutil.process_iter(["cmdline"])
        if str(settings().data / "run" / "supervisor.conf") in (each.info["cmdline"] or [])
    ]  # fmt: skip
    return [child for each in supervisors for child in each.children(recursive=True)]


def _program(process: psutil.Process) -> str:
    try:
        words = " ".join(" ".join(each.cmdline()) for each in (process, *process.parents()))
    except psutil.NoSuchProcess:  # PostgreSQL's come and go
        return "gone"
    for name, sign in (("worker", "flows.engine.worker"), ("gateway", "gateway.app"), ("prefect server", "prefect")):
        if sign in words:
            return name
    return "postgresql" if "postgres" in words else "other"
