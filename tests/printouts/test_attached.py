"""附件一并装订: PDFs and pictures on A4 behind their sheet; what cannot be bound is named with the reason."""

import io
import struct
import zlib
from itertools import pairwise
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Encryption, Name, String
from PIL import Image
from weasyprint import HTML

from models.page import copy_box
from models.papers import Attachment
from models.settings import settings
from printouts.printing.attached import MOST_PAGES, Unbound, as_pages
from printouts.printing.bundle import Order
from printouts.printing.merging import written
from tests.printouts.batches import Printed, filed, handed_in
from tests.printouts.papers import paper
from tests.printouts.reading import opened, pages_of, text_within

FACE = "font: 12pt 'Noto Serif CJK SC'"
FORBIDDEN = ("/JS", "/JavaScript", "/AA", "/OpenAction", "/EmbeddedFiles", "/AcroForm", "/Annots", "/Launch", "/Ref")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings(), "home", tmp_path)
    (tmp_path / "work").mkdir()
    return tmp_path


def drawn(text: str, size: str = "A4") -> bytes:
    page = f'<style>@page {{ size: {size}; margin: 10mm }}</style><p style="{FACE}">{text}'
    made: bytes = HTML(string=page).write_pdf()
    return made


def picture(size: tuple[int, int], mode: str = "RGB", form: str = "PNG", orientation: int = 1) -> bytes:
    """Red at the top left when it is seen upright, white elsewhere; transparent where there is an alpha channel."""
    made = Image.new(mode, size, "white" if mode in ("RGB", "L") else (0, 0, 0, 0))
    if mode == "RGB":
        made.paste("red", (0, 0, size[0] // 4, size[1] // 4))
    exif = Image.Exif()
    exif[0x0112] = orientation
    out = io.BytesIO()
    made.save(out, form, exif=exif)
    return out.getvalue()


def seen(pdf: bytes, page: int = 0) -> Image.Image:
    document = pypdfium2.PdfDocument(pdf)
    try:
        found: Image.Image = document[page].render(scale=1).to_pil().convert("RGB")
        return found
    finally:
        document.close()


def bound(home: Path, *attachments: Attachment) -> Printed:
    """A sheet of one page, without index, with these behind it."""
    return Printed(home / "work", [Order(filed(), bound=True, attachments=attachments)], {}, index=False)


def test_each_attachment_begins_on_an_odd_page_under_its_name(home: Path) -> None:
    made = bound(
        home, handed_in("合同.pdf", drawn("一<p style='break-before: page'>二")), handed_in("证.pdf", drawn("三"))
    )
    texts = pages_of(made.pdf)
    assert [bool(text) for text in texts] == [True, False, True, True, True]
    assert [text_within(made.pdf, page, 20, 5, 200, 15) for page in (2, 3, 4)] == [
        "QJ-2026-000001　附件 1：合同.pdf",
        "QJ-2026-000001　附件 1：合同.pdf",
        "QJ-2026-000001　附件 2：证.pdf",
    ]
    assert all("第1份" in texts[page] for page in (0, 2, 3, 4))
    assert ["一" in texts[2], "二" in texts[3], "三" in texts[4]] == [True] * 3


def test_the_index_names_what_was_bound_in_and_what_was_not(home: Path) -> None:
    word = handed_in("说明.docx", b"PK\x03\x04", "application/zip")
    order = Order(filed(), bound=True, attachments=[handed_in("合同.pdf", paper(3)), word])
    made = Printed(home / "work", [order], {})
    index = pages_of(made.pdf)[0]
    assert "附件1：合同.pdf（3页）；附件2：说明.docx（没有装订：不是PDF或图片）" in index
    assert "合计：1份，4页；双面打印用纸3张" in index
    assert len(pages_of(made.pdf)) == 2 + 2 + 3


def test_a_wide_margin_at_the_foot_is_kept_for_the_number_of_the_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "margins", "37 26 60 28")
    pdf = as_pages(handed_in("x.pdf", drawn("左上角<p style='margin-top:230mm'>右下角", "A4")))
    assert text_within(pdf, 0, 0, 0, 210, copy_box(settings().page).top).split() == ["左上角", "右下角"]


@pytest.mark.parametrize("size", ["A4", "A4 landscape", "A3", "A6", "2000mm 100mm"])
def test_a_page_of_any_size_stands_upright_on_a4_clear_of_heading_and_foot(size: str) -> None:
    pdf = as_pages(handed_in("x.pdf", drawn("左上角", size)))
    with opened(pdf) as found:
        assert [round(float(edge)) for edge in found.pages[0].mediabox] == [0, 0, 595, 842]
    assert "左上角" in pages_of(pdf)[0]
    assert text_within(pdf, 0, 0, 0, 210, 15) == text_within(pdf, 0, 0, 271, 210, 297) == ""


def test_a_page_turned_in_its_file_is_turned_on_paper() -> None:
    with opened(drawn("横")) as turned:
        turned.pages[0].rotate(90, relative=False)
        pdf = as_pages(handed_in("x.pdf", written(turned)))
    assert "横" in pages_of(pdf)[0]


def armed() -> bytes:
    """A PDF that would do something: scripts, actions, a form with a value, another file inside, a link out."""
    with opened(drawn("正文")) as pdf:
        script = pdf.make_indirect(Dictionary(S=Name.JavaScript, JS=String("app.alert(1)")))
        pdf.Root.OpenAction = script
        pdf.Root.AA = Dictionary(WC=script)
        pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("x"), script])))
        pdf.attachments["inside.exe"] = b"MZ"
        launch = Dictionary(S=Name.Launch, F=String("calc.exe"))
        look = pdf.make_stream(b"BT /F 12 Tf (filled in) Tj ET")
        look.Type, look.Subtype, look.BBox = Name.XObject, Name.Form, Array([0, 0, 200, 20])
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        look.Resources = Dictionary(Font=Dictionary(F=font))
        field = pdf.make_indirect(
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Widget,
                FT=Name.Tx,
                T=String("name"),
                V=String("filled in"),
                F=4,
                Rect=Array([50, 300, 250, 320]),
                AP=Dictionary(N=look),
                AA=Dictionary(K=script),
            )
        )
        link = Dictionary(Subtype=Name.Link, Rect=Array([0, 0, 99, 99]), A=launch)
        pdf.pages[0].obj["/Annots"] = Array([field, pdf.make_indirect(link)])
        pdf.pages[0].obj["/AA"] = Dictionary(O=script)
        pdf.Root.AcroForm = Dictionary(Fields=Array([field]))
        for each in pdf.objects:
            if isinstance(each, pikepdf.Stream):
                each["/PieceInfo"] = Dictionary(X=Dictionary(Private=script))
        return written(pdf)


def test_of_a_pdf_only_what_it_looks_like_is_bound_in(home: Path) -> None:
    made = bound(home, handed_in("x.pdf", armed()))
    text = pages_of(made.pdf)[2]
    assert ("正文" in text, "filledin" in text) == (True, True)  # what was typed into its form is seen
    with opened(made.pdf) as pdf:
        found = {key for each in pdf.objects if isinstance(each, Dictionary | pikepdf.Stream) for key in each}
        names = {str(each.get("/S")) for each in pdf.objects if isinstance(each, Dictionary)}
    assert found.isdisjoint(FORBIDDEN)
    assert names.isdisjoint({"/JavaScript", "/Launch"})


def encrypted(**passwords: str) -> bytes:
    out = io.BytesIO()
    with opened(paper(1)) as pdf:
        pdf.save(out, encryption=Encryption(**passwords))  # type: ignore[arg-type]
    return out.getvalue()


def with_pages(count: int) -> bytes:
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        for _ in range(count - 1):
            pdf.pages.append(page)
        return written(pdf)


def nested() -> bytes:
    """A page tree that leads back into itself."""
    with opened(paper(1)) as pdf:
        pdf.Root.Pages.Kids.append(pdf.Root.Pages)
        return written(pdf)


def said_to_be(width: int, height: int) -> bytes:
    """A small PNG that says it is large."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(b"0")), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize(
    ("content", "media_type", "why"),
    [
        (b"PK\x03\x04", "application/zip", "不是 PDF 或图片"),
        (b"hello", "text/plain", "不是 PDF 或图片"),
        (encrypted(owner="x", user="y"), "application/pdf", "PDF 已加密"),
        (encrypted(owner="x"), "application/pdf", "PDF 已加密"),
        (b"%PDF-1.7 no", "application/pdf", "PDF 已损坏"),
        (paper(3)[:300], "application/pdf", "PDF 已损坏"),
        (nested(), "application/pdf", "PDF 已损坏"),
        (with_pages(MOST_PAGES + 1), "application/pdf", f"最多 {MOST_PAGES} 页"),
        (b"\x89PNG\r\n\x1a\n no", "image/png", "图片已损坏"),
        (picture((900, 900))[:400], "image/png", "图片已损坏"),
        (picture((900, 900), form="JPEG")[:600], "image/jpeg", "图片已损坏"),
        (picture((900, 900), form="JPEG")[:5000], "image/jpeg", "图片已损坏"),
        (picture((9, 9), form="GIF"), "image/png", "图片已损坏"),
        (said_to_be(10_001, 5000), "image/png", "图片过大"),
        (said_to_be(60_000, 60_000), "image/png", "图片过大"),
    ],
    ids=range(15),
)
def test_what_cannot_be_bound_in_says_why(content: bytes, media_type: str, why: str) -> None:
    with pytest.raises(Unbound, match=why):
        as_pages(handed_in("x", content, media_type))


def test_a_file_that_is_not_what_was_handed_in_is_left_out(home: Path) -> None:
    changed, gone = handed_in("改.pdf", paper(1)), handed_in("丢.pdf", paper(2))
    for each, content in ((changed, b"%PDF changed"), (gone, None)):
        path = settings().files / each.sha256[:2] / each.sha256
        path.write_bytes(content) if content else path.unlink()
    (ready,) = bound(home, changed, gone).ready
    assert [each.left_out for each in ready.attached] == ["文件已损坏，请从备份恢复", "文件缺失，请从备份恢复"]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_stands_as_it_was_taken(orientation: int) -> None:
    """However the camera was held: what was at its top left is red, and lies at a corner of the page."""
    pdf = as_pages(handed_in("x.jpg", picture((400, 600), form="JPEG", orientation=orientation), "image/jpeg"))
    found = seen(pdf)
    red = [
        (x, y)
        for x in range(75, 565, 5)
        for y in range(50, 760, 5)
        if found.getpixel((x, y))[0] - found.getpixel((x, y))[1] > 99  # type: ignore[index]
    ]
    assert 0.03 < len(red) * 25 / (500 * 720) < 0.1


@pytest.mark.parametrize(
    ("mode", "form"), [("RGBA", "PNG"), ("LA", "PNG"), ("L", "PNG"), ("CMYK", "JPEG"), ("P", "PNG")]
)
def test_a_picture_of_any_kind_is_bound_in(mode: str, form: str) -> None:
    content = picture((300, 200), mode, form) if mode not in ("LA", "P") else _converted(mode)
    page = seen(as_pages(handed_in("x", content, f"image/{form.lower()}")))
    assert page.getpixel((300, 400)) == (255, 255, 255)  # what is transparent lies on white paper


def _converted(mode: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (300, 200), (0, 0, 0, 0)).convert(mode).save(out, "PNG", transparency=0 if mode == "P" else None)
    return out.getvalue()


def test_a_wide_picture_lies_on_its_side_and_a_large_one_is_made_smaller() -> None:
    pdf = as_pages(handed_in("x.png", picture((6000, 3000)), "image/png"))
    with opened(pdf) as found:
        (image,) = (
            each for each in found.objects if isinstance(each, pikepdf.Stream) and each.get("/Subtype") == "/Image"
        )
        assert (int(image.Width), int(image.Height)) == (1450, 2900)


def test_a_picture_has_no_place_where_it_was_taken() -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    Image.new("RGB", (9, 9)).save(out, "JPEG", exif=exif, comment=b"secret")
    pdf = as_pages(handed_in("x.jpg", out.getvalue(), "image/jpeg"))
    assert (b"Exif" in out.getvalue(), b"Exif" in pdf, b"secret" in pdf) == (True, False, False)


def test_the_papers_of_many_sheets_keep_their_parity(home: Path) -> None:
    attachments = [handed_in(f"{pages}.pdf", paper(pages, 500 + pages)) for pages in (1, 2, 3)]
    orders = [Order(filed(f"QJ-2026-00000{no}", pages=no), bound=True, attachments=attachments) for no in (1, 2, 3)]
    made = Printed(home / "work", orders, {})
    texts = pages_of(made.pdf)
    begins = [page for page, text in enumerate(texts) if "附件" in text and page >= 2]
    assert len(begins) == 3 * 6
    with opened(made.pdf) as pdf, pdf.open_outline() as outline:
        marks = [each.destination for each in outline.root if isinstance(each.destination, pikepdf.Array)]
        assert [pdf.pages.index(each[0]) % 2 for each in marks] == [0] * 4
    firsts = [
        begins[0],
        *(after for before, after in pairwise(begins) if _named(texts, after) != _named(texts, before)),
    ]
    assert [page % 2 for page in firsts] == [0] * 9


def _named(texts: list[str], page: int) -> str:
    return texts[page].partition(".pdf")[0]
