"""A new request: the form made from the kind's model, who will sign shown while it is filled in, kept as a draft."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from flows.engine.forms import schema_of
from flows.engine.kind import Kind, kinds
from flows.engine.submit import submit
from gateway.answers import answered
from gateway.bodies import read_posted
from gateway.html import page
from gateway.login.identity import Me
from gateway.rest import uploads
from gateway.workbench import drafts
from gateway.workbench.acting import FORM, faults_of, typed_in_words
from gateway.workbench.copying import copied
from gateway.workbench.inputs import SEVERAL, as_data, inputs
from gateway.workbench.lists import open_items
from gateway.workbench.people import found_by
from gateway.workbench.preview import NOTHING, Preview, preview_of
from models.organisation import NobodyThere
from models.refusals import Conflict, Invalid, NotAllowed, NotYours, Refusal

router = APIRouter(include_in_schema=False)
SEE_OTHER = 303
FILES = {"HX-Trigger-After-Settle": "files"}  # tells the form around that its attachments changed


@router.get("/new")
async def choose(request: Request) -> Response:
    """Which kind."""
    return page("choose", **await answered(request, _choices))


@router.get("/new/{key}")
async def blank(
    request: Request, key: str, draft: UUID | None = None, like: str | None = Query(None, max_length=32)
) -> Response:
    """The empty form, a draft's, or one filled in like an earlier request of one's own."""
    kind = _kind(key)

    def work(session: Session, me: Me, _now: datetime) -> dict[str, Any]:
        typed = drafts.typed_in(session, me.account, kind, draft) if draft else {}
        typed |= copied(session, me.account, kind, like) if like else {}
        return _form(session, me, kind, draft or uuid4(), typed)

    return page("new", **await answered(request, work))


@router.post("/new/{key}/preview")
async def preview(request: Request, key: str) -> Response:
    """Who will sign, as far as it can be told; what was typed is kept as a draft."""
    kind, posted = _kind(key), await read_posted(request)

    def work(session: Session, me: Me, now: datetime) -> Preview:
        shown = preview_of(session, kind, me.account, _data(kind, posted), now)
        kept = _touched(kind, posted) and drafts.save(session, me.account, kind, _draft(posted), _typed(posted), now)
        return shown.saved(now) if kept else shown

    return page("preview", **vars(await answered(request, work)))


@router.post("/new/{key}")
async def hand_in(request: Request, key: str) -> Response:
    """Submit. The draft's id is the idempotency key: a second click finds the request that the first one made."""
    kind, posted = _kind(key), await read_posted(request)
    request.state.typed = typed_in_words(posted)

    def work(session: Session, me: Me, now: datetime) -> str:
        draft = _draft(posted)
        made = submit(session, kind, me.account, _data(kind, posted), now, str(draft))
        drafts.drop(session, me.account, draft)
        return made.number

    def again(session: Session, me: Me, _now: datetime) -> dict[str, Any]:
        return _form(session, me, kind, _draft(posted), posted, refusal)

    try:
        number = await answered(request, work)
    except (Invalid, Conflict, NobodyThere) as caught:
        refusal: Refusal = caught
        return page("new", caught.status, **await answered(request, again))
    return RedirectResponse(f"/requests/{number}", SEE_OTHER)


@router.get("/drafts")
async def list_drafts(request: Request) -> Response:
    def work(session: Session, me: Me, _now: datetime) -> dict[str, Any]:
        rows = drafts.drafts_of(session, me.account)
        return {"me": me, "here": "/drafts", "open_items": open_items(session, me.account), "rows": rows}

    return page("drafts", **await answered(request, work))


@router.post("/drafts/{draft}/delete")
async def throw_away(request: Request, draft: UUID) -> Response:
    await read_posted(request)
    await answered(request, lambda session, me, _: drafts.drop(session, me.account, draft))
    return RedirectResponse("/drafts", SEE_OTHER)


@router.post("/attachments")
async def attach(request: Request, field: str = Query(max_length=64, pattern=r"^(form\.)?[a-z_]+$")) -> Response:
    """Keep a file at once; the form names it when it is posted."""
    await answered(request, lambda *_: None)  # strangers may not make us read twenty megabytes
    name, content = await uploads.read_upload(request)
    file = await answered(request, lambda session, me, now: uploads.keep(session, me.account, name, content, now))
    answer = page("attachment", field=field, file=file)
    answer.headers.update(FILES)
    return answer


@router.get("/people")
async def people(request: Request) -> Response:
    """Who fits what is being typed in a field for one person or several; the field's own name does not matter."""
    asked = SEVERAL.split(next(iter(request.query_params.values()), "").strip())[-1][:50]
    return page("people", found=await answered(request, lambda session, *_: found_by(session, asked)))


def _choices(session: Session, me: Me, _now: datetime) -> dict[str, Any]:
    return {
        "me": me,
        "here": "/new",
        "open_items": open_items(session, me.account),
        "kinds": [kind for kind in kinds().values() if kind.listed],
    }


def _form(
    session: Session, me: Me, kind: Kind, draft: UUID, typed: dict[str, str], refusal: Refusal | None = None
) -> dict[str, Any]:
    schema, faults = schema_of(kind.form), faults_of(refusal) if refusal else {}
    bare = {name.removeprefix(FORM): text for name, text in typed.items() if name.startswith(FORM)}
    if typed:  # boxes left unticked and fields left empty are not what the model begins with
        bare = dict.fromkeys(schema["properties"], "") | bare
    return {
        "me": me,
        "here": "/new",
        "open_items": open_items(session, me.account),
        **vars(NOTHING),
        "kind": kind,
        "draft": draft,
        "refusal": refusal,
        "faults": faults | {"form": faults.get("form", "")},
        "inputs": inputs(schema, FORM, bare, faults),
    }


def _kind(key: str) -> Kind:
    if key not in kinds():
        raise NotYours("没有这种申请。请从「发起申请」中选择。")
    return kinds()[key]


def _data(kind: Kind, posted: dict[str, str]) -> dict[str, Any]:
    return as_data(schema_of(kind.form), FORM, posted)


def _typed(posted: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in posted.items() if name.startswith(FORM)}


def _touched(kind: Kind, posted: dict[str, str]) -> bool:
    """Whether anything differs from the blank form."""
    schema = schema_of(kind.form)
    begun = {each.name: each.value for each in inputs(schema, FORM, {}, {})}
    return as_data(schema, FORM, posted) != as_data(schema, FORM, begun)


def _draft(posted: dict[str, str]) -> UUID:
    try:
        return UUID(posted.get("draft", ""))
    except ValueError:
        raise NotAllowed("页面不完整，请从「发起申请」重新打开。") from None
