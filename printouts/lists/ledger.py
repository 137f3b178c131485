"""台账 on paper, as it is kept by custom: A4 landscape, its head on each page, each page added up, page x of y.

Drawn a few rows at a time, so that memory stays flat: of each piece the last page, which is not full, is drawn again at
the beginning of the next. The feet come last, over the pages: only then is it known how many there are.
"""

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import pikepdf
from weasyprint import HTML, Document

from models.settings import settings
from printouts.drawing.render import FETCHES_NOTHING, INVISIBLE, environment
from printouts.drawing.slim_fonts import slim_fonts
from printouts.lists.columns import Cell, Column, shown

Row = Sequence[Cell]
AT_ONCE = 150  # rows: some six pages
LONG = 120  # characters, that a row of the table would otherwise outgrow its page with


@dataclass(frozen=True)
class LedgerPaper:
    """`volume`: 印章：学校公章, or empty; `by` had it made, at `printed_at` in the office's zone."""

    organisation: str
    title: str
    volume: str
    since: date
    until: date
    by: str
    printed_at: datetime
    columns: Sequence[Column]
    rows: Sequence[Row]


@dataclass(frozen=True)
class Piece:
    pdf: bytes
    pages: Sequence[Sequence[int]]  # the rows on each


def draw_ledger(paper: LedgerPaper, told: Callable[[int], None] = lambda _rows: None) -> bytes:
    """As a PDF of as many pages as it takes; one with its head alone where there are no rows."""
    pieces = []
    for piece in _pieces(paper):
        pieces.append(piece)
        told(1 + max((row for page in piece.pages for row in page), default=0))
    pages = [rows for piece in pieces for rows in piece.pages]
    ends = [_in_words("本页", totals(paper.columns, [paper.rows[at] for at in rows])) for rows in pages]
    return _with_feet(f"{paper.organisation}{paper.title}", pieces, _filled("ledger_feet", {}, paper=paper, ends=ends))


def totals(columns: Sequence[Column], rows: Sequence[Row]) -> list[tuple[str, int | Decimal]]:
    """How many rows, and what each column that is added up comes to."""
    found: list[tuple[str, int | Decimal]] = [("行数", len(rows))]
    for at, column in enumerate(columns):
        if column.total:
            found.append((column.title, sum((_number(row[at]) for row in rows), 0)))
    return found


def _pieces(paper: LedgerPaper) -> Iterator[Piece]:
    start, end, named = 0, len(paper.rows), dict[int, str]()
    while start < end or not end:
        after = min(start + AT_ONCE, end)
        drawn = _drawn(paper, range(start, after), named, last=after == end)
        kept = drawn.copy(drawn.pages[:-1] if after < end and _begins_anew(drawn) else drawn.pages)
        pdf = kept.write_pdf(finisher=slim_fonts)
        if missing := {point for font in kept.fonts.values() for point in font.missing}:
            named |= {point: f"〔U+{point:04X}〕" for point in missing}
            continue  # once more: a reader must see that something stands there
        pages = [_rows_of(page.anchors) for page in kept.pages]
        yield Piece(pdf, pages)
        if not end:
            return
        start = max(row for page in pages for row in page) + 1


def _begins_anew(drawn: Document) -> bool:
    """Whether the last page begins with a row of its own, as the first does; not with the rest of one too long."""
    tops = [min((box[1] for box in page.anchors.values()), default=0) for page in drawn.pages]
    return len(tops) > 1 and abs(tops[0] - tops[-1]) < 1


def _drawn(paper: LedgerPaper, rows: range, named: Mapping[int, str], *, last: bool) -> Document:
    return _filled(
        "ledger",
        named,
        paper=paper,
        rows=[(at, paper.rows[at]) for at in rows],
        whole=_in_words("合计", totals(paper.columns, paper.rows)) if last else "",
        width=sum(column.width for column in paper.columns),
    )


def _filled(template: str, named: Mapping[int, str], **values: object) -> Document:
    """`named`: what characters that no font has are printed as."""
    values |= {"shown": shown, "style": _style, "font": settings().font}
    html = INVISIBLE.sub("", environment().get_template(f"layouts/{template}.html").render(**values))
    return HTML(string=html.translate(named), url_fetcher=FETCHES_NOTHING).render()


def _style(cell: Cell) -> str:
    """The class of a cell."""
    if isinstance(cell, int | Decimal):
        return "number"
    return "long" if len(shown(cell)) > LONG else "text"


def _with_feet(title: str, pieces: Sequence[Piece], feet: Document) -> bytes:
    written = io.BytesIO()
    with pikepdf.new() as whole, ExitStack() as sources:  # what was merged is read when it is saved
        for piece in pieces:
            whole.pages.extend(sources.enter_context(pikepdf.open(io.BytesIO(piece.pdf))).pages)
        drawn = sources.enter_context(pikepdf.open(io.BytesIO(feet.write_pdf(finisher=slim_fonts))))
        for page, foot in zip(whole.pages, drawn.pages, strict=True):
            page.add_overlay(foot, None)
        whole.docinfo["/Title"] = title
        whole.save(written)
    return written.getvalue()


def _rows_of(anchors: dict[str, object]) -> list[int]:
    """The rows on a page, by their places: each has an anchor."""
    return sorted(int(name.removeprefix("row-")) for name in anchors)


def _in_words(of: str, found: Sequence[tuple[str, int | Decimal]]) -> str:
    return f"{of}：" + "　".join(f"{title} {shown(number)}" for title, number in found)


def _number(cell: Cell) -> int | Decimal:
    return cell if isinstance(cell, int | Decimal) else 0
