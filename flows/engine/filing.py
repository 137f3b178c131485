"""Filing: which copies of the sheet are due, and drawing and filing one of them."""

from uuid import UUID

from sqlmodel import Session

from flows.engine.kind import Copy
from models.record import Request


def due_copies(session: Session, request: Request) -> list[Copy]:
    raise NotImplementedError


def draw_and_file(request_id: UUID, copy_kind: str) -> str:
    raise NotImplementedError
