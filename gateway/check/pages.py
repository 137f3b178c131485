"""`/check`, where a paper's QR code leads: without log-in, for reading only, the same for everyone."""

from typing import Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from gateway.check.asking import TooManyChecks, answer
from gateway.check.genuine import Genuine, read_asked
from gateway.html import page
from gateway.rest.openapi import PUBLIC, refusals
from gateway.rest.shapes import CheckShown
from models.refusals import Invalid

router = APIRouter()
LONGEST = 100  # of anything typed: enough for every spelling
UNINDEXED = {"X-Robots-Tag": "noindex, nofollow"}


@router.get("/check", include_in_schema=False)
async def check(
    request: Request,
    number: str = Query("", max_length=LONGEST),
    code: str = Query("", max_length=LONGEST),
    copy: str = Query("", max_length=LONGEST),
    sha256: str = Query("", max_length=LONGEST),
) -> Response:
    """What is asked, and the answer once there is a number or a code."""
    typed = {"number": number, "code": code, "copy_no": copy, "sha256": sha256}
    shown: dict[str, Any] = {"typed": typed, "asked": bool(number or code), "found": None, "refusal": None}
    try:
        if shown["asked"]:
            shown["found"] = await answer(request, read_asked(number, code, copy, sha256))
    except (Invalid, TooManyChecks) as refusal:
        shown["refusal"] = refusal
    told = page("check", shown["refusal"].status if shown["refusal"] else 200, **shown)
    told.headers.update(UNINDEXED)
    return told


@router.get("/api/check", response_model=CheckShown, responses=refusals(422, 429), openapi_extra=PUBLIC)
async def check_by_program(
    request: Request,
    number: str = Query(max_length=LONGEST),
    code: str = Query(max_length=LONGEST),
    copy: str = Query("", max_length=LONGEST),
    sha256: str = Query("", max_length=LONGEST),
) -> dict[str, Any]:
    """查验纸面：编号和校验码是否真实、结果如何、是否已撤销；份号是否打印过；文件是否即归档的那份。不需登录，有次数限制。"""
    return _shown(await answer(request, read_asked(number, code, copy, sha256)))


def _shown(found: Genuine | None) -> dict[str, Any]:
    nothing = dict.fromkeys(CheckShown.__annotations__)
    if found is None:
        return nothing | {"genuine": False}
    answers = {"copy_printed": found.printed, "file_matches": found.filed}
    return {"genuine": True} | {name: getattr(found, name) for name in nothing if hasattr(found, name)} | answers
