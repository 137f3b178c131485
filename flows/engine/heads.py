"""存证: each day's file of chain heads, made once and brought where the administrator says: a folder, a mailbox.

Every step of a day is harmless when repeated, and each run goes on where the last one stopped: missed days and what
could not be brought away are made good by the next.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from channels.mail import send_file
from flows.engine import trouble
from models.database import one_at_a_time, transaction
from models.day_heads import OVERLAP, day_heads
from models.heads import day_of, kept, name_of, write
from models.settings import settings
from printouts.filing.durable import keep

DAY = timedelta(days=1)
EVER = datetime(2000, 1, 1, tzinfo=UTC)  # nothing on record is older
MADE, FOLDER, MAIL = "生成", "文件夹", "邮件"


@flow(name="存证", log_prints=False)
def keep_heads() -> State:
    """每日链头：生成、存到指定的文件夹、发到指定的邮箱。"""
    return Completed(message=f"每日链头 {keep_due(datetime.now(UTC))} 份")


def keep_due(now: datetime) -> int:
    """Make the files of the days that are over, and bring them away; how many were made."""
    with transaction() as session:
        one_at_a_time(session, "daily heads")
        made = _tried(MADE, lambda: _make(now))
        here = settings()
        if here.heads_folder:
            _tried(FOLDER, lambda: _bring(FOLDER, str(here.heads_folder), _to_folder))
        if here.heads_mail:
            _tried(MAIL, lambda: _bring(MAIL, here.heads_mail or "", _to_mail))
    return made


def _tried(what: str, work: Callable[[], int]) -> int:
    """How many; an incident when it could not be done, closed when it could."""
    subject = trouble.subject_of("每日链头", what)
    try:
        done = work()
    except Exception as error:  # whatever keeps one way closed, the others are tried
        trouble.raise_incident(None, subject, trouble.HEADS, str(error))
        return 0
    trouble.close_incident(subject, trouble.HEADS)
    return done


def _make(now: datetime) -> int:
    made = 0
    for day in _days_due(now.astimezone(settings().zone).date()):
        before = _files()[-1:]
        last = before[0] if before else None
        lines = [kept(last.name, last.read_bytes()).line] if last else []
        with transaction() as session:
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            lines += day_heads(session, _begins(_day(last) + DAY) - OVERLAP if last else EVER, _begins(day + DAY))
        keep(settings().heads / name_of(day), write(lines))
        made += 1
    return made


def _days_due(today: date) -> Iterator[date]:
    """From the last one that has a file until yesterday; the first file is yesterday's, and covers all before."""
    files = _files()
    day = _day(files[-1]) + DAY if files else today - DAY
    while day < today:
        yield day
        day += DAY


def _bring(way: str, to: str, deliver: Callable[[Path, bytes], None]) -> int:
    """Each file that has not been brought there yet, the oldest first. What was brought once is not brought again."""
    brought = 0
    for file in _files():
        note = settings().heads / "brought" / f"{file.name}.{way}"
        if not note.exists() or note.read_text() != to:
            deliver(file, file.read_bytes())
            keep(note, to.encode())
            brought += 1
    return brought


def _to_folder(file: Path, content: bytes) -> None:
    folder = settings().heads_folder
    assert folder  # noqa: S101 - asked before
    if not folder.is_dir():
        raise FileNotFoundError(f"文件夹 {folder} 不在：请挂载或建立它（OA_HEADS_FOLDER）")
    there = folder / file.name
    if not there.exists():
        keep(there, content)
    elif there.read_bytes() != content:
        raise FileExistsError(f"{there} 已有，但与 {file} 不同：请查明哪一份被改动，移开后再试")


def _to_mail(file: Path, content: bytes) -> None:
    here = settings()
    if not here.smtp_host:
        raise ConnectionError("设了 OA_HEADS_MAIL，没有设邮件服务器 OA_SMTP_HOST")
    what = kept(file.name, content)
    told = f"附件是{here.organisation}办公审批记录的每日链头，请保存。\n\nSHA-256：{what.sha256}\n"
    send_file(here.heads_mail or "", f"每日链头 {_day(file)}", told, file.name, content)


def _files() -> list[Path]:
    folder = settings().heads
    return sorted(file for file in folder.glob("heads-*.csv") if day_of(file.name)) if folder.is_dir() else []


def _day(file: Path) -> date:
    day = day_of(file.name)
    assert day  # noqa: S101 - as found
    return day


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(0), settings().zone)
