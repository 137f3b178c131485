"""The chain of a request's journal: which entry is the first that is not as it was written (I5)."""

from collections.abc import Iterator, Mapping, Sequence, Sized
from datetime import datetime

from models.finding import Finding
from models.journal import START, Entry, first_break, fits
from printouts.evidence.sections import JOURNAL, Record, Row, of_request

Known = Mapping[int, str]  # hashes of entries, by seq, as filed sheets and daily heads have them


def broken_chain(record: Record, known: Known) -> Iterator[Finding]:
    """Nothing, or the one finding that says where it breaks.

    Args:
        known: tells which of two is wrong where the journal and the request alone could not.
    """
    request, rows = record["request"], record["journal"]
    entries = [entry_of(row) for row in rows]
    if (bad := first_break(request["id"], entries)) is not None:
        yield _break(record, entries, bad)
    elif not entries:
        yield JOURNAL.finding(record, {"seq": 1}, f"缺失：申请单上记到第 {request['seq']} 条，办理记录一条也没有")
    elif (entries[-1].seq, entries[-1].hash) != (request["seq"], request["head"]):
        yield _end(record, entries, known)


def trusted(record: Record) -> list[Row]:
    """The entries before the first break."""
    rows: list[Row] = list(record["journal"])
    bad = first_break(record["request"]["id"], [entry_of(row) for row in rows])
    return rows if bad is None else rows[: bad - 1]


def behind_the_break(record: Record, entries: Sized, seq: int) -> bool:
    """Whether nothing that can be believed is said about that entry; `entries`: those that can."""
    return seq > len(entries) and len(entries) < len(record["journal"])


def entry_of(row: Row) -> Entry:
    return Entry(**{**row, "at": datetime.fromisoformat(row["at"])})


def _break(record: Record, entries: Sequence[Entry], bad: int) -> Finding:
    entry, before = entries[bad - 1], entries[bad - 2] if bad > 1 else None
    if entry.seq != bad:
        return JOURNAL.finding(record, {"seq": bad}, "缺失：被删除，或被移到别处")
    if not fits(record["request"]["id"], entry):
        return JOURNAL.finding(record, {"seq": bad}, "内容与它的哈希不符：被改动")
    if before is None:
        return JOURNAL.finding(record, {"seq": bad}, f"第一条应接在「{START}」之后：被改动")
    return JOURNAL.finding(record, {"seq": bad - 1}, "下一条不接在它之后：被改动并重算了哈希")


def _end(record: Record, entries: Sequence[Entry], known: Known) -> Finding:
    last, seq, head = entries[-1], record["request"]["seq"], record["request"]["head"]
    if last.hash == head:
        return of_request(record, f"seq 是 {seq}，办理记录到第 {last.seq} 条：被改动")
    if seq > last.seq:
        return JOURNAL.finding(record, {"seq": last.seq + 1}, f"缺失：申请单上记到第 {seq} 条，末尾被删除")
    if seq < last.seq and seq > 0 and entries[seq - 1].hash == head:
        return JOURNAL.finding(record, {"seq": seq + 1}, f"多出：申请单上记到第 {seq} 条，此后是插入的")
    if seq < last.seq or known.get(last.seq) == last.hash:
        return of_request(record, f"head 不是办理记录第 {seq} 条的哈希：被改动")
    return JOURNAL.finding(record, {"seq": last.seq}, "申请单的 head 不是它的哈希：此条被改动并重算，或 head 被改动")
