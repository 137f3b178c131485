"""A kind's deployment: its parameters are the kind's form, and a run started from it is a request of this person."""

import asyncio
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from fastapi import Request
from fastapi.responses import JSONResponse
from sqlmodel import Session, col, select
from starlette.concurrency import run_in_threadpool

from flows.engine.forms import read_form, schema_of
from flows.engine.kind import Kind
from flows.engine.submit import submit
from gateway.answers import answered
from gateway.bodies import read_object
from gateway.login.identity import Me
from gateway.prefect import maintenance
from gateway.prefect.door import someone, stripped
from gateway.prefect.questions import askable, check_known, key_of, question, typed
from gateway.prefect.scope import kind_named
from gateway.prefect.table import TABLE
from gateway.prefect.upstream import PrefectAway, ask
from gateway.visibility import is_administrator
from gateway.workbench.inputs import Input, as_data, inputs
from models.database import one_at_a_time, transaction
from models.record import Request as Record
from models.record import Status
from models.refusals import NotYours

TWICE = timedelta(minutes=2)  # the same form again within it is the same click
PATIENCE, LOOKS = 10.0, 0.1  # seconds for the run to be there, and between two looks
FILES = "先在工作台上传，这里填写附件编号，多个用逗号分隔"
BETWEEN = re.compile(r"[\s,，、;；]+")


async def read_deployment(request: Request, path: str) -> Any:
    """A deployment that people start, with the kind's form; 催办, 追办 and 存证 as they are, for the administrator."""
    found = await ask("GET", path)
    if kind_named(found) is None and not is_administrator(await someone(request)):
        raise NotYours
    return with_form(found)


def with_form(found: Any) -> Any:
    """Deployments whose parameters are asked for as the kind's form."""
    if isinstance(found, list):
        return [with_form(each) for each in found]
    if not isinstance(found, dict):
        return found
    if isinstance(found.get("results"), list):
        return found | {"results": with_form(found["results"])}
    kind = kind_named(found)
    return found | {"parameter_openapi_schema": form_schema(kind)} if kind else found


def form_schema(kind: Kind) -> dict[str, Any]:
    """JSON schema of a kind's form as the UIs draw it: Chinese titles, choices by their labels."""
    asked = _inputs(kind)
    properties = {key_of(each): question(each) for each in asked}
    properties |= {
        name: {"title": title, "type": "string", "description": FILES} for name, title in _lists(kind).items()
    }
    places = {name: about | {"position": at} for at, (name, about) in enumerate(properties.items())}
    required = [key_of(each) for each in asked if each.required and not each.value]
    return {"title": kind.title, "type": "object", "properties": places, "required": required}


async def start_run(request: Request, path: str) -> JSONResponse:
    """A new request by this person: checked, numbered and submitted by the rules; answered with its flow run.

    催办, 追办 and 存证 the administrator may run now.

    Raises:
        Invalid and Conflict, as `submit`; RunLater: it is submitted, but Prefect has no run of it yet.
    """
    sent = (await read_object(request)).get("parameters") or {}
    deployment = await ask("GET", path.removesuffix("/create_flow_run"))
    kind = kind_named(deployment)
    if kind is None:
        return await maintenance.run_now(request, deployment, path)

    def work(session: Session, me: Me, now: datetime) -> Record:
        form = _form(kind, sent if isinstance(sent, dict) else {})
        one_at_a_time(session, f"start {me.account}")
        return _just_now(session, kind, me, form, now) or submit(session, kind, me.account, form, now)

    record = await answered(request, work)
    run = await ask("GET", f"/flow_runs/{await _run_of(record)}")
    return JSONResponse(stripped(run, TABLE["GET", "/flow_runs/{id}"].stripped), 201)


class RunLater(PrefectAway):
    """The request is on record; its run comes when Prefect or the worker is back."""

    def __init__(self, number: str) -> None:
        super().__init__()
        self.message = f"申请 {number} 已提交。流程运行稍后出现，请先在工作台查看，不要重复提交。"


def _inputs(kind: Kind) -> list[Input]:
    return askable(inputs(schema_of(kind.form), "", {}, {}))


def _lists(kind: Kind) -> dict[str, str]:
    """Fields that hold lists of ids (attachments), with their titles."""
    properties = schema_of(kind.form)["properties"]
    return {name: about["title"] for name, about in properties.items() if about.get("type") == "array"}


def _form(kind: Kind, sent: Mapping[str, Any]) -> dict[str, Any]:
    """What was filled in, as a program would submit it."""
    asked, lists = _inputs(kind), _lists(kind)
    check_known(sent, {key_of(each): each.label for each in asked} | lists)
    schema = schema_of(kind.form)
    ids = {name: [each for each in BETWEEN.split(str(sent.get(name) or "")) if each] for name in lists}
    return as_data(schema, "", typed(asked, sent)) | {name: several for name, several in ids.items() if several}


def _just_now(session: Session, kind: Kind, me: Me, form: dict[str, Any], now: datetime) -> Record | None:
    """What this person submitted a moment ago with the same form: a button pressed twice."""
    same = read_form(kind.form, form).model_dump(mode="json")
    return session.exec(
        select(Record).where(
            Record.initiator == me.account,
            Record.kind == kind.key,
            Record.status == Status.open,
            Record.form == same,
            col(Record.submitted_at) > now - TWICE,
        )
    ).first()


async def _run_of(record: Record) -> UUID:
    """The request's flow run, which the worker makes a moment after the commit."""
    for _ in range(round(PATIENCE / LOOKS)):
        if run := await run_in_threadpool(_run_on_record, record.id):
            return run
        await asyncio.sleep(LOOKS)
    raise RunLater(record.number)


def _run_on_record(request_id: UUID) -> UUID | None:
    with transaction() as session:
        return session.exec(select(Record.flow_run_id).where(Record.id == request_id)).one()
