"""One run of a request: what is read of it, its Resume form, and what the initiator's Cancel is."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from sqlmodel import Session

from flows.engine.decide import withdraw
from gateway.answers import answered
from gateway.bodies import read_object
from gateway.login.identity import Me
from gateway.login.proof import proven
from gateway.login.refused import PasswordAgain, TooManyTries
from gateway.prefect import resume, scope
from gateway.prefect.filters import id_of
from gateway.prefect.upstream import ask
from models.refusals import NotAllowed, NotYours, Refusal

CANCEL = frozenset({"CANCELLING", "CANCELLED"})
REASON = "在 Prefect 界面中取消"


async def part_of_run(request: Request, path: str) -> Any:
    """A task or an artifact, for those who may see the run that it belongs to."""
    found = await ask("GET", path)
    run = id_of(found.get("flow_run_id"))
    if run is None:
        raise NotYours
    await answered(request, lambda session, me, _: scope.check_sees(session, me, run))
    return found


async def read_form(request: Request, _path: str) -> Response:
    """This person's own form, whatever Prefect keeps under the key."""
    run, key = _run(request), request.path_params["key"]

    def work(session: Session, me: Me, now: datetime) -> str:
        record = scope.request_of_run(session, me, run)
        if key.endswith("-schema"):
            return json.dumps(resume.form_schema(session, record, me, now), ensure_ascii=False)
        if key.endswith("-description"):
            return json.dumps(resume.form_description(session, record, me, now), ensure_ascii=False)
        raise NotYours

    return PlainTextResponse(await answered(request, work))


async def resume_run(request: Request, _path: str) -> JSONResponse:
    """A decision by this person, answered as Prefect answers a resume."""
    body, run = await read_object(request), _run(request)
    given = body.get("run_input")
    sent: dict[str, Any] = given if isinstance(given, dict) else {}
    password = sent.pop("password", None)  # not a field of the decision

    def work(session: Session, me: Me, now: datetime) -> str:
        record = scope.request_of_run(session, me, run)
        return resume.resume(session, record, me, sent, now).number

    try:
        number = await proven(request, password if isinstance(password, str) else None, work)
    except Refusal as refusal:
        if not isinstance(refusal, PasswordAgain | TooManyTries) and refusal.status not in (409, 422):
            raise
        details = {"type": "reject_transition", "reason": refusal.message}
        return JSONResponse({"status": "REJECT", "state": None, "details": details})
    return _accepted("SCHEDULED", "已办理", number)


async def cancel_run(request: Request, _path: str) -> JSONResponse:
    """Cancel by the initiator is 撤回. No other state is set by anybody: the record says where a request stands.

    Raises:
        NotAllowed: another state, or someone else's request; TooLate: it has ended already.
    """
    body, run = await read_object(request), _run(request)
    state = body.get("state")
    asked = str(state.get("type")).upper() if isinstance(state, dict) else ""

    def work(session: Session, me: Me, now: datetime) -> str:
        record = scope.request_of_run(session, me, run)
        if asked not in CANCEL:
            raise NotAllowed("运行的状态由申请的办理决定，不能在这里修改。")
        if record.initiator != me.account:
            raise NotAllowed(f"只有发起人可以撤回 {record.number}。")
        return withdraw(session, me.account, record.number, REASON, now).number

    return _accepted("CANCELLED", "撤回", await answered(request, work))


def _accepted(kind: str, name: str, number: str) -> JSONResponse:
    state = {"type": kind, "name": name, "message": number}
    return JSONResponse({"status": "ACCEPT", "state": state, "details": {"type": "accept_transition"}}, 201)


def _run(request: Request) -> UUID:
    run: UUID = request.path_params["id"]
    return run
