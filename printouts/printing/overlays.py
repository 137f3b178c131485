"""Marks as overlays: each distinct one drawn once, all in one go, and shared by the pages that bear it."""

import io
from collections.abc import Iterable
from types import TracebackType
from typing import Self

import pikepdf
from weasyprint import HTML

from models.page import copy_box, stamp_box
from models.settings import settings
from printouts.drawing.render import FETCHES_NOTHING, INVISIBLE, environment
from printouts.drawing.slim_fonts import slim_fonts
from printouts.printing.marks import Mark


class Overlays:
    """Marks to lay over pages of PDFs, drawn when it is made. To be closed once those PDFs are saved."""

    def __init__(self, marks: Iterable[Mark]) -> None:
        self._marks = list(dict.fromkeys(marks))
        self._drawn = pikepdf.open(io.BytesIO(_draw(self._marks))) if self._marks else pikepdf.new()
        self._forms: dict[Mark, pikepdf.Object] = {}
        self._on: pikepdf.Pdf | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._drawn.close()

    def lay(self, mark: Mark, page: pikepdf.Page, on: pikepdf.Pdf) -> None:
        """Lay a mark over a page of `on`. One PDF after another: what is shared is kept for the last one."""
        if on is not self._on:
            self._forms, self._on = {}, on
        if mark not in self._forms:
            drawn = self._drawn.pages[self._marks.index(mark)].as_form_xobject()
            self._forms[mark] = on.copy_foreign(drawn)
        page.add_overlay(self._forms[mark], None)


def _draw(marks: list[Mark]) -> bytes:
    page, named = settings().page, [(type(mark).__name__, mark) for mark in marks]
    template = environment().get_template("layouts/overlays.html")
    html = template.render(marks=named, copy=copy_box(page), stamp=stamp_box(page))
    pdf: bytes = HTML(string=INVISIBLE.sub("", html), url_fetcher=FETCHES_NOTHING).write_pdf(finisher=slim_fonts)
    return pdf
