"""Paper: many sheets drawn and signed by two processes, filed by the worker, and merged for the clerk's printer."""

import http.client
import io
import multiprocessing
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pikepdf
import psutil
from sqlmodel import Session, col, select

from models.archive import Layout
from models.database import engine, transaction
from models.jobs import Job
from models.papers import Sheet, new_code
from ops.bench.load import Line
from ops.token import new_token
from printouts.drawing.render import render
from printouts.gathering.sheet import SheetData
from printouts.printing.prints import print_of
from printouts.signing.sign import sign

CLERK, WORKERS, PATIENCE = "T1029", 2, 300
Drawn = tuple[int, float, int]  # the process, its memory in MB, bytes of the signed sheet


def drawn_at_once(data: SheetData, how_many: int) -> dict[str, Any]:
    """One usual sheet drawn and signed so many times, each with a code of its own, by two processes that are warm.

    Their memory is compared between a tenth of the way and the end.
    """
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(WORKERS, mp_context=fresh) as pool:
        list(pool.map(_draw, [data] * 4 * WORKERS))
        start = time.perf_counter()
        made = list(pool.map(_draw, (replace(data, code=new_code()) for _ in range(how_many))))
        took = time.perf_counter() - start
    early, late = _memory(made[: how_many // 10]), _memory(made[-how_many // 10 :])
    return {
        "sheets": how_many,
        "per_s": round(how_many / took, 1),
        "kb": round(sum(size for *_, size in made) / how_many / 1024, 1),
        "memory_mb_early": early,
        "memory_mb_late": late,
    }


def filed(requests: Sequence[str]) -> list[str]:
    """The ids of these requests' archive sheets."""
    mine = col(Sheet.request_id).in_([UUID(each) for each in requests])
    with transaction() as session:
        return [str(each) for each in session.exec(select(Sheet.id).where(mine, Sheet.copy_kind == "archive"))]


def merged(port: int, sheets: Sequence[str], layout: Layout) -> dict[str, Any]:
    """The clerk has these sheets printed together: from the click until the PDF is there and every copy is numbered."""
    start = time.perf_counter()
    job = _have_printed(port, sheets, layout)
    while (state := _state(job)).finished_at is None:
        if time.perf_counter() - start > PATIENCE:
            raise TimeoutError("the print was not finished")
        time.sleep(0.05)
    took = time.perf_counter() - start
    path = print_of(job)
    if state.failed or path is None:
        raise RuntimeError("\n".join(state.told))
    with pikepdf.open(io.BytesIO(path.read_bytes())) as pdf:
        pages = len(pdf.pages)
    return {"sheets": len(sheets), "seconds": round(took, 1), "pages": pages, "mb": round(path.stat().st_size / 1e6, 1)}


def withdraw(port: int, numbers: Sequence[str], token: str) -> None:
    """The quickest way to many outcomes, each with a sheet."""
    line = Line(port)
    for number in numbers:
        line.ask("POST", f"/api/requests/{number}/withdraw", token, {"reason": "改期"})


def _draw(data: SheetData) -> Drawn:
    process = psutil.Process()
    pdf = sign(render(data).pdf, datetime.now(UTC)).pdf
    return process.pid, process.memory_info().rss / 1e6, len(pdf)


def _memory(made: Sequence[Drawn]) -> float:
    """Of the processes together, the most that each had."""
    most: dict[int, float] = {}
    for pid, memory, _ in made:
        most[pid] = max(memory, most.get(pid, 0))
    return round(sum(most.values()), 1)


def _have_printed(port: int, sheets: Sequence[str], layout: Layout) -> UUID:
    server = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {
        "Authorization": f"Bearer {new_token(CLERK)}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    server.request(
        "POST", "/desk", urlencode({f"item.{each}": "true" for each in sheets} | {"layout": layout}), headers
    )
    answer = server.getresponse()
    if answer.status != http.client.SEE_OTHER:
        raise RuntimeError(f"POST /desk: {answer.status} {answer.read().decode()[:500]}")
    return UUID(answer.headers["Location"].rsplit("/", 1)[1])


def _state(job: UUID) -> Job:
    with Session(engine()) as session:
        return session.get_one(Job, job)
