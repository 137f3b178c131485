"""The REST contract under /api (DESIGN.md §6). Each route: read at the door, one transaction, answer."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlmodel import Session, col, or_, select

from flows.engine.desk import steps_of
from flows.engine.forms import schema_of
from flows.engine.kind import kind_of, kinds
from flows.engine.submit import plan, submit
from gateway import effects
from gateway.acts import doing_with
from gateway.answers import answered
from gateway.bodies import read_body
from gateway.deciding import decide_as
from gateway.login.identity import Me
from gateway.login.proof import proven
from gateway.rest import uploads
from gateway.rest.contract import DecisionBody, Preview, Submission, described
from gateway.rest.openapi import content, refusals
from gateway.rest.shapes import (
    FileKept,
    ItemShown,
    KindShown,
    Moved,
    PreviewShown,
    RequestShown,
    SubmittedShown,
    SummaryShown,
)
from gateway.rest.views import People, inbox_shown, request_shown, route_shown, summary_shown
from gateway.visibility import visible, visible_to
from gateway.workbench.inbox import inbox_rows
from models.papers import Sheet
from models.record import Request as Record
from models.record import Status
from models.refusals import NotYours
from printouts.filing.sheets import newest, read_sheet

router = APIRouter(prefix="/api")
MOST_LISTED = 200


@router.get("/kinds", responses=refusals(401))
async def list_kinds(request: Request) -> list[KindShown]:
    """审批类型及其表单（JSON schema）。"""

    def work(_session: Session, _me: Me, _now: datetime) -> list[KindShown]:
        return [
            {
                "kind": kind.key,
                "title": kind.title,
                "description": kind.description,
                "schema": schema_of(kind.form),
                "fields": {name: schema_of(model) for name, model in kind.fields.items()},
            }
            for kind in kinds().values()
        ]

    return await answered(request, work)


@router.post(
    "/requests/preview",
    response_model=PreviewShown,
    responses=refusals(401, 403, 413, 422),
    openapi_extra=described(Preview),
)
async def preview(request: Request) -> dict[str, Any]:
    """提交前预览：谁将审批；不要求附件。"""
    body = await read_body(request, Preview)

    def work(session: Session, me: Me, now: datetime) -> dict[str, Any]:
        planned = plan(session, kind_of(body.kind), me.account, body.form, now)
        proof = planned.kind.proof(planned.form, planned.by, planned.rules)
        return {**planned.facts, "route": route_shown(session, planned.steps), "attachments_required": proof}

    return await answered(request, work)


@router.post(
    "/requests",
    status_code=201,
    responses=refusals(401, 403, 409, 413, 422),
    openapi_extra=described(Submission),
)
async def submit_request(request: Request) -> SubmittedShown:
    """提交申请。同一幂等键再次提交，返回同一申请。"""
    body = await read_body(request, Submission)

    def work(session: Session, me: Me, now: datetime) -> SubmittedShown:
        made = submit(session, kind_of(body.kind), me.account, body.form, now, body.idempotency_key)
        return {
            "id": made.id,
            "number": made.number,
            "status": made.status,
            "route": route_shown(session, steps_of(session, made)),
        }

    return await answered(request, work)


@router.get("/requests", responses=refusals(401, 422))
async def list_requests(
    request: Request,
    mine: bool = False,
    status: Status | None = None,
    kind: str | None = None,
    q: str | None = Query(None, max_length=50),
) -> list[SummaryShown]:
    """我能看到的申请单，新的在前。"""

    def work(session: Session, me: Me, _now: datetime) -> list[SummaryShown]:
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


@router.get("/requests/{number}", responses=refusals(401, 404, 422))
async def read_request(request: Request, number: str) -> RequestShown:
    """一份申请单的全部记录。查看即确认相关消息。"""

    def work(session: Session, me: Me, now: datetime) -> RequestShown:
        record = visible(session, me, number)
        effects.confirm(session, record, me.account, "opened", now)
        return request_shown(doing_with(session, me, record, now))

    return await answered(request, work)


@router.get(
    "/requests/{number}/sheet",
    response_class=Response,
    responses=content("application/pdf", "流程单") | refusals(401, 404, 422),
)
async def read_filed_sheet(request: Request, number: str, copy: str = Query("archive", max_length=16)) -> Response:
    """归档的流程单 PDF。下载即确认相关消息。"""

    def work(session: Session, me: Me, now: datetime) -> bytes:
        record = visible(session, me, number)
        sheet = session.exec(select(Sheet).where(Sheet.request_id == record.id, Sheet.copy_kind == copy)).first()
        if sheet is None:
            raise NotYours(f"{number} 还没有这一联的流程单。办结后由系统生成，请稍后再看。")
        effects.confirm(session, record, me.account, "downloaded", now)
        return read_sheet(newest(session, [sheet])[sheet.id])

    pdf = await answered(request, work)
    name = f'inline; filename="{number}-{copy}.pdf"'
    return Response(pdf, media_type="application/pdf", headers={"Content-Disposition": name})


@router.get("/inbox", responses=refusals(401))
async def inbox(request: Request) -> list[ItemShown]:
    """我的待办，先到期的在前。"""

    def work(session: Session, me: Me, now: datetime) -> list[ItemShown]:
        return inbox_shown(session, inbox_rows(session, me.account), now)

    return await answered(request, work)


@router.post(
    "/work-items/{item_id}/decision",
    responses=refusals(401, 403, 404, 409, 413, 422),
    openapi_extra=described(DecisionBody),
)
async def decide_item(request: Request, item_id: UUID) -> Moved:
    """办理一项待办。"""
    body = await read_body(request, DecisionBody)

    def work(session: Session, me: Me, now: datetime) -> Moved:
        record = decide_as(session, me, item_id, body.choice, now)
        return {"request": {"number": record.number, "status": record.status, "round": record.round}}

    return await proven(request, body.password, work)


@router.post("/files", status_code=201, responses=refusals(401, 403, 413, 422), openapi_extra=uploads.DESCRIBED)
async def hand_in_file(request: Request) -> FileKept:
    """上传附件，返回编号。"""
    await answered(request, lambda *_: None)  # strangers may not make us read twenty megabytes
    name, data = await uploads.read_upload(request)

    def work(session: Session, me: Me, now: datetime) -> FileKept:
        kept = uploads.keep(session, me.account, name, data, now)
        return {"id": kept.id, "name": kept.name, "sha256": kept.sha256}

    return await answered(request, work)


@router.get(
    "/files/{file_id}",
    response_class=Response,
    responses=content("application/octet-stream", "附件") | refusals(401, 404, 422),
)
async def read_file(request: Request, file_id: UUID) -> Response:
    """附件下载：上传人，或能看到该申请单的人。"""

    def work(session: Session, me: Me, _now: datetime) -> tuple[str, bytes]:
        return uploads.fetch(session, me, file_id)

    name, data = await answered(request, work)
    return uploads.as_download(name, data)
