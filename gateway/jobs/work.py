"""Doing long work while its page watches: in a thread of the process that was asked, its progress in the record."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, update

from models.database import transaction
from models.jobs import Job
from models.refusals import NotYours, Refusal

TOLD_EVERY = 0.2  # seconds between two notes of progress
SILENT_TOO_LONG = timedelta(minutes=1)
LOST = "执行它的进程中断了，没有完成。请重新提交。"
log = logging.getLogger("oa.gateway")
Progress = Callable[[int, int], None]


def begin(session: Session, account: str, title: str, now: datetime) -> Job:
    job = Job(account=account, title=title[:200], started_at=now, seen_at=now)
    session.add(job)
    session.flush()
    return job


def carry_out(job: UUID, work: Callable[[Progress], list[str]]) -> None:
    """Do it and note how it ended; the sentences that `work` gives are its result.

    `work` raises Refusal for what its owner can mend; anything else is logged and told as a failure of ours.
    """
    try:
        told, failed = work(_noting(job)), False
    except Refusal as refusal:
        told, failed = refusal.message.split("\n"), True
    except Exception:
        log.exception("job failed: %s", job)
        told, failed = ["系统内部出错，没有完成。请稍后重试；如仍不行，请查看网关日志。"], True
    _change(job, told=told, failed=failed, finished_at=datetime.now(UTC))


def job_of(session: Session, account: str, key: UUID, now: datetime) -> Job:
    """A person's own job; one that has been silent too long is told as lost. Raises NotYours."""
    job = session.get(Job, key)
    if job is None or job.account != account:
        raise NotYours
    if job.finished_at is None and now - job.seen_at > SILENT_TOO_LONG:
        job.told, job.failed, job.finished_at = [LOST], True, now
    return job


def _noting(job: UUID) -> Progress:
    last = 0.0

    def note(done: int, total: int) -> None:
        nonlocal last
        if done == total or monotonic() - last > TOLD_EVERY:
            last = monotonic()
            _change(job, done=done, total=total)

    return note


def _change(job: UUID, **values: Any) -> None:
    """In a transaction of its own: seen while the work's own is still going on."""
    with transaction() as session:
        session.execute(update(Job).where(col(Job.id) == job).values(seen_at=datetime.now(UTC), **values))
