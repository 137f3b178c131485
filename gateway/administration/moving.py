"""换用新版规则 for several requests: each its own transaction; which were moved, and why the others were not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request
from sqlmodel import Session

from flows.engine.kind import Kind
from flows.engine.new_rules import change_rules
from gateway.administration.grants import check
from gateway.answers import answered
from gateway.login.caller import caller_of
from gateway.login.identity import Me
from gateway.login.security_log import note
from models.refusals import Refusal


@dataclass(frozen=True)
class Moved:
    """A request that was to be moved; `refused`: why it was not."""

    number: str
    refused: Refusal | None


async def move_each(request: Request, kind: Kind, version: int, seen: Iterable[tuple[str, int]]) -> list[Moved]:
    """Move these requests to the version they were compared with.

    Args:
        seen: their numbers, each with the last journal entry there was when the comparison was shown.

    Raises:
        NotYours: not the main administrator.
    """
    await answered(request, lambda _session, me, _now: check(me))
    return [await _moved(request, kind, version, number, seq) for number, seq in seen]


async def _moved(request: Request, kind: Kind, version: int, number: str, seq: int) -> Moved:
    def work(session: Session, me: Me, now: datetime) -> None:
        check(me)
        change_rules(session, kind, version, number, seq, me.account, now)
        address = caller_of(request).address
        note(session, now, "rules_changed", me.account, address, number=number, version=version)

    try:
        await answered(request, work)
    except Refusal as refusal:
        if refusal.status in (401, 403):
            raise
        return Moved(number, refusal)
    return Moved(number, None)
