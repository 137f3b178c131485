"""Ways to reach people: one module each, all with `send(message)`. A failure raises and is tried again.

A rule table names a way, the record keeps it with the notice, and `resolve` says which module stands for it in this
installation when it is sent. Mail, SMS, telephone and DING go to the outbox folder until an SMTP server is set, so that
nothing is lost and everything can be looked at.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from models.quiet_hours import after_quiet
from models.settings import settings

Way = Literal["inapp", "mail", "sms", "phone", "ding"]  # 站内, 邮件, 短信, 电话, DING
INAPP = "inapp"
LOUD = frozenset({"sms", "phone", "ding"})  # ways that ring at a person's side


@dataclass(frozen=True)
class Message:
    """What goes out. `id` is the de-duplication id: the same for every try."""

    id: UUID
    channel: str  # the way that was meant, whatever stands for it here
    to_name: str
    to_address: str  # mail address
    to_phone: str
    title: str
    link: str
    ding: bool


def resolve(name: str) -> str:
    """The channel that stands for `name` here."""
    if name == INAPP:
        return INAPP
    return "mail" if settings().smtp_host else "outbox"


def send(message: Message) -> None:
    """Send a message over what stands for its channel here. Raises what that raises: to be tried again."""
    _ways()[resolve(message.channel)](message)


def not_before(name: str, now: datetime) -> datetime:
    """When this way may be taken: now, or after the quiet hours if it is a loud one."""
    here = settings()
    return after_quiet(now, here.quiet_from, here.quiet_until, here.zone) if name in LOUD else now


def _ways() -> Mapping[str, Callable[[Message], None]]:
    from channels import inapp, mail, outbox

    return {INAPP: inapp.send, "mail": mail.send, "outbox": outbox.send}
