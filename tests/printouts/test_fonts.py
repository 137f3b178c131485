"""The face of the sheets: the one that is set, embedded, if this machine has it; and who is told when it has not."""

import pytest

from models.settings import FREE_FONT, settings
from printouts.drawing.fonts import installed, lacking
from printouts.drawing.render import render
from tests.printouts.office import LEAVE
from tests.printouts.reading import LEAVES_A_FILE_OPEN, opened, text_of

pytestmark = pytest.mark.filterwarnings(LEAVES_A_FILE_OPEN)
TRUETYPE = "DejaVu Serif"  # comes with fontconfig; without Chinese
MOST = 120 * 1024  # bytes of fonts in a usual leave


def embedded(pdf: bytes) -> dict[str, int]:
    """The faces by name, and how many bytes of the file each takes."""
    with opened(pdf) as found:
        fonts = [each for each in found.objects if getattr(each, "Type", None) == "/FontDescriptor"]
        return {str(font.FontName).split("+")[1]: _size(font) for font in fonts}


def _size(font: object) -> int:
    (file,) = [font[kind] for kind in ("/FontFile2", "/FontFile3") if kind in font]  # type: ignore[index, operator]
    return len(file.read_raw_bytes())


def test_a_usual_leave_has_one_face_for_text_and_one_for_headings_and_they_are_small() -> None:
    faces = embedded(render(LEAVE).pdf)
    assert set(faces) == {"Noto-Serif-CJK-SC", "Noto-Serif-CJK-SC-Bold"}
    assert sum(faces.values()) <= MOST


def test_the_face_that_is_set_is_embedded_and_the_free_one_stands_in_for_what_it_lacks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(settings(), "font", TRUETYPE)
    pdf = render(LEAVE).pdf
    faces = embedded(pdf)
    assert {"DejaVu-Serif", "Noto-Serif-CJK-SC"} <= set(faces)
    assert sum(faces.values()) <= MOST
    assert "母亲住院手术" in text_of(pdf)
    assert "QJ-2026-000123" in text_of(pdf)


def test_a_face_that_is_not_there_is_told_and_the_free_one_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "font", "天辰仿宋")
    assert lacking() == [f"没有找到字体「天辰仿宋」（OA_FONT），流程单改用 {FREE_FONT}；装好字体后重新启动即可。"]
    assert set(embedded(render(LEAVE).pdf)) == {"Noto-Serif-CJK-SC", "Noto-Serif-CJK-SC-Bold"}


def test_with_the_faces_there_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lacking() == []
    monkeypatch.setattr(settings(), "font", TRUETYPE.upper())  # as fontconfig, which reads names in either case
    assert lacking() == []


def test_without_fontconfig_every_face_is_told_as_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert installed() == set()
    assert [FREE_FONT in line for line in lacking()] == [True, True]
