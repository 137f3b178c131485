"""Incidents: what could not be done after its tries is shown to the administrator until it is done."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from prefect.client.schemas.objects import State
from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, text, update

from models.database import transaction
from models.messages import Incident
from models.refusals import Refusal
from models.settings import settings
from printouts.signing.sign import KeyAway

REMIND = "remind"  # nobody there who could be told that an item waits
NOBODY = "nobody_there"  # who should hold an item is away, and so is everybody above: it stays theirs
MISSING_GLYPHS = "missing_glyphs"  # a sheet has characters that no font on this machine has
SIGN = "sign_sheet"  # filed unsigned (待补签): the key was away
HEADS = "keep_heads"  # a day's chain heads could not be made, or brought away
HOLDS_UP_NO_RUN = ("deliver", REMIND, NOBODY, MISSING_GLYPHS, SIGN)
TRIES = 3  # of an effect; then it is an incident
PAUSES = [settings().retry_seconds * 2**turn for turn in range(TRIES - 1)]  # seconds between them
PREFECT_SAYS = "Task run encountered an exception "  # then the error's name and text
LONGEST_PAUSE = timedelta(hours=1)  # between tries of what is an incident already


def raise_incident(request_id: UUID | None, subject: str, what: str, detail: str) -> int:
    """As `note_incident`, in a transaction of its own."""
    with transaction() as session:
        return note_incident(session, request_id, subject, what, detail)


def note_incident(session: Session, request_id: UUID | None, subject: str, what: str, detail: str) -> int:
    """Open an incident, or count one more failure of an open one; how many there were."""
    now = datetime.now(UTC)
    values = {
        "request_id": request_id,
        "subject": subject,
        "what": what,
        "detail": {"error": detail[:500]},
        "tries": 1,
        "since": now,
        "last_at": now,
    }
    opened = insert(Incident).values(id=func.gen_random_uuid(), **values)
    again = opened.on_conflict_do_update(
        index_elements=["subject", "what"],
        index_where=text("closed_at IS NULL"),
        set_={"tries": Incident.tries + 1, "last_at": now, "detail": values["detail"]},
    ).returning(col(Incident.tries))
    return int(session.scalars(again).one())


def pause(tries: int) -> timedelta:
    """How long to leave alone what has failed so often: 1, 2, 4 … minutes."""
    return min(timedelta(minutes=2 ** min(tries - 1, 10)), LONGEST_PAUSE)


def close_incident(subject: str, what: str) -> None:
    """It was done after all."""
    with transaction() as session:
        session.execute(
            update(Incident)
            .where(
                col(Incident.subject) == subject,
                col(Incident.what) == what,
                col(Incident.closed_at).is_(None),
            )
            .values(closed_at=datetime.now(UTC))
        )


def subject_of(number: str, key: str = "") -> str:
    """How an incident names what it is about: a request, and which part of it."""
    return f"{number} {key}".strip()[:64]


def tell_unless_done(state: State, request_id: UUID | None, number: str, what: str, key: str = "") -> bool:
    """An incident for a task that failed after all its tries; True, and the incident closed, when it was done.

    Args:
        key: which part of the request it is about: an item, a copy, a notice.
    """
    subject = subject_of(number, key)
    if state.is_completed():
        close_incident(subject, what)
        return True
    raise_incident(request_id, subject, what, why(state))
    return False


def why(state: State) -> str:
    """Why a task failed: our own words where they are for people, else what went wrong as Prefect has it."""
    failed = state.result(raise_on_failure=False) if state.is_failed() else None
    if isinstance(failed, KeyAway | Refusal):
        return str(failed)
    return (state.message or "").removeprefix(PREFECT_SAYS)


def tell_missing_glyphs(request_id: UUID, number: str, missing: Sequence[int]) -> None:
    """An incident naming the characters that a sheet was drawn without; closed when one is drawn with all."""
    if not missing:
        close_incident(number, MISSING_GLYPHS)
        return
    raise_incident(
        request_id, number, MISSING_GLYPHS, f"没有字体的字：{'、'.join(f'U+{each:04X}' for each in missing)}"[:500]
    )
