"""Papers one after another in one PDF, each beginning on an odd page: printed on both sides, no two share a leaf."""

import io
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import pikepdf

AT_A_TIME = 32_000_000  # bytes of papers in memory
Finish = Callable[[pikepdf.Pdf, Sequence[pikepdf.Page]], None]


@dataclass(frozen=True)
class Placed:
    """A paper on the pile: what its bookmark is called, its first page from 0, how many it has."""

    title: str
    first: int
    pages: int


class Pile:
    """Papers put on one another, in files under a folder once they are many: memory does not grow with them."""

    def __init__(self, folder: Path, at_a_time: int = AT_A_TIME) -> None:
        self._folder, self._at_a_time = folder, at_a_time
        self._files: list[Path] = []
        self._below = 0  # pages in the files
        self._begin()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._sources.close()

    def put(self, title: str, pdf: bytes, finish: Finish = lambda _pdf, _pages: None) -> Placed:
        """Put a paper on top; `finish` does what is to be done to its pages. Of a page only what is seen is kept.

        Raises:
            pikepdf.PdfError: it is no PDF.
        """
        source = self._sources.enter_context(pikepdf.open(io.BytesIO(pdf)))
        _flatten(source)
        _end_the_leaf(self._top)
        first = len(self._top.pages)
        self._top.pages.extend(source.pages)
        pages = self._top.pages[first:]
        finish(self._top, pages)
        placed = Placed(title, self._below + first, len(pages))
        self._size += len(pdf)
        if self._size > self._at_a_time:
            self._put_away()
        return placed

    def join(self, out: BinaryIO, title: str, front: bytes | None, papers: Sequence[Placed], finish: Finish) -> None:
        """Write everything as one PDF, `front` before it, with a bookmark to each of these papers.

        Args:
            finish: does what is to be done to the pages of the pile at last; blank backs are among them.
        """
        self._put_away()
        with pikepdf.new() as joined, ExitStack() as sources:  # what was merged is read when it is saved
            marked = [Placed("目录", 0, 0)] if front else []
            if front:
                joined.pages.extend(sources.enter_context(pikepdf.open(io.BytesIO(front))).pages)
                _end_the_leaf(joined)
            before = len(joined.pages)
            for file in self._files:
                _end_the_leaf(joined)
                joined.pages.extend(sources.enter_context(pikepdf.open(file)).pages)
            finish(joined, joined.pages[before:])
            marked += [Placed(each.title, before + each.first, each.pages) for each in papers]
            with joined.open_outline() as outline:
                outline.root.extend(pikepdf.OutlineItem(each.title, each.first) for each in marked)
            joined.docinfo["/Title"] = title
            joined.save(out)

    def _begin(self) -> None:
        self._sources, self._size = ExitStack(), 0
        self._top = self._sources.enter_context(pikepdf.new())

    def _put_away(self) -> None:
        """What lies on top goes into a file; the next one begins on an odd page, as every paper."""
        if pages := len(self._top.pages):
            file = self._folder / f"{len(self._files)}.pdf"
            self._top.save(file)
            self._files.append(file)
            self._below += pages + pages % 2
        self._sources.close()
        self._begin()


def written(pdf: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def readable(pdf: bytes) -> bool:
    """Whether these bytes are a PDF with pages."""
    try:
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            return len(opened.pages) > 0
    except pikepdf.PdfError:
        return False


def _flatten(pdf: pikepdf.Pdf) -> None:
    """What annotations and form fields look like stays; a signature holds for its own file alone."""
    pdf.flatten_annotations("print")
    for page in pdf.pages:
        if "/Annots" in page.obj:
            del page.obj["/Annots"]
    if "/AcroForm" in pdf.Root:
        del pdf.Root["/AcroForm"]


def _end_the_leaf(merged: pikepdf.Pdf) -> None:
    if len(merged.pages) % 2:
        left, low, right, high = (float(edge) for edge in merged.pages[-1].mediabox)
        merged.add_blank_page(page_size=(right - left, high - low))
