"""附件一并装订: an attachment as pages of A4, if it is a PDF or a picture; else the reason, in words."""

import hashlib
import io

import pikepdf
import weasyprint.images  # noqa: F401 - before the line below: it has them completed
from PIL import Image, ImageFile, ImageOps

from models.papers import Attachment
from models.settings import settings
from printouts.printing.merging import written
from printouts.printing.on_a4 import Picture, add_page, add_picture

MOST_PAGES = 1000  # of one attachment
MOST_PIXELS = 50_000_000  # of a picture: A4 at 600 dots an inch has 35 million
DAMAGED = "PDF 已损坏，请另行打印核对"
TOO_LARGE = f"图片过大，最多 {MOST_PIXELS // 1_000_000} 百万像素"
PRINTED_AT = (2000, 2900)  # pixels: 290 dots an inch on what a page has room for
PICTURES = ("JPEG", "PNG")
ImageFile.LOAD_TRUNCATED_IMAGES = False  # half a picture is not printed as if it were whole; WeasyPrint loads none here
PDF, PICTURE = "application/pdf", "image/"


class Unbound(Exception):
    """It cannot be bound in. The message says why."""


def as_pages(attachment: Attachment) -> bytes:
    """The attachment as a PDF of A4 pages, with nothing in them but what they look like.

    Raises:
        Unbound: neither PDF nor picture, not what was handed in, encrypted, damaged, or too large.
    """
    content = _read(attachment)
    return _of_pdf(content) if attachment.media_type == PDF else _of_picture(content)


def _read(attachment: Attachment) -> bytes:
    if attachment.media_type != PDF and not attachment.media_type.startswith(PICTURE):
        raise Unbound("不是 PDF 或图片")
    try:
        content = (settings().files / attachment.sha256[:2] / attachment.sha256).read_bytes()
    except OSError:
        raise Unbound("文件缺失，请从备份恢复") from None
    if hashlib.sha256(content).hexdigest() != attachment.sha256:
        raise Unbound("文件已损坏，请从备份恢复")
    return content


def _of_pdf(content: bytes) -> bytes:
    try:
        with pikepdf.open(io.BytesIO(content), suppress_warnings=True) as found, pikepdf.new() as pages:
            if found.is_encrypted:
                raise Unbound("PDF 已加密")
            if not 0 < len(found.pages) <= MOST_PAGES:
                raise Unbound(f"PDF 有 {len(found.pages)} 页，最多 {MOST_PAGES} 页")
            found.flatten_annotations("print")  # what was filled in, stamped or signed is seen on paper
            _disarm(found)
            for page in found.pages:
                add_page(pages, page)
            made = written(pages)
            if found.get_warnings():  # what could be made out of it need not be all
                raise Unbound(DAMAGED)
            return made
    except pikepdf.PasswordError:
        raise Unbound("PDF 已加密") from None
    except (pikepdf.PdfError, ValueError, KeyError, TypeError, RuntimeError):  # what damaged ones raise
        raise Unbound(DAMAGED) from None


def _disarm(pdf: pikepdf.Pdf) -> None:
    """Streams of other files, pages of other files, private data of programs: nothing of it goes along."""
    for each in pdf.objects:
        if isinstance(each, pikepdf.Stream):
            for key in ("/F", "/FFilter", "/FDecodeParms", "/Ref", "/OPI", "/PieceInfo", "/Metadata", "/AF"):
                if key in each:
                    del each[key]


def _of_picture(content: bytes) -> bytes:
    with pikepdf.new() as pages:
        add_picture(pages, _picture(content))
        return written(pages)


def _picture(content: bytes) -> Picture:
    try:
        with Image.open(io.BytesIO(content), formats=PICTURES) as found:
            if found.width * found.height > MOST_PIXELS:
                raise Unbound(TOO_LARGE)
            upright = _upright(found)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Unbound(TOO_LARGE) from None
    except (OSError, SyntaxError, ValueError):  # what damaged ones raise
        raise Unbound("图片已损坏，无法读取") from None
    jpeg = io.BytesIO()
    upright.save(jpeg, "JPEG", quality=88)
    return Picture(jpeg.getvalue(), *upright.size)


def _upright(found: Image.Image) -> Image.Image:
    """As it was taken, a wide one on its side, no larger than a page shows; and nothing told about it."""
    found.draft("RGB", (PRINTED_AT[1], PRINTED_AT[1]))  # a JPEG is read no larger than that
    seen = ImageOps.exif_transpose(_on_white(found))
    if seen.width > seen.height:
        seen = seen.transpose(Image.Transpose.ROTATE_90)
    seen.thumbnail(PRINTED_AT)
    seen.info.clear()
    return seen


def _on_white(picture: Image.Image) -> Image.Image:
    if "transparency" not in picture.info and "A" not in picture.getbands():
        return picture.convert("RGB")
    with picture.convert("RGBA") as seen:
        paper = Image.new("RGB", seen.size, "white")
        paper.paste(seen, mask=seen)
    paper.info = picture.info
    return paper
