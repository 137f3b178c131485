"""Plain papers to merge."""

import io

import pikepdf

from tests.printouts.reading import opened


def paper(pages: int, width: int = 595) -> bytes:
    """A PDF of so many pages; its width tells whose a page is."""
    written = io.BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page(page_size=(width, 842))
        pdf.save(written)
    return written.getvalue()


def widths(pdf: bytes) -> list[int]:
    """Of each page."""
    with opened(pdf) as found:
        return [int(page.mediabox[2]) for page in found.pages]
