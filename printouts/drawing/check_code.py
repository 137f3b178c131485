"""校验码 on each page of a filed sheet: where anyone can check the paper, as a QR code and to be read out."""

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode

import segno
from markupsafe import Markup

from models.settings import settings
from printouts.drawing.wording import grouped


@dataclass(frozen=True)
class CheckCode:
    picture: Markup  # inline SVG, as large as its style says
    code: str  # in groups of four


def check_address(number: str, code: str) -> str:
    """The page, open to all, that says whether a paper is genuine."""
    return f"{settings().address}/check?{urlencode({'number': number, 'code': code})}"


def check_code(number: str, code: str) -> CheckCode:
    """What stands at the foot of each page."""
    return CheckCode(_picture(check_address(number, code)), grouped(code))


@lru_cache
def _picture(address: str) -> Markup:
    """Level M: readable with a seventh of it soiled."""
    drawn = segno.make(address, error="m", micro=False).svg_inline(border=0, omitsize=True)
    return Markup(drawn)  # noqa: S704  # made of numbers alone
