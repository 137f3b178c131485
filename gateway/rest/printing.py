"""Numbered copies and checking off as filed, for programs."""

from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool

from flows.engine.kind import ARCHIVE
from gateway.answers import answered
from gateway.bodies import read_body
from gateway.desk.checking_off import CheckedOff, check_off
from gateway.desk.choices import How
from gateway.desk.one import order_one, sheet_of
from gateway.desk.printing import print_one
from gateway.desk.ticked import at_the_desk
from gateway.login.identity import Me
from gateway.rest.contract import PrintBody, described
from gateway.rest.openapi import content, refusals
from gateway.rest.shapes import CheckedOffShown
from gateway.visibility import visible
from printouts.printing.bundle import Order

router = APIRouter(prefix="/api")


@router.post(
    "/requests/{number}/print",
    response_class=Response,
    responses=content("application/pdf", "编了号的一份") | refusals(401, 403, 404, 413, 422, 507),
    openapi_extra=described(PrintBody),
)
async def print_copy(request: Request, number: str) -> Response:
    """打印流程单：编了号的一份 PDF，记入办理记录。发起人、档案员和主管理员；审批人在类型的规则允许时。"""
    body = await read_body(request, PrintBody)

    def work(session: Session, me: Me, now: datetime) -> tuple[Me, Order]:
        return me, order_one(session, me, number, body.copy_kind, How(body.layout, body.bind), now)

    pdf = await run_in_threadpool(print_one, *await answered(request, work))
    name = f'inline; filename="{number}-{body.copy_kind}.pdf"'
    return Response(pdf, media_type="application/pdf", headers={"Content-Disposition": name})


@router.post("/requests/{number}/file", responses=refusals(401, 403, 404, 409, 422))
async def file_sheet(request: Request, number: str) -> CheckedOffShown:
    """归档：纸质归档联已入档；归档项由规则给定。已归档的不变。档案员、主管理员。"""

    def work(session: Session, me: Me, now: datetime) -> CheckedOffShown:
        at_the_desk(me)
        listed = sheet_of(session, visible(session, me, number), ARCHIVE.key)
        (found,) = check_off(session, me.account, [listed], now)
        return _shown(found)

    return await answered(request, work)


def _shown(found: CheckedOff) -> CheckedOffShown:
    entry = found.entry
    return {
        "number": found.listed.entry.number,
        "code": found.code,
        "fonds": entry.fonds,
        "year": entry.year,
        "department": entry.department,
        "retention": entry.retention,
        "item_no": entry.item_no,
        "pages": entry.pages,
        "filed_at": entry.filed_at,
        "before": found.before,
    }
