"""Pages and pictures of others placed on A4, upright, with room for a heading and the foot of the copy.

Of a foreign page only what it looks like is taken over (ISO 32000-1, 8.10: a form XObject): no links, scripts, forms.
"""

from dataclasses import dataclass

import pikepdf
from pikepdf import Array, Dictionary, Name, Rectangle

from models.page import HEIGHT, WIDTH, copy_box
from models.settings import settings

MM = 72 / 25.4  # points
A4 = (WIDTH * MM, HEIGHT * MM)
LOWEST = 27.0  # mm; below stands the number of the copy


@dataclass(frozen=True)
class Picture:
    """A JPEG to embed as it is."""

    jpeg: bytes
    width: int  # pixels
    height: int


def _box() -> Rectangle:
    """Clear of heading and foot, with room for binding at the left; points from the lower left corner."""
    foot = HEIGHT - copy_box(settings().page).top
    return Rectangle(25 * MM, max(LOWEST, foot + 1) * MM, 200 * MM, 281 * MM)


def add_page(pdf: pikepdf.Pdf, foreign: pikepdf.Page) -> None:
    """A new page that shows the foreign one, as large as fits; a wide one on its side."""
    if _wide(foreign):
        foreign.rotate(90, relative=True)
    form = pdf.copy_foreign(foreign.as_form_xobject())
    pdf.add_blank_page(page_size=A4).add_overlay(form, _box())


def add_picture(pdf: pikepdf.Pdf, picture: Picture) -> None:
    """A new page with a picture, as large as fits. It stands upright already."""
    image = pikepdf.Stream(
        pdf,
        picture.jpeg,
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=picture.width,
        Height=picture.height,
        ColorSpace=Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=Name.DCTDecode,
    )
    form = pikepdf.Stream(
        pdf,
        f"{picture.width} 0 0 {picture.height} 0 0 cm /Picture Do".encode(),
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=Array([0, 0, picture.width, picture.height]),
        Resources=Dictionary(XObject=Dictionary(Picture=image)),
    )
    pdf.add_blank_page(page_size=A4).add_overlay(form, _box())


def _wide(page: pikepdf.Page) -> bool:
    left, low, right, high = (float(edge) for edge in page.trimbox)
    sideways = int(page.obj.get("/Rotate", 0)) % 180 == 90
    return (right - left > high - low) is not sideways
