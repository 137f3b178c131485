"""The page that a sheet is drawn on: its margins, and the places in them that are kept for a purpose. All in mm."""

from dataclasses import dataclass

WIDTH, HEIGHT = 210.0, 297.0  # A4 portrait
LEAST_TOP = 30.0  # the archive stamp (归档章) and what printers leave white
LEAST_BOTTOM = 28.0  # the check code and what printers leave white
LEAST_SIDE = 10.0
LEAST_WIDTH, LEAST_HEIGHT = 140.0, 170.0  # of what is left for the text: the foot in one row, an opinion in one piece
ORDER = "上 右 下 左"


@dataclass(frozen=True)
class Margins:
    top: float
    right: float
    bottom: float
    left: float

    @property
    def css(self) -> str:
        return " ".join(f"{each:g}mm" for each in (self.top, self.right, self.bottom, self.left))


@dataclass(frozen=True)
class Box:
    """A place on a page, from its upper left corner."""

    left: float
    top: float
    width: float
    height: float


def stamp_box(margins: Margins) -> Box:
    """Of page one: blank, for the archive stamp of 45 × 16 mm; above the middle of the title. By default 81, 8.5."""
    middle = (margins.left + WIDTH - margins.right) / 2
    return Box(middle - 25, (margins.top - 20) / 2, 50, 20)


def copy_box(margins: Margins) -> Box:
    """Of every foot: blank, for the number of a copy on paper, below the print time. By default 28, 275.5."""
    return Box(margins.left, HEIGHT - margins.bottom + 13.5, 54, 5)


def check_box(margins: Margins) -> Box:
    """Of every foot: the check code, a QR code of 16 × 16 mm, and its letters below. By default 168, 265."""
    return Box(WIDTH - margins.right - 16, HEIGHT - margins.bottom + 3, 16, 16)


def read_margins(text: str) -> Margins:
    """`37 26 35 28`: top, right, bottom, left. Raises ValueError, in Chinese, for what no sheet can be drawn in."""
    try:
        margins = Margins(*(float(each) for each in text.replace("mm", " ").split()))
    except (TypeError, ValueError):
        raise ValueError(f"应为四个毫米数，依次是{ORDER}，用空格分开，例如 37 26 35 28") from None
    _check(margins)
    return margins


def _check(margins: Margins) -> None:
    least = {"top": ("上", LEAST_TOP, "归档章"), "bottom": ("下", LEAST_BOTTOM, "校验码")}
    least |= {side: (name, LEAST_SIDE, "打印机的白边") for side, name in (("left", "左"), ("right", "右"))}
    for side, (name, smallest, purpose) in least.items():
        if not getattr(margins, side) >= smallest:  # `nan` is not either
            raise ValueError(f"{name}边距至少 {smallest:g} 毫米，要留出{purpose}的位置")
    if WIDTH - margins.left - margins.right < LEAST_WIDTH:
        raise ValueError(f"左右边距之和至多 {WIDTH - LEAST_WIDTH:g} 毫米，否则表格放不下")
    if HEIGHT - margins.top - margins.bottom < LEAST_HEIGHT:
        raise ValueError(f"上下边距之和至多 {HEIGHT - LEAST_HEIGHT:g} 毫米，否则意见放不下")
