"""Attachments: kept under OA_HOME/files by their SHA-256, bounded in size, typed by content, served as downloads."""

import hashlib
import os
import unicodedata
from datetime import datetime
from urllib.parse import quote
from uuid import UUID, uuid4

from fastapi import Request as HttpRequest
from fastapi.responses import Response
from sqlmodel import Session, select
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from gateway.bodies import refuse_packed
from gateway.login.identity import Me
from gateway.visibility import visible_to
from models.papers import Attachment
from models.record import Request
from models.refusals import Invalid, NotYours
from models.settings import settings

LARGEST = 20_000_000  # bytes of a file
ONE_FILE = "请选择一个文件，以 multipart/form-data 的 file 栏上传"
AROUND = 100_000  # bytes of the multipart body around it
SIGNATURES = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"PK\x03\x04": "application/zip",  # docx, xlsx
    b"\xd0\xcf\x11\xe0": "application/msword",  # doc, xls
}


DESCRIBED = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {"file": {"type": "string", "format": "binary"}},
                    "required": ["file"],
                }
            }
        },
    }
}


async def read_upload(request: HttpRequest) -> tuple[str, bytes]:
    """Name and bytes of the one file in a multipart body, in the field `file`.

    Raises:
        Invalid: no file, or as `read_uploads`.
    """
    found = (await read_uploads(request, "file")).get("file")
    if found is None:
        raise _invalid(ONE_FILE)
    return found


async def read_uploads(request: HttpRequest, *fields: str) -> dict[str, tuple[str, bytes]]:
    """Name and bytes of the file in each of these fields of a multipart body; a field without one is left out.

    Raises:
        Invalid: an empty one, a compressed body, or one larger than allowed, by what is announced: uvicorn reads no
            more than that.
    """
    refuse_packed(request)
    announced = request.headers.get("content-length", "")
    if not announced.isdecimal() or len(announced) > 10 or int(announced) > LARGEST * len(fields) + AROUND:
        raise _invalid(f"文件过大，最多 {LARGEST // 1_000_000} MB", 413)
    try:
        async with request.form(max_files=len(fields), max_fields=len(fields)) as form:
            files = {name: each for name in fields if isinstance(each := form.get(name), UploadFile) and each.filename}
            found = {name: (each.filename or "", await each.read()) for name, each in files.items()}
    except HTTPException:  # multipart that is none, or more files than asked for
        raise _invalid(ONE_FILE) from None
    if any(len(content) > LARGEST for _, content in found.values()):
        raise _invalid(f"文件过大，最多 {LARGEST // 1_000_000} MB", 413)
    if not all(content for _, content in found.values()):
        raise _invalid("文件是空的，请重新选择")
    return found


def keep(session: Session, owner: str, name: str, content: bytes, now: datetime) -> Attachment:
    """Keep the bytes and their entry. The same bytes are stored once."""
    digest = hashlib.sha256(content).hexdigest()
    path = settings().files / digest[:2] / digest
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_name(f".{uuid4()}.half")
        half.write_bytes(content)
        os.replace(half, path)
    kept = Attachment(
        owner=owner,
        name=_plain_name(name),
        media_type=_type_of(content),
        sha256=digest,
        size=len(content),
        at=now,
    )
    session.add(kept)
    session.flush()
    return kept


def fetch(session: Session, me: Me, file_id: UUID) -> tuple[str, bytes]:
    """Name and bytes of an attachment.

    Raises:
        NotYours: none, or neither theirs nor of a request they may see.
    """
    kept = session.get(Attachment, file_id)
    if kept is None:
        raise NotYours
    if kept.owner != me.account and not (
        kept.request_id
        and session.exec(select(Request.id).where(Request.id == kept.request_id, visible_to(me))).first()
    ):
        raise NotYours
    return kept.name, (settings().files / kept.sha256[:2] / kept.sha256).read_bytes()


def as_download(name: str, content: bytes) -> Response:
    """Never shown inside our pages, whatever its type."""
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type="application/octet-stream", headers=headers)


def _plain_name(name: str) -> str:
    bare = name.replace("\\", "/").rpartition("/")[2]
    bare = "".join(sign for sign in bare if unicodedata.category(sign)[0] != "C").strip(". ")
    return bare[-200:] or "附件"


def _type_of(content: bytes) -> str:
    for signature, media_type in SIGNATURES.items():
        if content.startswith(signature):
            return media_type
    try:
        content.decode()
    except UnicodeDecodeError:
        raise _invalid("只接受 PDF、图片、Office 文档和文本文件") from None
    return "text/plain"


def _invalid(told: str, status: int = 422) -> Invalid:
    refusal = Invalid(f"附件：{told}。", fields={"file": told})
    refusal.status = status
    return refusal
