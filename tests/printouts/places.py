"""Where the text of a page stands: in boxes, in mm from the upper left corner."""

import re
from collections.abc import Iterator
from itertools import combinations

import pypdfium2

from models.page import HEIGHT, WIDTH, Box, Margins
from tests.printouts.reading import MM, packed

TOUCHING = 0.35  # mm that a letter may reach into the line above: a point
REPEATED = re.compile(
    "办理步骤办理意见、姓名与时间|轮次与步骤办理意见、姓名与时间|人员事项送达确认处理|被催办人步骤时间方式"
)


def bare(text: str) -> str:
    """Without blanks and hyphens: PDFium reads one at the end of a line as \\x02, a word that was parted there."""
    return packed(text).replace("-", "").replace("\x02", "")


def bodies_of(pdf: bytes, margins: Margins) -> str:
    """The text between the margins, page after page, without the heads of tables that go on; bare."""
    area = Box(0, margins.top - 0.5, WIDTH, HEIGHT - margins.top - margins.bottom + 1)
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = [page.get_textpage().get_text_bounded(**_area(area)) for page in document]
    finally:
        document.close()
    return REPEATED.sub("", bare("".join(pages)))


def boxes_of(pdf: bytes) -> list[list[Box]]:
    """Of each page, a box for each run of text on a line."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [list(_boxes(page.get_textpage())) for page in document]
    finally:
        document.close()


def overlapping(boxes: list[Box]) -> list[tuple[Box, Box]]:
    return [(one, other) for one, other in combinations(boxes, 2) if _overlap(one, other)]


def outside(boxes: list[Box], margins: Margins) -> list[Box]:
    """Those beyond the left or right margin, or so near an edge of the paper that a printer cuts them."""
    right, low = WIDTH - margins.right, HEIGHT - 5
    return [
        box
        for box in boxes
        if box.left < margins.left - TOUCHING
        or box.left + box.width > right + TOUCHING
        or box.top < 5
        or box.top + box.height > low
    ]


def _boxes(text: pypdfium2.PdfTextPage) -> Iterator[Box]:
    for at in range(text.count_rects()):
        left, bottom, right, top = (edge / MM for edge in text.get_rect(at))
        yield Box(left, HEIGHT - top, right - left, top - bottom)


def _overlap(one: Box, other: Box) -> bool:
    across = min(one.left + one.width, other.left + other.width) - max(one.left, other.left)
    down = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
    return across > TOUCHING and down > TOUCHING


def _area(box: Box) -> dict[str, float]:
    low, right = HEIGHT - box.top - box.height, box.left + box.width
    return {"left": box.left * MM, "right": right * MM, "top": (HEIGHT - box.top) * MM, "bottom": low * MM}
