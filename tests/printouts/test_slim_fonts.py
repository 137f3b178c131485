"""Slim fonts draw the same page."""

import pypdfium2
import pytest
from PIL import Image, ImageChops
from weasyprint import HTML

from printouts.drawing.slim_fonts import slim_fonts
from tests.printouts.reading import LEAVES_A_FILE_OPEN

pytestmark = pytest.mark.filterwarnings(LEAVES_A_FILE_OPEN)
PAGE = HTML(string="<html lang=zh-CN style='font-family: Noto Serif CJK SC'>请假流程单 QJ〔2026〕123号<b>同意</b>")
A_SHADE = 16  # of 255: edges may be smoothed a little differently


def picture(pdf: bytes) -> Image.Image:
    document = pypdfium2.PdfDocument(pdf)
    try:
        drawn: Image.Image = document[0].render(scale=2).to_pil().convert("L")
        return drawn
    finally:
        document.close()


def test_a_page_with_slim_fonts_looks_the_same_at_a_tenth_of_the_size() -> None:
    whole, slim = PAGE.write_pdf(pdf_variant="pdf/a-3b"), PAGE.write_pdf(pdf_variant="pdf/a-3b", finisher=slim_fonts)
    assert picture(slim).getextrema() == (0, 255)
    histogram = ImageChops.difference(picture(slim), picture(whole)).histogram()
    assert sum(histogram[A_SHADE:]) == 0
    assert len(slim) < len(whole) / 10
