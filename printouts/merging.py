"""Papers one after another in one PDF, each beginning on an odd page: printed on both sides, no two share a leaf."""

import io
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass

import pikepdf


@dataclass(frozen=True)
class Paper:
    """A PDF, and what its bookmark is called."""

    title: str
    pdf: bytes


def merge(title: str, papers: Iterable[Paper]) -> bytes:
    """One PDF of their pages as they are; a blank page of the same size after each that ends on an odd one.

    Raises:
        pikepdf.PdfError: one of them is no PDF.
    """
    with pikepdf.new() as merged, ExitStack() as sources:  # what was merged is read when it is saved
        bookmarks = []
        for paper in papers:
            _end_the_leaf(merged)
            bookmarks.append(pikepdf.OutlineItem(paper.title, len(merged.pages)))
            source = sources.enter_context(pikepdf.open(io.BytesIO(paper.pdf)))
            _strip_signature(source)
            merged.pages.extend(source.pages)
        with merged.open_outline() as outline:
            outline.root.extend(bookmarks)
        merged.docinfo["/Title"] = title
        written = io.BytesIO()
        merged.save(written)
    return written.getvalue()


def readable(pdf: bytes) -> bool:
    """Whether these bytes are a PDF with pages."""
    try:
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            return len(opened.pages) > 0
    except pikepdf.PdfError:
        return False


def _strip_signature(pdf: pikepdf.Pdf) -> None:
    """It holds for its own file alone, and shows nothing on the page."""
    if "/AcroForm" not in pdf.Root:
        return
    form = pdf.Root.AcroForm
    form.Fields = pikepdf.Array([field for field in form.Fields if field.get("/FT") != "/Sig"])
    for page in pdf.pages:
        page.Annots = pikepdf.Array([each for each in page.get("/Annots", []) if each.get("/FT") != "/Sig"])
    if not len(form.Fields):
        del pdf.Root.AcroForm


def _end_the_leaf(merged: pikepdf.Pdf) -> None:
    if len(merged.pages) % 2:
        left, low, right, high = (float(edge) for edge in merged.pages[-1].mediabox)
        merged.add_blank_page(page_size=(right - left, high - low))
