"""合并打印: the PDF is made and kept first; then each request's journal says who printed which copy."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlmodel import Session

from gateway.effects import note
from gateway.jobs.work import Progress
from gateway.login.identity import Me
from models.database import transaction
from models.record import Request
from printouts.bundle import Listed, bundle, in_words
from printouts.prints import keep_print


def print_together(job: UUID, me: Me, listed: Sequence[Listed], progress: Progress) -> list[str]:
    """Merge them and keep the PDF under the job's id; what was merged and what was not, in sentences.

    Raises:
        AllDamaged: none of them is what was filed.
        OSError: the PDF could not be written; nothing is noted.
    """
    now, steps = datetime.now(UTC), 2 * len(listed)  # of each sheet: read, and noted
    made = bundle(listed, me.name, now, lambda done, _: progress(done, steps))
    keep_print(job, made.pdf, now)
    for done, each in enumerate(made.merged, len(listed) + 1):
        with transaction() as session:
            _note(session, me.account, each, now)
        progress(done, steps)
    pages = sum(each.entry.pages for each in made.merged)
    told = [f"已合并 {len(made.merged)} 份流程单，共 {pages} 页；每份从单数页开始，请双面打印。"]
    return told + (in_words(made.left_out).split("\n") if made.left_out else [])


def _note(session: Session, account: str, printed: Listed, now: datetime) -> None:
    request = session.get_one(Request, printed.sheet.request_id, with_for_update=True)
    note(session, request, account, "printed", now, copy=printed.entry.copy)
