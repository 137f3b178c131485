"""`oa verify`: whether the record and the papers are what was written: nothing changed, removed or put in since."""

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from models.finding import Finding
from models.settings import settings
from ops.record import open_record
from ops.refused import CannotDo
from ops.verifying import Counted, findings

ADVICE = {
    "journal": "办理记录只增不改：请保全现场，从备份找回这一行核对。",
    "signature": "请从备份恢复签名的文件或它的登记，再核对一次。",
    "sheet": "请从备份恢复这份流程单或它的登记，再核对一次。",
    "attachment": "请从备份恢复这个附件，再核对一次。",
    "heads": "请与异地保存的每日链头核对，查明谁动过它。",
    "file": "可以删除。",
}
OTHERWISE = "请与备份和归档的流程单核对，查明谁动过数据库。"
NOUNS = ("件申请", "条办理记录", "份流程单", "个签名", "个附件")  # of what was looked at, in that order


def main(args: Sequence[str]) -> int:
    """Print each finding as it is found, then a line that sums up; 0 when nothing is wrong, else 1."""
    parser = argparse.ArgumentParser("oa verify", description="核对记录和归档的文件有没有被改动")
    parser.add_argument("--json", action="store_true", help="每行一个 JSON 对象，最后一行是小结")
    parser.add_argument("--heads", type=Path, metavar="FOLDER", help="每日链头所在的文件夹，默认 OA_HEADS_FOLDER")
    asked = parser.parse_args(args)
    heads = _heads(asked.heads)
    tell, sum_up = (_tell_json, _sum_up_json) if asked.json else (_tell, _sum_up)
    began, counted, bad = time.monotonic(), Counted(), 0
    with open_record() as session:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})  # one record for all questions
        for finding in findings(session, counted, datetime.now(UTC), heads):
            bad += not finding.harmless
            print(tell(finding), flush=True)
    print(sum_up(counted, bad, time.monotonic() - began))
    return 1 if bad else 0


def _heads(asked: Path | None) -> Path:
    """Where the daily heads are looked for; without a setting, those that we have kept ourselves.

    Raises:
        CannotDo: there is no such folder.
    """
    folder = asked or settings().heads_folder
    if folder and not folder.is_dir():
        raise CannotDo(f"没有文件夹 {folder}。请挂载它，或用 --heads 指明每日链头所在的文件夹。")
    return folder or settings().heads


def _tell(finding: Finding) -> str:
    mark = "·" if finding.harmless else "✗"
    return f"{mark} {finding.table} {finding.row}：{finding.told}。{_advice(finding)}"


def _sum_up(counted: Counted, bad: int, seconds: float) -> str:
    looked = "、".join(f"{count} {noun}" for count, noun in zip(counted.counts.values(), NOUNS, strict=True))
    return f"核对了 {looked}，用时 {seconds:.1f} 秒：{f'{bad} 处不符' if bad else '没有发现改动'}。"


def _tell_json(finding: Finding) -> str:
    return json.dumps({**asdict(finding), "advice": _advice(finding)}, ensure_ascii=False)


def _sum_up_json(counted: Counted, bad: int, seconds: float) -> str:
    return json.dumps({"looked_at": counted.counts, "bad": bad, "seconds": round(seconds, 3)})


def _advice(finding: Finding) -> str:
    return ADVICE.get(finding.table, OTHERWISE)
