"""What must always hold (DESIGN.md §4), asked of the record itself. Constraints keep most of it; this looks whether.

I4's files and I7's flow runs are looked at by `ops/check.py`, which may know printouts and Prefect.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session, col, select

from models.broken import Broken
from models.chains import chains_broken
from models.courses import courses_broken
from models.papers import Sheet
from models.record import Request, Status

PATIENCE = timedelta(minutes=10)  # for what Prefect is to carry out or deliver, before it counts as stuck
CopiesDue = Callable[[Session, Request], list[str]]

# Each answers with (number, sentence). :late is the moment before which everything should have been done.
QUESTIONS = {
    "I1": """
        SELECT number, format('第 %s 条办理记录说有处理意见，但意见不在案或与记录不符', j.seq)
        FROM journal j JOIN request r ON r.id = j.request_id
        LEFT JOIN decision d ON d.request_id = j.request_id AND d.seq = j.seq
        WHERE j.act = 'decided' AND (d.work_item_id IS NULL OR
            (j.detail ->> 'person', j.detail ->> 'verdict', j.detail ->> 'opinion', j.detail -> 'fields')
            IS DISTINCT FROM (d.person, d.verdict, d.opinion, d.fields))
        UNION ALL
        SELECT number, format('%s 的处理意见没有对应的办理记录（第 %s 条）', d.person, d.seq)
        FROM decision d JOIN request r ON r.id = d.request_id
        LEFT JOIN journal j ON j.request_id = d.request_id AND j.seq = d.seq AND j.act IN ('decided', 'amended')
        WHERE j.seq IS NULL""",
    "I2": """
        SELECT number, format('%s 的待办状态是 %s，与有无处理意见不符', i.person, i.state)
        FROM work_item i JOIN request r ON r.id = i.request_id LEFT JOIN decision d ON d.work_item_id = i.id
        WHERE (i.state = 'decided') <> (d.work_item_id IS NOT NULL)""",
    "I3": """
        SELECT number, '停住了：没有待办，没有待执行的工作，也没有列为故障'
        FROM request r WHERE status = 'open' AND wake_seq <= carried_seq
        AND NOT EXISTS (SELECT FROM work_item i WHERE i.request_id = r.id AND i.state = 'open')
        AND NOT EXISTS (SELECT FROM incident x WHERE x.request_id = r.id AND x.closed_at IS NULL)""",
    "I6": """
        SELECT number, format('给 %s 的消息 %s 已过时限仍未送达，也没有列为故障', n.person, n.id)
        FROM notice n JOIN request r ON r.id = n.request_id
        WHERE n.delivery NOT IN ('delivered', 'overtaken') AND n.created_at < :late
        AND NOT EXISTS (SELECT FROM incident x WHERE x.closed_at IS NULL AND x.what = 'deliver'
            AND x.subject IN (r.number || ' ' || n.id, r.number || ' ' || n.work_item_id))
        UNION ALL
        SELECT number, format('%s 的待办没有通知', i.person)
        FROM work_item i JOIN request r ON r.id = i.request_id
        WHERE NOT EXISTS (SELECT FROM notice n WHERE n.work_item_id = i.id)
        AND NOT EXISTS (SELECT FROM decision d WHERE d.work_item_id = i.id AND d.verdict = 'carry')""",
    "I7": """
        SELECT number, '决定后已过时限，Prefect 仍未执行，也没有列为故障'
        FROM request r JOIN journal j ON j.request_id = r.id AND j.seq = r.wake_seq
        WHERE wake_seq > carried_seq AND j.at < :late
        AND NOT EXISTS (SELECT FROM incident x WHERE x.request_id = r.id AND x.closed_at IS NULL)""",
    "I8": """
        SELECT number, format('%s 的处理意见：%s', d.person, CASE
            WHEN i.id IS NULL THEN '没有对应的待办'
            WHEN i.person <> d.person THEN format('待办是 %s 的', i.person)
            WHEN p.account IS NULL THEN '处理人没有账号'
            ELSE '早于待办开启的时间' END)
        FROM decision d JOIN request r ON r.id = d.request_id
        LEFT JOIN work_item i ON i.id = d.work_item_id LEFT JOIN person p ON p.account = d.person
        WHERE i.id IS NULL OR i.person <> d.person OR p.account IS NULL OR d.decided_at < i.opened_at
        UNION ALL
        SELECT number, format('%s 的待办在 %s 手里，没有转办、移交或代理的记录', i.seat, i.person)
        FROM work_item i JOIN request r ON r.id = i.request_id
        WHERE i.person <> i.seat AND NOT EXISTS (SELECT FROM former_holder f WHERE f.work_item_id = i.id)
        AND NOT EXISTS (SELECT FROM delegation g WHERE (g.principal, g.delegate) = (i.acting_for, i.person))""",
    "I10": """
        SELECT format('%s-%s', prefix, year), format('编号不连续：共 %s 件，最大 %s，已发到 %s',
            coalesce(r.count, 0), coalesce(r.max, 0), coalesce(last, 0))
        FROM (SELECT prefix, year, count(*), min(serial), max(serial) FROM request GROUP BY prefix, year) r
        FULL JOIN counter USING (prefix, year)
        WHERE (coalesce(r.count, 0), coalesce(r.max, 0)) IS DISTINCT FROM (last::bigint, last)
        OR r.min <> 1""",
}


def broken(session: Session, copies_due: CopiesDue, now: datetime) -> list[Broken]:
    """Everything in the record that does not hold, in the order of the invariants.

    Args:
        session: best a REPEATABLE READ transaction: the questions must see one and the same record.
        copies_due: the copies that a request must have filed by now; a slip filed earlier need not be among them.
    """
    found = [
        Broken(name, subject, told)
        for name, question in QUESTIONS.items()
        for subject, told in session.execute(text(question), {"late": now - PATIENCE})
    ]
    found += [*_sheets_broken(session, copies_due), *chains_broken(session), *courses_broken(session)]
    return sorted(found, key=lambda each: (int(each.invariant[1:]), each.subject))


def _sheets_broken(session: Session, copies_due: CopiesDue) -> list[Broken]:
    """I4. A request is looked at once all its work has been carried out."""
    filed: dict[object, set[str]] = {}
    for request_id, copy in session.exec(select(Sheet.request_id, Sheet.copy_kind)):
        filed.setdefault(request_id, set()).add(copy)
    found = []
    for request in session.exec(select(Request).where(col(Request.carried_seq) >= col(Request.wake_seq))):
        missing = set(copies_due(session, request)) - filed.get(request.id, set())
        found += [Broken("I4", request.number, f"缺流程单 {copy}") for copy in sorted(missing)]
    early = select(Request.number).join(Sheet, col(Sheet.request_id) == Request.id)
    early = early.where(Request.status == Status.open, Sheet.copy_kind == "archive")
    return found + [Broken("I4", number, "尚未办结，却已有归档联") for number in session.exec(early)]
