"""`oa check`: whether everything that must always hold does (DESIGN.md §4), and what waits for the administrator."""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlmodel import Session, col, select

from flows.engine.filing import due_copies
from flows.engine.incidents import advice, open_incidents
from flows.engine.kind import kinds
from models.broken import Broken
from models.invariants import broken
from models.messages import Incident
from models.papers import Sheet
from models.record import Request, Status
from models.settings import settings
from ops.check_runs import disagreements
from ops.greeting import TRIAL
from ops.record import open_record
from printouts.drawing.fonts import lacking
from printouts.filing.archive_check import Fault, verify
from printouts.signing.keys import signing_key
from printouts.signing.sign import KeyAway, only_for_trial

INVARIANTS = {
    "I1": "处理意见都在案，与办理记录一致",
    "I2": "一个待办至多一条处理意见",
    "I3": "没有停住的申请",
    "I4": "办结的申请流程单齐全，文件无损",
    "I5": "办理记录链完整、连续",
    "I6": "消息都已送达",
    "I7": "Prefect 与记录一致",
    "I8": "处理人当时有权处理",
    "I9": "按随申请保存的流程办理",
    "I10": "编号连续、不重复",
}
SHOWN = 10  # findings of one invariant


def main(args: Sequence[str]) -> int:
    """Print the table; 0 when everything holds and nothing is open, else 1."""
    argparse.ArgumentParser("oa check", description="核对全部记录").parse_args(args)
    now = datetime.now(UTC)
    with open_record() as session:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})  # one record for all questions
        found = faults(session, now)
        incidents = open_incidents(session)
        count = len(session.exec(select(Request.id)).all())
    found = [*disagreements(), *found]  # that Prefect is away explains what it has not done
    print(table(found, incidents, count), *lacking(), certificate(now), sep="\n")
    return 1 if found or incidents else 0


def certificate(now: datetime) -> str:
    """What sheets are signed with, and until when."""
    if only_for_trial():
        return TRIAL
    try:
        key = signing_key(now)
    except KeyAway as away:
        return f"签名证书用不了，流程单待补签：{away}"
    until = key.certificate.not_valid_after_utc.astimezone(settings().zone)
    return f"签名证书：「{key.subject}」，有效期至 {until:%Y-%m-%d}。"


def faults(session: Session, now: datetime) -> list[Broken]:
    """What the record and the archive show."""
    damaged = {finding.path for finding in verify(session, now) if finding.fault is Fault.damaged}
    return broken(session, copies_due, now) + _damaged_sheets(session, damaged)


def table(found: Sequence[Broken], incidents: Sequence[Incident], count: int) -> str:
    """A line for each invariant, its findings below it, then the open incidents and what to do."""
    lines = [f"核对 {count} 件申请："]
    for name, says in INVARIANTS.items():
        mine = [each for each in found if each.invariant == name]
        lines.append(f"  {'✗' if mine else '✓'} {name:<4}{says}")
        lines += [f"      {each.subject} {each.told}" for each in mine[:SHOWN]]
        lines += [f"      …… 共 {len(mine)} 处"] if len(mine) > SHOWN else []
    lines.append(f"未解决的故障：{len(incidents)} 件")
    for each in incidents:
        since = each.since.astimezone(settings().zone)
        told = f"{each.subject}（{each.what}，{since:%Y-%m-%d %H:%M} 起，已试 {each.tries} 次）"
        error = str(each.detail.get("error", ""))[:200]
        lines += [f"  ! {told} {error}".rstrip(), f"      {advice(each.what)}"]
    return "\n".join(lines)


def copies_due(session: Session, request: Request) -> list[str]:
    copies = kinds()[request.kind].copies
    if all(copy.after_step is None for copy in copies):  # as most are: no need to ask which steps were agreed to
        return [copy.key for copy in copies if request.status is not Status.open]
    return [copy.key for copy in due_copies(session, request)]


def _damaged_sheets(session: Session, paths: set[str]) -> list[Broken]:
    rows = select(Request.number, Sheet.path).join(Sheet, col(Sheet.request_id) == Request.id)
    told = "文件缺失或已损坏，请从备份恢复"
    return [Broken("I4", number, f"{path} {told}") for number, path in session.exec(rows) if path in paths]
