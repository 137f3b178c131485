"""补签: what was filed while the key was away is signed once it is back.

The filed file stays as it is; the signed one is that file and, after it, the signature.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from prefect import task
from sqlmodel import col, exists, select, true

from flows.engine import trouble
from flows.engine.desk import Desk
from flows.engine.kind import kinds
from flows.engine.rules import rules_of
from models.database import transaction
from models.messages import Incident
from models.papers import Sheet, Signature
from models.record import Request
from printouts.filing.sheets import keep_signature, read_sheet, settled
from printouts.signing.sign import KeyAway, only_for_trial, sign

BATCH = 100  # sheets signed by one run


def sign_waiting() -> int:
    """Sign what waits for it, the oldest first; how many were. While the key is away, the first try ends the round."""
    signed = 0
    for sheet, number in waiting():
        state = sign_later(sheet.id, f"{number} {sheet.copy_kind}", return_state=True)
        if trouble.tell_unless_done(state, sheet.request_id, number, trouble.SIGN, sheet.copy_kind):
            signed += 1
        elif isinstance(state.result(raise_on_failure=False), KeyAway):
            break
    return signed


@task(name="补签", task_run_name="补签 {label}")
def sign_later(sheet_id: UUID, label: str) -> None:
    """Sign one filed sheet, once; the journal of its request says so."""
    with transaction() as session:
        sheet = session.get_one(Sheet, sheet_id)
        if session.get(Signature, sheet_id):
            settled(sheet)
            return
    signed = sign(read_sheet(sheet), datetime.now(UTC))  # outside any transaction: it may take long
    with transaction() as session:
        request = session.get_one(Request, sheet.request_id, with_for_update=True)
        if keep_signature(session, sheet, signed):
            kind = kinds()[request.kind]
            desk = Desk(session, request, kind, rules_of(session, kind, request.rule_version), signed.signed_at)
            title = next(copy.title for copy in kind.copies if copy.key == sheet.copy_kind)
            desk.note("signed", None, copy=title, certificate=signed.certificate, subject=signed.subject)
            desk.close()
    settled(sheet)


def waiting(most: int = BATCH) -> Sequence[tuple[Sheet, str]]:
    """Unsigned sheets and the numbers of their requests, the oldest first.

    A trial certificate signs only what it could not at the time: sheets filed before there were signatures wait for the
    organisation's own, since a sheet is signed once.
    """
    unsigned = ~exists().where(col(Signature.sheet_id) == Sheet.id)
    with transaction() as session:
        found = select(Sheet, Request.number).join(Request, col(Request.id) == Sheet.request_id)
        due = found.where(unsigned, _key_was_away() if only_for_trial() else true())
        return session.exec(due.order_by(col(Sheet.filed_at)).limit(most)).all()


def _key_was_away() -> Any:
    subject = col(Request.number) + " " + col(Sheet.copy_kind)
    return exists().where(
        col(Incident.subject) == subject, col(Incident.what) == trouble.SIGN, col(Incident.closed_at).is_(None)
    )
