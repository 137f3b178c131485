"""Golden pictures: every page of every kind, copy and layout, as it was looked at and found good.

A page may differ from its picture in at most one pixel in two hundred by more than a quarter of the scale, after a blur
of a pixel that takes out how edges are smoothed. Its text is compared letter for letter. The pictures were drawn with
Debian 12's fonts-noto-cjk 1:20220127; a font with other outlines stays within that, one with other widths moves lines:
then, and whenever a sheet is changed, `pytest tests/printouts/test_golden.py --golden` draws them anew; look at them.
"""

from itertools import chain
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageFilter

from models.archive import Layout
from models.settings import settings
from printouts.drawing.render import render
from printouts.gathering.sheet import SheetData
from tests.printouts.office import SHEETS
from tests.printouts.reading import LEAVES_A_FILE_OPEN, pictures_of

pytestmark = pytest.mark.filterwarnings(LEAVES_A_FILE_OPEN)
GOLDEN = Path(__file__).parent / "golden"
DPI = 72
SHADES = 16  # kept of 256: half the size
MUCH = 64  # of 255, that a pixel may differ by
MOST = 0.005  # of a page's pixels that may differ by more


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_looks_and_reads_as_it_did(
    name: str, layout: Layout, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings(), "public_url", "https://oa.tianchen.example")  # as the check code has it
    pages = drawn(SHEETS[name], layout, f"{name}-{layout}")
    if request.config.getoption("golden"):
        renew(f"{name}-{layout}", pages)
    assert set(pages) == {each.stem for each in GOLDEN.glob(f"{name}-{layout}-*.png")}
    for page, (picture, text) in pages.items():
        assert text == (GOLDEN / f"{page}.txt").read_text(), f"{page}: the text has changed"
        assert differing(picture, Image.open(GOLDEN / f"{page}.png")) <= MOST, f"{page}: the picture has changed"


def test_a_line_that_has_moved_is_noticed() -> None:
    page, _ = drawn(SHEETS["leave-archive"], Layout.full, "page")["page-1"]
    moved = page.copy()
    moved.paste(page.crop((0, 400, page.width, 700)), (0, 403))
    assert differing(page, page) == 0
    assert differing(page, moved) > MOST


def drawn(data: SheetData, layout: Layout, name: str) -> dict[str, tuple[Image.Image, str]]:
    """Picture and text of each page, by name."""
    pdf = render(data, layout).pdf
    both = zip(pictures_of(pdf, DPI), written(pdf), strict=True)
    return {f"{name}-{number}": page for number, page in enumerate(both, 1)}


def written(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return ["\n".join(page.get_textpage().get_text_range().splitlines()) + "\n" for page in document]
    finally:
        document.close()


def differing(one: Image.Image, other: Image.Image) -> float:
    """The share of pixels that differ by much."""
    blurred = (each.convert("L").filter(ImageFilter.GaussianBlur(1)) for each in (one, other))
    histogram = ImageChops.difference(*blurred).histogram()
    return sum(histogram[MUCH + 1 :]) / sum(histogram)


def renew(name: str, pages: dict[str, tuple[Image.Image, str]]) -> None:
    GOLDEN.mkdir(exist_ok=True)
    for old in chain(GOLDEN.glob(f"{name}-*.png"), GOLDEN.glob(f"{name}-*.txt")):
        old.unlink()
    for page, (picture, text) in pages.items():
        picture.quantize(SHADES).save(GOLDEN / f"{page}.png", optimize=True)
        (GOLDEN / f"{page}.txt").write_text(text)
