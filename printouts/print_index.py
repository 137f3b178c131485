"""The first page of a bulk print: what is in it, what was left out, how many pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from weasyprint import HTML

from printouts.bundle import Entry
from printouts.render import FETCHES_NOTHING, INVISIBLE, environment
from printouts.slim_fonts import slim_fonts


@dataclass(frozen=True)
class Index:
    """`by` is who had it made; moments carry the office's zone."""

    organisation: str
    by: str
    printed_at: datetime
    entries: Sequence[Entry]
    left_out: Sequence[Entry]

    @property
    def pages(self) -> int:
        """Of the sheets alone."""
        return sum(each.pages for each in self.entries)

    @property
    def leaves(self) -> int:
        """Paper for them, printed on both sides."""
        return sum(-(-each.pages // 2) for each in self.entries)


def draw_index(index: Index) -> bytes:
    """As a PDF, of as many pages as it takes."""
    html = environment().get_template("layouts/print_index.html").render(index=index)
    pdf: bytes = HTML(string=INVISIBLE.sub("", html), url_fetcher=FETCHES_NOTHING).write_pdf(finisher=slim_fonts)
    return pdf
