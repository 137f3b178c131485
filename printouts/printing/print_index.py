"""The first page of a bulk print: what is in it, what was left out, how many pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from weasyprint import HTML

from models.archive import Layout
from printouts.drawing.render import FETCHES_NOTHING, INVISIBLE, environment
from printouts.drawing.slim_fonts import slim_fonts
from printouts.printing.bundle import Entry
from printouts.printing.marks import LAYOUTS, REPRINT


@dataclass(frozen=True)
class Line:
    """A sheet in the print. `pages` and `leaves`: with its attachments, of which `attached` tells."""

    entry: Entry
    copy_no: int
    layout: Layout
    pages: int
    leaves: int
    attached: Sequence[str] = ()

    @property
    def copy(self) -> str:
        return f"第 {self.copy_no} 份" + (REPRINT if self.copy_no > 1 else "")

    @property
    def kind(self) -> str:
        """What is on paper: 归档联, or an excerpt of it."""
        return self.entry.copy if self.layout is Layout.full else f"{self.entry.copy}{LAYOUTS[self.layout]}"


@dataclass(frozen=True)
class Index:
    """`by` is who had it made; moments carry the office's zone."""

    organisation: str
    by: str
    printed_at: datetime
    lines: Sequence[Line]
    left_out: Sequence[Entry]

    @property
    def pages(self) -> int:
        """Of all but the index."""
        return sum(each.pages for each in self.lines)

    @property
    def leaves(self) -> int:
        """Paper for them, printed on both sides."""
        return sum(each.leaves for each in self.lines)


def draw_index(index: Index) -> bytes:
    """As a PDF, of as many pages as it takes."""
    html = environment().get_template("layouts/print_index.html").render(index=index)
    pdf: bytes = HTML(string=INVISIBLE.sub("", html), url_fetcher=FETCHES_NOTHING).write_pdf(finisher=slim_fonts)
    return pdf
