"""The REST contract under /api (DESIGN.md §6). Each route: read at the door, one transaction, answer."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response
from sqlmodel import Session, col, or_, select

from flows.engine.decide import decide, withdraw
from flows.engine.desk import steps_of
from flows.engine.kind import kind_of, kinds
from flows.engine.submit import plan, submit
from gateway import effects, uploads
from gateway.answers import answered
from gateway.bodies import read_body
from gateway.contract import DecisionBody, Preview, Submission, Withdrawal, described
from gateway.identity import Me
from gateway.lists import inbox_rows
from gateway.views import People, inbox_shown, request_shown, route_shown, summary_shown
from gateway.visibility import visible, visible_to
from models.papers import Sheet
from models.record import Request as Record
from models.record import Status
from models.refusals import NotYours
from printouts.filing import read_sheet

router = APIRouter(prefix="/api")
MOST_LISTED = 200


@router.get("/kinds")
async def list_kinds(request: Request) -> list[dict[str, Any]]:
    """审批类型及其表单（JSON schema）。"""

    def work(_session: Session, _me: Me, _now: datetime) -> list[dict[str, Any]]:
        return [
            {
                "kind": kind.key,
                "title": kind.title,
                "description": kind.description,
                "schema": kind.form.model_json_schema(),
                "fields": {name: model.model_json_schema() for name, model in kind.fields.items()},
            }
            for kind in kinds().values()
        ]

    return await answered(request, work)


@router.post("/requests/preview", openapi_extra=described(Preview))
async def preview(request: Request) -> dict[str, Any]:
    """提交前预览：谁将审批；不要求附件。"""
    body = await read_body(request, Preview)

    def work(session: Session, me: Me, now: datetime) -> dict[str, Any]:
        planned = plan(session, kind_of(body.kind), me.account, body.form, now)
        proof = planned.kind.proof(planned.form, planned.by, planned.rules)
        return {**planned.facts, "route": route_shown(session, planned.steps), "attachments_required": proof}

    return await answered(request, work)


@router.post("/requests", status_code=201, openapi_extra=described(Submission))
async def submit_request(request: Request) -> dict[str, Any]:
    """提交申请。同一幂等键再次提交，返回同一申请。"""
    body = await read_body(request, Submission)

    def work(session: Session, me: Me, now: datetime) -> dict[str, Any]:
        made = submit(session, kind_of(body.kind), me.account, body.form, now, body.idempotency_key)
        return {
            "id": made.id,
            "number": made.number,
            "status": made.status,
            "route": route_shown(session, steps_of(session, made)),
        }

    return await answered(request, work)


@router.get("/requests")
async def list_requests(
    request: Request,
    mine: bool = False,
    status: Status | None = None,
    kind: str | None = None,
    q: str | None = Query(None, max_length=50),
) -> list[dict[str, Any]]:
    """我能看到的申请单，新的在前。"""

    def work(session: Session, me: Me, _now: datetime) -> list[dict[str, Any]]:
        found = select(Record).where(visible_to(me))
        if mine:
            found = found.where(Record.initiator == me.account)
        if status:
            found = found.where(Record.status == status)
        if kind:
            found = found.where(Record.kind == kind)
        if q:
            found = found.where(
                or_(
                    col(Record.number).contains(q.upper(), autoescape=True),
                    col(Record.department).contains(q, autoescape=True),
                )
            )
        rows = session.exec(found.order_by(col(Record.submitted_at).desc()).limit(MOST_LISTED)).all()
        people = People(session, [row.initiator for row in rows])
        return [summary_shown(row, people, kinds()[row.kind]) for row in rows]

    return await answered(request, work)


@router.get("/requests/{number}")
async def read_request(request: Request, number: str) -> dict[str, Any]:
    """一份申请单的全部记录。查看即确认相关消息。"""

    def work(session: Session, me: Me, now: datetime) -> dict[str, Any]:
        record = visible(session, me, number)
        effects.confirm(session, record, me.account, "opened", now)
        return request_shown(session, record)

    return await answered(request, work)


@router.post("/requests/{number}/withdraw", openapi_extra=described(Withdrawal))
async def withdraw_request(request: Request, number: str) -> dict[str, Any]:
    """发起人撤回。"""
    body = await read_body(request, Withdrawal)

    def work(session: Session, me: Me, now: datetime) -> dict[str, Any]:
        visible(session, me, number)
        record = withdraw(session, me.account, number, body.reason, now)
        return {"request": {"number": record.number, "status": record.status}}

    return await answered(request, work)


@router.get("/requests/{number}/sheet")
async def read_filed_sheet(request: Request, number: str, copy: str = Query("archive", max_length=16)) -> Response:
    """归档的流程单 PDF。下载即确认相关消息。"""

    def work(session: Session, me: Me, now: datetime) -> bytes:
        record = visible(session, me, number)
        sheet = session.exec(select(Sheet).where(Sheet.request_id == record.id, Sheet.copy_kind == copy)).first()
        if sheet is None:
            raise NotYours(f"{number} 还没有这一联的流程单。办结后由系统生成，请稍后再看。")
        effects.confirm(session, record, me.account, "downloaded", now)
        return read_sheet(sheet)

    pdf = await answered(request, work)
    name = f'inline; filename="{number}-{copy}.pdf"'
    return Response(pdf, media_type="application/pdf", headers={"Content-Disposition": name})


@router.get("/inbox")
async def inbox(request: Request) -> list[dict[str, Any]]:
    """我的待办，先到期的在前。"""

    def work(session: Session, me: Me, _now: datetime) -> list[dict[str, Any]]:
        return inbox_shown(session, inbox_rows(session, me.account))

    return await answered(request, work)


@router.post("/work-items/{item_id}/decision", openapi_extra=described(DecisionBody))
async def decide_item(request: Request, item_id: UUID) -> dict[str, Any]:
    """办理一项待办。"""
    body = await read_body(request, DecisionBody)

    def work(session: Session, me: Me, now: datetime) -> dict[str, Any]:
        record = decide(session, me.account, item_id, body.choice, now)
        return {"request": {"number": record.number, "status": record.status, "round": record.round}}

    return await answered(request, work)


@router.post("/files", status_code=201, openapi_extra=uploads.DESCRIBED)
async def hand_in_file(request: Request) -> JSONResponse:
    """上传附件，返回编号。"""
    await answered(request, lambda *_: None)  # strangers may not make us read twenty megabytes
    name, content = await uploads.read_upload(request)

    def work(session: Session, me: Me, now: datetime) -> dict[str, Any]:
        kept = uploads.keep(session, me.account, name, content, now)
        return {"id": str(kept.id), "name": kept.name, "sha256": kept.sha256}

    return JSONResponse(await answered(request, work), 201)


@router.get("/files/{file_id}")
async def read_file(request: Request, file_id: UUID) -> Response:
    """附件下载：上传人，或能看到该申请单的人。"""

    def work(session: Session, me: Me, _now: datetime) -> tuple[str, bytes]:
        return uploads.fetch(session, me, file_id)

    name, content = await answered(request, work)
    return uploads.as_download(name, content)
