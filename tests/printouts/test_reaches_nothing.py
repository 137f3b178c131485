"""Whatever people write, into whatever field: no file is read, no address asked, and it is printed as written.

With a real server that nobody may ask, and a real file that nobody may read.
"""

import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from pathlib import Path
from threading import Thread

import pikepdf
import pytest

from models.archive import Layout
from models.settings import settings
from printouts.drawing.render import render
from printouts.gathering.sheet import SheetData, SheetStep, Shown
from tests.printouts.office import HEAD, LEAVE, ON, SHEETS, at, said, sheet
from tests.printouts.places import bare, bodies_of
from tests.printouts.reading import LEAVES_A_FILE_OPEN, opened
from tests.printouts.texts import rewritten, texts

pytestmark = pytest.mark.filterwarnings(LEAVES_A_FILE_OPEN)
SECRET = "SENTINEL-7f3a-not-for-paper"


@dataclass
class Trap:
    """The server's address, the file's, and what was asked for so far."""

    address: str
    file: str
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def trap(tmp_path: Path) -> Iterator[Trap]:
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)

    class Listening(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            set_up.asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Listening) as server:
        set_up = Trap(f"http://127.0.0.1:{server.server_port}", secret.as_uri())
        Thread(target=server.serve_forever, daemon=True).start()
        yield set_up
        server.shutdown()


TRICKS: dict[str, Callable[[str], str]] = {
    "css url": lambda to: f"url({to})",
    "picture": lambda to: f"<img src={to}>",
    "picture set": lambda to: f"<img srcset='{to} 1x'><picture><source srcset={to}></picture>",
    "attachment": lambda to: f"<link rel=attachment href={to}><a rel=attachment href={to}>附</a>",
    "style sheet": lambda to: f"<link rel=stylesheet href={to}><style>@import '{to}';</style>",
    "face": lambda to: f"<style>@font-face{{font-family:x;src:url({to})}}*{{font-family:x}}</style>",
    "object": lambda to: f"<object data={to}></object><embed src={to}><iframe src={to}></iframe>",
    "svg": lambda to: f"<svg><image href={to} xlink:href={to}/><use href='{to}#a'/></svg>",
    "style attribute": lambda to: f"<p style='background:url({to});list-style-image:url({to});content:url({to})'>",
    "out of the cell": lambda to: f"</td></tr></table><script src={to}></script><base href={to}/>",
    "out of an attribute": lambda to: f"\"'><img src='{to}' onerror='{to}'>",
    "template": lambda to: f"{{{{ ''.__class__ }}}}{{% include '{to}' %}}{{# {to} #}}",
    "entity": lambda to: f"<!DOCTYPE x [<!ENTITY e SYSTEM '{to}'>]>&e;&lt;img src={to}&gt;<![CDATA[<img src={to}>]]>",
    "data": lambda to: f"<img src=\"data:image/svg+xml,<svg><image href='{to}'/></svg>\">",
}


@pytest.mark.parametrize("data", SHEETS.values(), ids=SHEETS)
def test_tricks_in_every_field_reach_neither_file_nor_network_and_are_printed_as_written(
    data: SheetData, trap: Trap
) -> None:
    """One after the other, a trick in each field."""
    tricks = cycle(trick(to) for trick in TRICKS.values() for to in (f"{trap.address}/x", trap.file))
    written = rewritten(data, lambda text: text + next(tricks))
    pdf = render(written).pdf
    body = bodies_of(pdf, settings().page)
    fields = [*written.form.values(), *(said.opinion for step in written.steps for said in step.opinions)]
    assert [each for each in texts(tuple(fields)) if bare(each) not in body] == []
    assert (trap.asked, leaked(pdf)) == ([], [])


@pytest.mark.parametrize("layout", [Layout.brief, Layout.form])
def test_tricks_reach_nothing_in_an_excerpt_either(layout: Layout, trap: Trap) -> None:
    tricks = cycle(trick(trap.file) for trick in TRICKS.values())
    pdf = render(rewritten(LEAVE, lambda text: text + next(tricks)), layout).pdf
    assert (trap.asked, leaked(pdf)) == ([], [])


@pytest.mark.parametrize("trick", TRICKS.values(), ids=TRICKS)
def test_a_trick_in_a_reason_and_an_opinion_is_printed_as_written(trick: Callable[[str], str], trap: Trap) -> None:
    told = trick(f"{trap.address}/x")
    step = SheetStep("部门负责人审批", (said("主办", HEAD, ON, told, at(19)),))
    pdf = render(sheet(form={**LEAVE.form, "reason": Shown("事由", told)}, steps=(step,))).pdf
    assert bodies_of(pdf, settings().page).count(bare(told)) == 2
    assert (trap.asked, leaked(pdf)) == ([], [])


def test_the_trap_would_notice(trap: Trap) -> None:
    """What is kept off: WeasyPrint's own way of fetching, which reads both."""
    from weasyprint import HTML

    page = f"<img src={trap.address}/x><link rel=attachment href={trap.file}>"
    assert leaked(HTML(string=page).write_pdf()) == [SECRET]
    assert trap.asked == ["/x"]


def leaked(pdf: bytes) -> list[str]:
    """Whether the secret file lies in the PDF, packed or not; and which files do that are not ours."""
    found = []
    with opened(pdf) as document:
        for each in document.objects:
            with suppress(pikepdf.PdfError, zlib.error):
                if isinstance(each, pikepdf.Stream) and SECRET.encode() in each.read_bytes():
                    found.append(SECRET)
        found += [name for name in document.attachments if name not in ("record.json", "secret.txt")]
    return found
