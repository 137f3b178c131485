"""The pile of papers for print: each begins on an odd page, in memory or in files."""

import io
from pathlib import Path

import pikepdf
import pytest

from printouts.printing.merging import Pile, Placed, readable
from tests.printouts.papers import paper, widths
from tests.printouts.reading import opened


def joined(folder: Path, *papers: tuple[str, int], at_a_time: int = 10**9, front: bytes | None = None) -> bytes:
    """Papers by title and pages, each 1 point wider than the one before."""
    out = io.BytesIO()
    with Pile(folder, at_a_time) as pile:
        placed = [pile.put(title, paper(pages, 401 + no)) for no, (title, pages) in enumerate(papers)]
        pile.join(out, "试", front, placed, lambda _on, _pages: None)
    return out.getvalue()


@pytest.mark.parametrize(("at_a_time", "files"), [(10**9, 1), (0, 3)])
def test_each_paper_begins_on_an_odd_page(tmp_path: Path, at_a_time: int, files: int) -> None:
    merged = joined(tmp_path, ("甲", 1), ("乙", 2), ("丙", 3), at_a_time=at_a_time)
    assert widths(merged) == [401, 401, 402, 402, 403, 403, 403]
    assert len(list(tmp_path.iterdir())) == files


@pytest.mark.parametrize("at_a_time", [10**9, 0])
def test_each_paper_has_a_bookmark_at_its_first_page(tmp_path: Path, at_a_time: int) -> None:
    merged = joined(tmp_path, ("甲", 3), ("乙", 1), ("丙", 1), at_a_time=at_a_time, front=paper(3))
    with opened(merged) as pdf, pdf.open_outline() as outline:
        found = [each.destination for each in outline.root if isinstance(each.destination, pikepdf.Array)]
        assert [each.title for each in outline.root] == ["目录", "甲", "乙", "丙"]
        assert [pdf.pages.index(each[0]) for each in found] == [0, 4, 8, 10]


def test_a_paper_knows_where_it_lies(tmp_path: Path) -> None:
    with Pile(tmp_path, at_a_time=0) as pile:
        assert pile.put("甲", paper(3)) == Placed("甲", 0, 3)
        assert pile.put("乙", paper(1)) == Placed("乙", 4, 1)


def test_what_is_no_pdf_is_not_readable() -> None:
    assert [readable(each) for each in (paper(1), b"%PDF-1.7 no", b"")] == [True, False, False]
