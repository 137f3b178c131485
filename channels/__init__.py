"""Ways to reach people: one module each, all with `send(message)`. A failure raises and is tried again.

A rule table names a way; `resolve` says which module stands for it in this installation. Mail and DING go to the
outbox folder until an SMTP server is set, so that nothing is lost and everything can be looked at.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from models.settings import settings

INAPP = "inapp"


@dataclass(frozen=True)
class Message:
    """What goes out. `id` is the de-duplication id: the same for every try."""

    id: UUID
    to_name: str
    to_address: str  # mail address
    title: str
    link: str
    ding: bool


def resolve(name: str) -> str:
    """The channel that stands for `name` here."""
    if name == INAPP:
        return INAPP
    return "mail" if settings().smtp_host else "outbox"


def ways() -> Mapping[str, Callable[[Message], None]]:
    from channels import inapp, mail, outbox

    return {INAPP: inapp.send, "mail": mail.send, "outbox": outbox.send}
