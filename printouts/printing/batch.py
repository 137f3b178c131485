"""Printing: sheets made ready on a pile, then numbered, marked and joined in one PDF.

Made ready outside any transaction: that takes long. Numbered and joined within the one that writes the numbers down.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

import pikepdf

from models.archive import Layout
from models.papers import Attachment
from models.settings import settings
from printouts.filing.sheets import OnFile, SheetDamaged, read_sheet
from printouts.printing.ahead import drawn
from printouts.printing.attached import Unbound, as_pages
from printouts.printing.bundle import AllDamaged, Attached, Listed, Order, Ready, in_words
from printouts.printing.marks import Foot, Heading, Mark, foot_of
from printouts.printing.merging import Pile, Placed, readable
from printouts.printing.overlays import Overlays
from printouts.printing.print_index import Index, Line, draw_index

Progress = Callable[[int, int], None]


class Batch:
    """Sheets on their way to paper; `ready` and `left_out` in the order in which they were asked for."""

    def __init__(self, pile: Pile, overlays: Overlays) -> None:
        self._pile, self._overlays = pile, overlays
        self.ready: list[Ready] = []
        self.left_out: list[Listed] = []
        self._places: list[list[Placed]] = []  # of each that is ready: the sheet, its attachments
        self._front: tuple[Mapping[UUID, int], bytes] | None = None  # the index, and the numbers in it

    def add(self, order: Order, drawn: bytes | None) -> None:
        """Make a sheet ready, checked against its hash on record; one that is damaged is left out.

        Args:
            drawn: what is printed in place of the filed file.
        """
        pdf = _sound(order.listed.file)
        if pdf is None:
            self.left_out.append(order.listed)
            return
        placed = self._pile.put(order.listed.entry.title, drawn or pdf, lambda on, pages: self._stamp(order, on, pages))
        self._places.append([placed])
        self.ready.append(Ready(order, placed.pages, [self._bind(each) for each in _headings(order)]))

    def draw_index(self, numbers: Mapping[UUID, int], by: str, now: datetime) -> None:
        """Draw the index for the numbers that are to be expected: it takes longer than all the rest of `join`."""
        self._front = (numbers, self._index(numbers, by, now))

    def join(self, out: BinaryIO, numbers: Mapping[UUID, int], by: str, now: datetime, *, index: bool) -> None:
        """Write them all as one PDF, with the number of the copy at the foot of each page.

        Args:
            numbers: which copy this is, by sheet.
            by: the name of whoever prints; now: in the office's zone.
            index: whether a list of what is in it comes first.
        """
        feet = [foot_of(numbers[each.order.listed.sheet.id], each.order.layout, by, now) for each in self.ready]
        with Overlays(feet) as overlays:

            def mark(on: pikepdf.Pdf, pages: Sequence[pikepdf.Page]) -> None:
                for foot, places in zip(feet, self._places, strict=True):
                    for place in places:
                        _lay(overlays, foot, place, on, pages)

            if index and (self._front is None or self._front[0] != numbers):
                self.draw_index(numbers, by, now)
            front = self._front[1] if index and self._front else None
            title = "流程单合并打印" if index else self.ready[0].order.listed.entry.title
            self._pile.join(out, title, front, [places[0] for places in self._places], mark)

    def _stamp(self, order: Order, on: pikepdf.Pdf, pages: Sequence[pikepdf.Page]) -> None:
        if order.stamp and order.layout is Layout.full:
            self._overlays.lay(order.stamp, pages[0], on)

    def _bind(self, asked: tuple[Heading, Attachment]) -> Attached:
        heading, attachment = asked
        name = heading.text.partition("　")[2]
        try:
            pdf = as_pages(attachment)
        except Unbound as why:
            return Attached(name, left_out=str(why))

        def head(on: pikepdf.Pdf, pages: Sequence[pikepdf.Page]) -> None:
            for page in pages:
                self._overlays.lay(heading, page, on)

        placed = self._pile.put(heading.text, pdf, head)
        self._places[-1].append(placed)
        return Attached(name, placed.pages)

    def _index(self, numbers: Mapping[UUID, int], by: str, now: datetime) -> bytes:
        lines = [
            Line(
                each.order.listed.entry,
                numbers[each.order.listed.sheet.id],
                each.order.layout,
                each.all_pages,
                each.leaves,
                [attached.told for attached in each.attached],
            )
            for each in self.ready
        ]
        return draw_index(Index(settings().organisation, by, now, lines, [each.entry for each in self.left_out]))


@contextmanager
def prepared(orders: Sequence[Order], folder: Path, progress: Progress) -> Iterator[Batch]:
    """All of them made ready, in files under the folder.

    Raises:
        AllDamaged: nothing is left to print; OSError: the disk is full.
    """
    marks = [mark for order in orders for mark in _marks(order)]
    with Pile(folder) as pile, Overlays(marks) as overlays, drawn(orders) as excerpts:
        batch = Batch(pile, overlays)
        for done, order in enumerate(orders, 1):
            batch.add(order, next(excerpts) if order.draw else None)
            progress(done, len(orders))
        if not batch.ready:
            raise AllDamaged(in_words(batch.left_out))
        yield batch


def _marks(order: Order) -> Iterator[Mark]:
    yield from (heading for heading, _ in _headings(order))
    if order.stamp and order.layout is Layout.full:
        yield order.stamp


def _headings(order: Order) -> Iterator[tuple[Heading, Attachment]]:
    for no, each in enumerate(order.attachments, 1):
        yield Heading(f"{order.listed.entry.number}　附件 {no}：{each.name}"), each


def _lay(overlays: Overlays, foot: Foot, place: Placed, on: pikepdf.Pdf, pages: Sequence[pikepdf.Page]) -> None:
    for page in pages[place.first : place.first + place.pages]:
        overlays.lay(foot, page, on)


def _sound(file: OnFile) -> bytes | None:
    try:
        pdf = read_sheet(file)
    except SheetDamaged:
        return None
    return pdf if readable(pdf) else None
