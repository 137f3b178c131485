"""Reading a PDF back: its text, and what an archive asks of it."""

import io

import pikepdf
import pypdfium2
import zxingcpp
from PIL import Image

from models.page import Box

LEAVES_A_FILE_OPEN = "ignore:unclosed file.*sRGB2014:ResourceWarning"  # WeasyPrint 70, its own colour profile
MM = 72 / 25.4  # points


def text_of(pdf: bytes) -> str:
    return "".join(pages_of(pdf))


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page, blanks and line ends removed: what was written may have been broken over lines."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [packed(page.get_textpage().get_text_range()) for page in document]
    finally:
        document.close()


def packed(text: str) -> str:
    return "".join(text.split())


def text_within(pdf: bytes, page: int, left: float, top: float, right: float, bottom: float) -> str:
    """The text in a part of a page, in mm from its upper left corner."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        height = document[page].get_height()
        area = {"left": left * MM, "right": right * MM, "top": height - top * MM, "bottom": height - bottom * MM}
        text: str = document[page].get_textpage().get_text_bounded(**area)
        return text.strip()
    finally:
        document.close()


def text_in(pdf: bytes, page: int, box: Box) -> str:
    return text_within(pdf, page, box.left, box.top, box.left + box.width, box.top + box.height)


def opened(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf))


def pictures_of(pdf: bytes, dpi: int) -> list[Image.Image]:
    """Each page in shades of grey."""
    return [page.convert("L") for page in coloured(pdf, dpi)]


def coloured(pdf: bytes, dpi: int) -> list[Image.Image]:
    """Each page as it is."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.render(scale=dpi / 72).to_pil() for page in document]
    finally:
        document.close()


def scanned(pdf: bytes, dpi: int = 150) -> list[list[str]]:
    """What a phone reads off each page, printed and photographed so finely."""
    return [[code.text for code in zxingcpp.read_barcodes(picture)] for picture in pictures_of(pdf, dpi)]
