"""From the values of a sheet to its PDF/A-3: Jinja2 and WeasyPrint. The same values give the same bytes.

Nothing is fetched while drawing: no file, no address, whatever people wrote into a form.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC
from functools import lru_cache
from typing import NoReturn

import pydyf  # type: ignore[import-untyped]
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from weasyprint import CSS, HTML, Attachment, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from models.archive import Layout
from models.settings import FREE_FONT, ROOT, settings
from printouts.drawing.check_code import check_code
from printouts.drawing.slim_fonts import slim_fonts
from printouts.drawing.wording import day, minute, official_number, phrases, size
from printouts.gathering.sheet import SheetData

TEMPLATES = ROOT / "templates"
VARIANT = "pdf/a-3b"
# control characters, and marks that only change the order or joining of what is read: kept in the record, not on paper
INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\ufff9-\uffff\ud800-\udfff]"
)


@dataclass(frozen=True)
class Rendered:
    pdf: bytes
    pages: int
    missing: tuple[int, ...] = ()  # code points that no installed font has


def render(data: SheetData, layout: Layout = Layout.full) -> Rendered:
    """Draw a sheet as PDF/A-3b, fonts embedded. The full one has the record attached as record.json; the others are
    excerpts for paper, with the same check code and without it.

    Characters that no installed font has are printed as 〔U+1F44D〕: PDF/A allows no empty glyphs, and a reader
    must see that something stands there.
    """
    record = record_json(data) if layout is Layout.full else b""
    template = environment().get_template(f"{data.kind}.html")
    html = template.render(
        layout=f"layouts/{layout}.html",
        sheet=data,
        form=data.form,
        check=check_code(data.number, data.code) if data.code else None,
        record_sha256=hashlib.sha256(record).hexdigest(),
    )
    html = INVISIBLE.sub("", html)
    drawn, pdf = _draw(html, data, record)
    missing = {point for font in drawn.fonts.values() for point in font.missing}
    if missing:
        drawn, pdf = _draw(html.translate({point: f"〔U+{point:04X}〕" for point in missing}), data, record)
    return Rendered(pdf, len(drawn.pages), tuple(sorted(missing)))


def record_json(data: SheetData) -> bytes:
    """The attached record.json, byte for byte."""
    return json.dumps(data.record, ensure_ascii=False, sort_keys=True, indent=1).encode()


@lru_cache
def environment() -> Environment:
    """Templates of sheets and pages: everything written into them is escaped, an unknown name is an error."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(day=day, minute=minute, official_number=official_number, phrases=phrases, size=size)
    return made


def _draw(html: str, data: SheetData, record: bytes) -> tuple[Document, bytes]:
    document = HTML(string=html, url_fetcher=FETCHES_NOTHING).render(
        font_config=_fonts(), stylesheets=_styles(), pdf_variant=VARIANT
    )
    identifier = hashlib.sha256(html.encode() + record).digest()[:16]
    attachments = [_attachment(data, record)] if record else []
    pdf = document.write_pdf(pdf_variant=VARIANT, pdf_identifier=identifier, attachments=attachments, finisher=_finish)
    return document, pdf


def _attachment(data: SheetData, record: bytes) -> Attachment:
    moment = data.printed_at.astimezone(UTC)
    return Attachment(
        string=record.decode(),
        name="record.json",
        description="办理记录(机器可读)",
        relationship="Data",
        created=moment,
        modified=moment,
        url_fetcher=FETCHES_NOTHING,
    )


def _finish(document: Document, pdf: pydyf.PDF) -> None:
    slim_fonts(document, pdf)
    if "AF" in pdf.catalog:  # WeasyPrint 70 lists each attachment twice
        pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))


@lru_cache
def _fonts() -> FontConfiguration:
    return FontConfiguration()


def _styles() -> list[CSS]:
    return [_style(), _as_set(settings().font, settings().page.css)]


@lru_cache
def _style() -> CSS:
    return _css((TEMPLATES / "layouts" / "sheet.css").read_text())


@lru_cache
def _as_set(font: str, margins: str) -> CSS:
    return _css(f'@page {{ margin: {margins} }} html {{ font-family: "{font}", "{FREE_FONT}" }}')


def _css(style: str) -> CSS:
    return CSS(string=style, font_config=_fonts(), url_fetcher=FETCHES_NOTHING)


class _FetchesNothing(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no type information
    def fetch(self, url: str, headers: dict[str, str] | None = None) -> NoReturn:  # noqa: ARG002 - its interface
        raise ValueError(f"a sheet fetches nothing: {url[:100]}")


FETCHES_NOTHING = _FetchesNothing()
