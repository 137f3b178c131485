"""I5: the chain of every request's journal verifies, gapless, and ends where the request says. Read as a stream."""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from sqlalchemy import text
from sqlmodel import Session

from models.broken import Broken
from models.journal import START, Entry, first_break

AT_A_TIME = 2000  # entries fetched
CHAINS = text("""
    SELECT r.id::text, r.number, r.seq, r.head, j.seq, j.at, j.actor, j.act, j.detail, j.previous, j.hash
    FROM request r LEFT JOIN journal j ON j.request_id = r.id ORDER BY r.id, j.seq
""")


def chains_broken(session: Session) -> Iterator[Broken]:
    rows = session.execute(CHAINS, execution_options={"yield_per": AT_A_TIME})
    for (request_id, number, seq, head), chain in groupby(rows, itemgetter(0, 1, 2, 3)):
        entries = [Entry(*row[4:]) for row in chain if row[4] is not None]
        bad = first_break(request_id, entries)
        last = (entries[-1].seq, entries[-1].hash) if entries else (0, START)
        if bad is not None:
            yield Broken("I5", number, f"办理记录从第 {bad} 条起对不上，可能被改动")
        elif not entries or last != (seq, head):
            yield Broken("I5", number, f"办理记录到第 {last[0]} 条为止，申请单上记的是第 {seq} 条")
