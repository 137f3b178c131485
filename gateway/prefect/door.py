"""What every answer under /prefect/api goes through: who is asking, what the UI calls its token, what is stripped."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from fastapi import Request
from sqlmodel import Session

from gateway.answers import answered
from gateway.login.identity import Me
from gateway.prefect import scope
from gateway.prefect.table import Rule, Who
from gateway.visibility import is_administrator
from models.refusals import NotYours


async def csrf_of_ui(request: Request) -> None:
    """The UI sends the session's CSRF token under Prefect's name for it."""
    request.state.csrf = request.headers.get("prefect-csrf-token", "")


async def someone(request: Request) -> Me:
    """Who is asking."""
    return await answered(request, lambda _session, me, _now: me)


async def check_may(request: Request, rule: Rule) -> None:
    """Whether the table lets this person call the route. What belongs to a run is checked once it is read.

    Raises:
        LogInFirst: nobody is logged in; NotYours.
    """
    run = request.path_params.get("id") if rule.who is Who.seer and "/flow_runs/" in request.url.path else None

    def check(session: Session, me: Me, _now: datetime) -> None:
        if rule.who is Who.administrator and not is_administrator(me):
            raise NotYours
        if run:
            scope.check_sees(session, me, run)

    await answered(request, check)


def stripped(found: Any, fields: Iterable[str]) -> Any:
    """Prefect's answer without what is nobody's business: settings, variables, code."""
    if isinstance(found, list):
        return [stripped(each, fields) for each in found]
    if not isinstance(found, dict):
        return found
    if isinstance(found.get("results"), list):  # a page of a list
        return found | {"results": stripped(found["results"], fields)}
    return found | {name: _empty(found[name]) for name in fields if name in found}


def _empty(value: Any) -> Any:
    return {} if isinstance(value, dict) else [] if isinstance(value, list) else None
