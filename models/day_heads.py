"""What the record says for a day's file of chain heads."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session

from models.heads import Line, What

OVERLAP = timedelta(hours=1)  # what was committed late by the clock of the day before is in this day's file too

QUESTIONS = {
    What.chain: """
        SELECT number, j.seq, j.hash FROM journal j JOIN request r ON r.id = j.request_id JOIN (
            SELECT request_id, max(seq) AS seq FROM journal WHERE at < :end
            GROUP BY request_id HAVING max(at) >= :start) last ON (last.request_id, last.seq) = (j.request_id, j.seq)
        ORDER BY number""",
    What.sheet: """
        SELECT number || ' ' || copy_kind, s.size, s.sha256 FROM sheet s JOIN request r ON r.id = s.request_id
        WHERE filed_at >= :start AND filed_at < :end ORDER BY 1""",
    What.signature: """
        SELECT number || ' ' || copy_kind, g.size, g.sha256 FROM signature g
        JOIN sheet s ON s.id = g.sheet_id JOIN request r ON r.id = s.request_id
        WHERE signed_at >= :start AND signed_at < :end ORDER BY 1""",
    What.numbers: """
        SELECT prefix || '-' || year, max(serial), '' FROM request WHERE submitted_at < :end
        GROUP BY prefix, year ORDER BY 1""",
}


def day_heads(session: Session, since: datetime, until: datetime) -> Iterator[Line]:
    """The lines about what happened in this time; of the numbers, all that were given until then."""
    asked = {"start": since, "end": until}
    for what, question in QUESTIONS.items():
        for subject, count, digest in session.execute(text(question), asked):
            yield Line(what, subject, count, digest)
