"""The workbench's lists: 待办, 已办, 我发起的, 送阅; and agreeing to several at once."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from flows.engine.acts.table import TOGETHER
from flows.engine.decide import Choice
from flows.engine.kind import kinds
from gateway.answers import answered
from gateway.bodies import read_posted
from gateway.deciding import decide_as
from gateway.html import page
from gateway.language import COOKIE, LANGUAGES, translated
from gateway.login.identity import Me
from gateway.login.pages import own_path
from gateway.workbench.acting import request_of
from gateway.workbench.done import decided_by
from gateway.workbench.inbox import MOST_SHOWN, Sought, Waiting, narrowed, waiting_for
from gateway.workbench.lists import open_items
from gateway.workbench.mine import own_requests
from gateway.workbench.reading import sent_for_reading
from models.refusals import Invalid, NotYours, Refusal
from models.route import Verdict

router = APIRouter(include_in_schema=False)
SEE_OTHER = 303
YEAR = 365 * 24 * 3600  # seconds
CHOSEN = "item."  # before the id of each item that was ticked
Rows = tuple[list[Any], bool]


@router.get("/")
async def inbox(
    request: Request,
    q: str = Query("", max_length=50),
    kind: str = Query("", max_length=32),
    late: bool = False,
) -> Response:
    """待办, narrowed."""
    sought = Sought(q.strip(), kind, late)
    return page("inbox", **await answered(request, lambda session, me, now: _inbox(session, me, now, sought)))


@router.post("/agree")
async def agree_to_several(request: Request) -> Response:
    """批量同意: each its own transaction; what went wrong is told one by one."""
    posted = await read_posted(request)
    failed, agreed = [], 0
    for item in _ticked(posted):
        number = str(item)
        try:
            number = await answered(request, lambda session, me, _, item=item: _bulk(session, me, item))  # type: ignore[misc]
            await answered(request, lambda session, me, now, item=item: _agree(session, me, item, now))  # type: ignore[misc]
            agreed += 1
        except Refusal as refusal:
            if refusal.status in (401, 403):
                raise
            failed.append((number, refusal.message))
    told = translated("已同意 {agreed} 件。").format(agreed=agreed) if agreed else ""
    return page(
        "inbox", **await answered(request, lambda session, me, now: _inbox(session, me, now, Sought(), told, failed))
    )


@router.get("/done")
async def done(request: Request, number: int = Query(1, ge=1, le=1000, alias="page")) -> Response:
    return await _listed(request, "done", decided_by, number)


@router.get("/mine")
async def mine(request: Request, number: int = Query(1, ge=1, le=1000, alias="page")) -> Response:
    return await _listed(request, "mine", own_requests, number)


@router.get("/reading")
async def reading(request: Request, number: int = Query(1, ge=1, le=1000, alias="page")) -> Response:
    return await _listed(request, "reading", sent_for_reading, number)


@router.get("/language/{code}")
async def speak(request: Request, code: str) -> Response:
    """Choose the language of the pages, and go back."""
    if code not in LANGUAGES:
        raise NotYours
    answer = RedirectResponse(own_path(_came_from(request)), SEE_OTHER)
    answer.set_cookie(COOKIE, code, max_age=YEAR, path="/", samesite="lax", httponly=True)
    return answer


async def _listed(request: Request, name: str, rows: Callable[..., Rows], number: int) -> Response:
    def work(session: Session, me: Me, now: datetime) -> dict[str, Any]:
        found, more = rows(session, me.account, number, now)
        waiting = open_items(session, me.account)
        return {"me": me, "here": f"/{name}", "open_items": waiting, "rows": found, "number": number, "more": more}

    return page(name, **await answered(request, work))


def _inbox(
    session: Session, me: Me, now: datetime, sought: Sought, told: str = "", failed: list[tuple[str, str]] | None = None
) -> dict[str, Any]:
    lines = waiting_for(session, me.account, now)
    found: list[Waiting] = narrowed(lines, sought)
    shown = found[:MOST_SHOWN]
    return {
        "me": me,
        "here": "/",
        "open_items": len(lines),
        "sought": sought,
        "kinds": [(kind.key, kind.title) for kind in kinds().values()],
        "waiting": shown,
        "more": len(found) - len(shown),
        "together": TOGETHER,
        "any_bulk": any(each.bulk for each in shown),
        "told": told,
        "failed": failed or [],
    }


def _ticked(posted: dict[str, str]) -> Iterator[UUID]:
    for name in posted:
        if name.startswith(CHOSEN):
            try:
                yield UUID(name.removeprefix(CHOSEN))
            except ValueError:
                raise NotYours from None


def _bulk(session: Session, me: Me, item_id: UUID) -> str:
    """The number of the item's request, if its kind may be agreed to in bulk."""
    _, record = request_of(session, me.account, item_id)
    if not kinds()[record.kind].bulk:
        raise Invalid(f"{record.number}：{kinds()[record.kind].title}须逐件办理，请打开后填写意见。")
    return record.number


def _agree(session: Session, me: Me, item_id: UUID, now: datetime) -> None:
    decide_as(session, me, item_id, Choice(Verdict.agree), now)


def _came_from(request: Request) -> str:
    """The path of ours that the link stood on."""
    referer = request.headers.get("referer", "")
    here = f"{request.url.scheme}://{request.url.netloc}/"
    return "/" + referer.removeprefix(here) if referer.startswith(here) else "/"
