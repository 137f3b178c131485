"""The page of a sheet: which margins it can have, and the places kept on it."""

import pytest

from models.page import HEIGHT, WIDTH, Box, Margins, check_box, copy_box, read_margins, stamp_box

DEFAULT = "37 26 35 28"


def test_margins_are_read_from_the_top_round_to_the_left() -> None:
    assert read_margins(DEFAULT) == Margins(top=37, right=26, bottom=35, left=28)
    assert read_margins("37.5mm 20mm 30mm 25mm").css == "37.5mm 20mm 30mm 25mm"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "四个毫米数"),
        ("37 26 35", "四个毫米数"),
        ("37 26 35 28 1", "四个毫米数"),
        ("三七 26 35 28", "四个毫米数"),
        ("20 26 35 28", "上边距至少 30 毫米"),
        ("37 26 20 28", "下边距至少 28 毫米"),
        ("37 26 35 -1", "左边距至少 10 毫米"),
        ("37 nan 35 28", "右边距至少 10 毫米"),
        ("37 40 35 40", "左右边距之和"),
        ("37 inf 35 28", "左右边距之和"),
        ("90 26 60 28", "上下边距之和"),
    ],
)
def test_margins_that_no_sheet_can_be_drawn_in_are_refused(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        read_margins(text)


@pytest.mark.parametrize("text", [DEFAULT, "30 10 28 10", "70 35 57 35"])
def test_the_places_lie_in_the_margins_whatever_these_are(text: str) -> None:
    margins = read_margins(text)
    stamp, foot = stamp_box(margins), HEIGHT - margins.bottom
    assert 5 <= stamp.top <= stamp.top + stamp.height <= margins.top
    for box in (copy_box(margins), check_box(margins)):
        assert foot < box.top < box.top + box.height < HEIGHT - 5
        assert 0 < box.left < box.left + box.width < WIDTH


def test_by_default_they_lie_where_their_docstrings_say() -> None:
    margins = read_margins(DEFAULT)
    assert stamp_box(margins) == Box(81, 8.5, 50, 20)
    assert copy_box(margins) == Box(28, 275.5, 54, 5)
    assert check_box(margins) == Box(168, 265, 16, 16)
