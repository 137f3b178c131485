"""Long, many, rare, none: whatever stands in a record, nothing of it is cut off and nothing lies over another."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from models.archive import Layout
from models.settings import settings
from printouts.drawing.render import Rendered, render
from printouts.gathering.sheet import SheetAttachment, SheetData, SheetEffects, SheetPerson, SheetStep
from tests.printouts.office import END, SEAL, SHEETS, VICE, at, said
from tests.printouts.places import bare, bodies_of, boxes_of, outside, overlapping
from tests.printouts.reading import LEAVES_A_FILE_OPEN
from tests.printouts.texts import excerpt, rewritten, texts

pytestmark = pytest.mark.filterwarnings(LEAVES_A_FILE_OPEN)
RARE, UNKNOWN = "𠮷㐀", "\U0001fac6"
SENTENCE = "对第三条付款方式与验收标准没有异议，违约责任请再核，"


def long(data: SheetData) -> SheetData:
    """Thirty countersigners, one with 5 000 characters, a word that does not end, ten files with long names."""
    people = [SheetPerson(f"会签人{number:02d}", "国有资产与实验室管理处") for number in range(30)]
    words = [f"意见{number:02d}：" + SENTENCE * (1 + number % 7) for number in range(30)]
    words[3] += SENTENCE * 200
    words[7] += "ABCDEFGHIJ" * 30
    signers = [said("会签", who, "同意", opinion, at(17, 10)) for who, opinion in zip(people, words, strict=True)]
    step = SheetStep("会签", (*signers, said("主办", VICE, END, "同意。", at(18))), rule="全员会签")
    files = tuple(SheetAttachment(f"{number}号附件" + "补充协议" * 30 + ".pdf", 9, "0" * 64) for number in range(10))
    told = tuple(SheetEffects(who, "会签（会签）", at(16), at(17), "查看", at(17, 10), "同意") for who in people)
    return replace(
        data, steps=(*data.steps, step), attachments=files, effects=told, readers=told, earlier_rounds=(step,)
    )


def rare(data: SheetData) -> SheetData:
    return rewritten(data, lambda text: f"{text}{RARE}{UNKNOWN}{RARE}")


def empty(data: SheetData) -> SheetData:
    """Only who asked, and when."""
    nothing = {name: replace(field, text="") for name, field in data.form.items()}
    return replace(excerpt(data), form=nothing, attachments=())


@pytest.mark.parametrize("change", [long, rare, empty])
@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("data", SHEETS.values(), ids=SHEETS)
def test_everything_is_printed_within_the_margins_and_nothing_over_another(
    data: SheetData, layout: Layout, change: Callable[[SheetData], SheetData]
) -> None:
    written = change(data)
    drawn = render(written, layout)
    assert lost(written, drawn, layout) == []
    for page in boxes_of(drawn.pdf):
        assert overlapping(page) == []
        assert outside(page, settings().page) == []


def lost(data: SheetData, drawn: Rendered, layout: Layout) -> list[str]:
    """What people wrote and the sheet does not show."""
    text = bodies_of(drawn.pdf, settings().page)
    data = replace(data, readers=tuple(SheetEffects(each.person, "") for each in data.readers))  # and when, but not how
    shown = {
        Layout.full: data,
        Layout.brief: replace(data, effects=(), earlier_rounds=(), reminders=()),
        Layout.form: excerpt(data),
    }[layout]
    wanted = (bare(each.replace(UNKNOWN, "〔U+1FAC6〕")) for each in texts(shown))
    return [each for each in wanted if each not in text]


def test_a_contract_with_its_countersigners_takes_three_pages_and_more() -> None:
    assert render(long(SEAL)).pages >= 3


def test_characters_that_no_font_has_are_reported() -> None:
    assert render(rare(SEAL)).missing == (ord(UNKNOWN),)
    assert render(SEAL).missing == ()
