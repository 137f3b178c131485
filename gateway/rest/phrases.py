"""REST for 常用意见, a person's own opinions to choose from."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel import Session

from gateway.answers import answered
from gateway.bodies import read_body
from gateway.login.identity import Me
from gateway.rest.contract import PhraseBody, described
from gateway.rest.openapi import refusals
from gateway.rest.shapes import PhraseShown
from gateway.workbench.phrases import add_phrase, drop_phrase, phrases_of
from models.drafts import Phrase

router = APIRouter(prefix="/api/phrases")


@router.get("", responses=refusals(401))
async def list_phrases(request: Request) -> list[PhraseShown]:
    """我的常用意见。"""

    def work(session: Session, me: Me, _now: datetime) -> list[PhraseShown]:
        return [_shown(each) for each in phrases_of(session, me.account)]

    return await answered(request, work)


@router.post("", status_code=201, responses=refusals(401, 403, 413, 422), openapi_extra=described(PhraseBody))
async def keep_phrase(request: Request) -> PhraseShown:
    """存为常用意见；已有同样一条时返回那一条。"""
    body = await read_body(request, PhraseBody)

    def work(session: Session, me: Me, _now: datetime) -> PhraseShown:
        return _shown(add_phrase(session, me.account, body.text))

    return await answered(request, work)


@router.delete("/{phrase_id}", responses=refusals(401, 403, 404, 422))
async def remove_phrase(request: Request, phrase_id: UUID) -> PhraseShown:
    """删除一条常用意见。"""

    def work(session: Session, me: Me, _now: datetime) -> PhraseShown:
        return _shown(drop_phrase(session, me.account, phrase_id))

    return await answered(request, work)


def _shown(each: Phrase) -> PhraseShown:
    return {"id": each.id, "text": each.text}
