"""Numbers that must be gapless (I10): of requests, of printed copies, of archive items; and sheets filed twice."""

from collections.abc import Iterator

from sqlalchemy import text
from sqlmodel import Session

from models.finding import Finding

# Each answers with (row, sentence), the first bad one first.
QUESTIONS = {
    "request": """
        WITH given AS (
            SELECT prefix, year, serial, lag(serial, 1, 0) OVER (PARTITION BY prefix, year ORDER BY serial) AS before
            FROM request
            UNION ALL
            SELECT prefix, year, last + 1, (SELECT coalesce(max(serial), 0) FROM request r
                WHERE (r.prefix, r.year) = (c.prefix, c.year)) FROM counter c)
        SELECT format('%s-%s-%s', prefix, year, lpad((before + 1)::text, 6, '0')),
            format('缺失：编号 %s 至 %s 没有申请单，被删除或改号', before + 1, serial - 1)
        FROM given WHERE serial > before + 1 ORDER BY 1""",
    "counter": """
        SELECT format('%s-%s', prefix, year), format('已发到 %s，最大的编号是 %s', coalesce(last::text, '无'), r.max)
        FROM (SELECT prefix, year, max(serial) FROM request GROUP BY prefix, year) r
        LEFT JOIN counter USING (prefix, year) WHERE last IS NULL OR last < r.max ORDER BY 1""",
    "sheet": """
        SELECT format('%s %s', number, copy_kind), format('有 %s 份，应只有一份', count(*))
        FROM sheet JOIN request r ON r.id = request_id GROUP BY number, copy_kind HAVING count(*) > 1 ORDER BY 1""",
    "printed_copy": """
        SELECT format('%s copy_no=%s', number, before + 1), format('缺失：%s 的份号不连续，被删除或改号', copy_kind)
        FROM (SELECT sheet_id, copy_no, lag(copy_no, 1, 0) OVER (PARTITION BY sheet_id ORDER BY copy_no) AS before
            FROM printed_copy) p JOIN sheet s ON s.id = p.sheet_id JOIN request r ON r.id = s.request_id
        WHERE copy_no > before + 1 ORDER BY 1""",
    "archive_entry": """
        SELECT format('%s %s %s %s item_no=%s', fonds, year, department, retention, before + 1),
            '缺失：件号不连续，被删除或改号'
        FROM (SELECT *, lag(item_no, 1, 0) OVER (
            PARTITION BY fonds, year, department, retention ORDER BY item_no) AS before FROM archive_entry) a
        WHERE item_no > before + 1 ORDER BY 1""",
}


def gaps(session: Session) -> Iterator[Finding]:
    for table, question in QUESTIONS.items():
        for row, told in session.execute(text(question)):
            yield Finding(table, row, told)
