"""Filed sheets, attachments and their prints, as on the record and on the disk, without a database."""

import hashlib
import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from models.papers import Attachment, Sheet
from models.settings import settings
from printouts.printing.batch import Progress, prepared
from printouts.printing.bundle import Entry, Listed, Order, Ready
from tests.printouts.office import at
from tests.printouts.papers import paper

NOW = at(25, 16, 30)


def filed(number: str = "QJ-2026-000001", pages: int = 1, width: int = 595, pdf: bytes | None = None) -> Listed:
    pdf = pdf or paper(pages, width)
    (settings().data / f"{number}.pdf").write_bytes(pdf)
    sheet = Sheet(
        request_id=uuid4(),
        copy_kind="archive",
        path=f"{number}.pdf",
        sha256=hashlib.sha256(pdf).hexdigest(),
        size=len(pdf),
        pages=pages,
        filed_at=at(20),
    )
    return Listed(sheet, Entry(number, "归档联", "请假", "冯文海", "信息工程系", "办结", pages, at(20)), sheet)


def handed_in(name: str, content: bytes, media_type: str = "application/pdf") -> Attachment:
    digest = hashlib.sha256(content).hexdigest()
    path = settings().files / digest[:2] / digest
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    about: dict[str, Any] = {"owner": "T1045", "at": at(20), "size": len(content)}
    return Attachment(name=name, media_type=media_type, sha256=digest, **about)


class Printed:
    """What came of printing these orders."""

    def __init__(
        self,
        folder: Path,
        orders: Sequence[Order],
        numbers: dict[UUID, int],
        *,
        index: bool = True,
        now: datetime = NOW,
        progress: Progress = lambda *_: None,
    ) -> None:
        out = io.BytesIO()
        with prepared(orders, folder, progress) as batch:
            copies = {each.order.listed.sheet.id: 1 for each in batch.ready} | numbers
            batch.join(out, copies, "杨秀兰", now, index=index)
        self.pdf: bytes = out.getvalue()
        self.ready: list[Ready] = batch.ready
        self.left_out: list[Listed] = batch.left_out
