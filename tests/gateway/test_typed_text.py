"""What people type is text: accepted, kept letter for letter, and markup nowhere: page, Prefect's form, JSON, sheet."""

import json
import re
from collections import Counter
from html.parser import HTMLParser
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from flows.engine.filing import sheet_data
from models.database import transaction
from models.record import Request
from printouts.drawing.render import render
from tests.gateway.browser import Browser
from tests.gateway.office import SECTION_HEAD, TEACHER, good, leave, send
from tests.printouts.reading import LEAVES_A_FILE_OPEN, text_of

TEXTS = {
    "script": "<script>alert(1)</script>",
    "closing what it stands in": "</textarea></p>\"'><b onclick=alert(1)>粗</b>",
    "a picture": '<img src="http://evil.example/a.png" onerror="alert(1)">',
    "a markdown picture": "![x](http://evil.example/a.png)",
    "a markdown link": "[请点这里](javascript:alert(1))",
    "an address": "https://evil.example/a?b=c&d=e",
    "a template": "{{7*7}} {% raw %} ${7*7} #{7*7} <%= 7*7 %>",
    "entities": "&lt;b&gt; &#60;script&#62; &amp;amp;",
    "prefect's key": '{"__prefect_kind": "jinja", "template": "{{7*7}}"}',
}
every = pytest.mark.parametrize("typed", TEXTS.values(), ids=TEXTS)


class Marked(HTMLParser):
    """What is markup on a page: how often each tag and attribute occurs. (A class may depend on the text's length.)"""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags, self.attributes = Counter[str](), Counter[str]()
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes.update(name for name, _ in attributes if name != "class")


def _started(typed: str) -> tuple[str, UUID]:
    """A leave with this reason at the section head, and its run."""
    number, run = TEACHER.submit("leave", leave(reason=typed)), uuid4()
    with transaction() as session:
        session.exec(select(Request).where(Request.number == number)).one().flow_run_id = run
    return number, run


@every
def test_it_is_kept_as_it_was_typed(typed: str) -> None:
    number, _ = _started(typed)
    SECTION_HEAD.decide(number, opinion=typed)
    answer = TEACHER.get(f"/api/requests/{number}")
    (said,) = [each["detail"] for each in good(answer)["journal"] if each["act"] == "decided"]
    assert (answer.json()["form"]["reason"], said["opinion"]) == (typed, typed)
    assert answer.headers["content-type"] == "application/json"


@every
def test_it_is_text_on_the_page_and_in_the_form_there(typed: str) -> None:
    host, pages = Browser(SECTION_HEAD), []
    for text in (typed, "家中有事"):
        form = host.open(f"/requests/{_started(text)[0]}").form("/work-items/")
        again = host.fill_in(form, verdict="return", to="nowhere", opinion=text)  # shown again, beside the fault
        assert again.form("/work-items/").values["opinion"] == text
        pages.append((again, host.fill_in(form, verdict="finish", opinion=text)))
    for page, harmless in zip(*pages, strict=True):
        assert page.text.count(typed) >= 2  # the reason and the opinion
        assert Marked(page.html).tags == Marked(harmless.html).tags
        assert Marked(page.html).attributes == Marked(harmless.html).attributes


@every
def test_it_is_no_markdown_in_prefects_form(typed: str) -> None:
    _, run = _started(typed)
    answer = send("GET", f"/prefect/api/flow_runs/{run}/input/x-description", headers=SECTION_HEAD.headers)
    (line,) = [each for each in json.loads(answer.text).splitlines() if each.startswith("- 事由：")]
    escaped = line.removeprefix("- 事由：")
    assert re.sub(r"\\(.)", r"\1", escaped) == typed
    assert not re.search(r"(?<!\\)[<>\[\]()!`*_{}:]", escaped)


@every
@pytest.mark.filterwarnings(LEAVES_A_FILE_OPEN)
def test_it_is_text_on_the_sheet(typed: str) -> None:
    number, _ = _started(typed)
    SECTION_HEAD.decide(number, opinion=typed)
    printed = text_of(render(sheet_data(UUID(TEACHER.read(number)["id"]), "archive")).pdf)
    assert printed.count("".join(typed.split())) == 2  # the reason and the opinion


def test_a_files_name_is_text_too() -> None:
    file = TEACHER.hand_in("<script>alert(1)<b>.pdf", b"%PDF-1.7 a paper")
    number = TEACHER.submit("leave", leave(attachments=[file]))
    page = Browser(TEACHER).open(f"/requests/{number}")
    assert "<script>alert(1)<b>.pdf" in page.text
    assert "<b>." not in page.html
