"""Lines of a day's file of chain heads, held against the record as it is now."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from models.finding import Finding
from models.heads import Line, What

AT_A_TIME = 1000  # lines looked up together

CHAINS = """
    SELECT q.subject, q.count, q.hash, r.number, j.hash, (SELECT max(seq) FROM journal l WHERE l.request_id = r.id)
    FROM unnest(CAST(:subjects AS text[]), CAST(:counts AS int[]), CAST(:hashes AS text[])) q(subject, count, hash)
    LEFT JOIN request r ON r.number = q.subject LEFT JOIN journal j ON (j.request_id, j.seq) = (r.id, q.count)
    WHERE j.hash IS DISTINCT FROM q.hash ORDER BY 1"""
SHEETS = """
    SELECT q.subject, q.hash, f.sha256 FROM unnest(CAST(:subjects AS text[]), CAST(:hashes AS text[])) q(subject, hash)
    LEFT JOIN (request r JOIN sheet s ON s.request_id = r.id)
        ON (r.number, s.copy_kind) = (split_part(q.subject, ' ', 1), split_part(q.subject, ' ', 2))
    LEFT JOIN {table} f ON f.{key} = s.id WHERE f.sha256 IS DISTINCT FROM q.hash ORDER BY 1"""
NUMBERS = """
    SELECT q.subject, q.count, coalesce(max(r.serial), 0)
    FROM unnest(CAST(:subjects AS text[]), CAST(:counts AS int[])) q(subject, count)
    LEFT JOIN request r ON r.prefix || '-' || r.year = q.subject
    GROUP BY q.subject, q.count HAVING coalesce(max(r.serial), 0) < q.count ORDER BY 1"""


def held_against(session: Session, name: str, lines: Sequence[Line]) -> Iterator[Finding]:
    """What is not any more as the file called `name` says."""
    for what, check in CHECKS.items():
        mine = [line for line in lines if line.what is what]
        for start in range(0, len(mine), AT_A_TIME):
            yield from check(session, name, mine[start : start + AT_A_TIME])


def _chains(session: Session, name: str, lines: Sequence[Line]) -> Iterator[Finding]:
    for number, seq, _, there, digest, last in _asked(session, CHAINS, lines):
        if there is None:
            yield Finding("request", number, f"缺失：{name} 里有它，被删除或改号")
        elif digest is None:
            yield Finding("journal", f"{number} seq={(last or 0) + 1}", f"缺失：{name} 记到第 {seq} 条，末尾被删除")
        else:
            yield Finding("journal", f"{number} seq={seq}", f"哈希与 {name} 所记的不符：这一条或以前的被改动并重算")


def _numbers(session: Session, name: str, lines: Sequence[Line]) -> Iterator[Finding]:
    for subject, given, last in _asked(session, NUMBERS, lines):
        told = f"缺失：{name} 记着已发到 {given}，在案的最大编号是 {last}"
        yield Finding("request", f"{subject}-{last + 1:06}", told)


def _files(table: str, key: str) -> Callable[[Session, str, Sequence[Line]], Iterator[Finding]]:
    def check(session: Session, name: str, lines: Sequence[Line]) -> Iterator[Finding]:
        for subject, _, digest in _asked(session, SHEETS.format(table=table, key=key), lines):
            told = f"缺失：{name} 里有它，被删除" if digest is None else f"SHA-256 与 {name} 所记的不符：被调换"
            yield Finding(table, subject, told)

    return check


CHECKS = {
    What.chain: _chains,
    What.sheet: _files("sheet", "id"),
    What.signature: _files("signature", "sheet_id"),
    What.numbers: _numbers,
}


def _asked(session: Session, question: str, lines: Sequence[Line]) -> Any:
    columns = {
        "subjects": [line.subject for line in lines],
        "counts": [line.count for line in lines],
        "hashes": [line.hash for line in lines],
    }
    return session.execute(text(question), {name: each for name, each in columns.items() if f":{name}" in question})
