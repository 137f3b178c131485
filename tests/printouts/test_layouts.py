"""精简 and 表单页: what an excerpt shows and leaves out; and the check code that stands on every page of each."""

import pytest

from models.archive import Layout
from models.page import check_box, copy_box, stamp_box
from models.settings import settings
from printouts.drawing.render import render
from printouts.gathering.sheet import SheetData
from tests.printouts.office import CODE, LEAVE, SEAL, SHEETS, sheet
from tests.printouts.reading import LEAVES_A_FILE_OPEN, opened, packed, pages_of, scanned, text_in, text_of, text_within

pytestmark = pytest.mark.filterwarnings(LEAVES_A_FILE_OPEN)
each_sheet = pytest.mark.parametrize("data", SHEETS.values(), ids=SHEETS)
each_layout = pytest.mark.parametrize("layout", Layout)


def test_a_brief_sheet_has_every_opinion_that_counts_and_says_that_it_is_brief() -> None:
    text = text_of(render(SEAL, Layout.brief).pdf)
    assert "精简打印，全文见归档联" in text
    assert all(packed(said.opinion) in text for step in SEAL.steps for said in step.opinions)


def test_a_brief_sheet_leaves_out_returned_rounds_reminders_and_effects() -> None:
    text = text_of(render(SEAL, Layout.brief).pdf)
    assert [
        each for each in ("附录", "退回与以前轮次", "请补附企业营业执照", "DING", "送达、确认") if each in text
    ] == []


@each_sheet
def test_a_form_page_is_one_page_with_the_form_and_the_outcome_and_no_opinion(data: SheetData) -> None:
    (text,) = pages_of(render(data, Layout.form).pdf)
    assert "办理意见见归档联" in text
    assert f"办理结果{data.outcome}" in text
    assert all(packed(field.text) in text for field in data.form.values())
    assert [each for each in ("办理步骤", "主办：", "会签：", "同意，") if each in text] == []


@pytest.mark.parametrize("layout", [Layout.brief, Layout.form])
def test_an_excerpt_carries_no_record(layout: Layout) -> None:
    with opened(render(LEAVE, layout).pdf) as pdf:
        assert list(pdf.attachments) == []
        assert pdf.open_metadata()["pdfaid:part"] == "3"


@each_layout
def test_every_page_has_a_readable_code_of_where_to_check_it(layout: Layout) -> None:
    drawn = render(SEAL, layout)
    address = f"{settings().address}/check?number=YY-2026-000208&code={CODE}"
    assert scanned(drawn.pdf) == [[address]] * drawn.pages
    assert ["校验码7K3M-PQ9X-Z2AB" in page for page in pages_of(drawn.pdf)] == [True] * drawn.pages


@each_layout
def test_a_sheet_that_is_not_filed_has_no_code(layout: Layout) -> None:
    pdf = render(sheet(code=""), layout).pdf
    assert "校验码" not in text_of(pdf)
    assert [code for page in scanned(pdf) for code in page] == []
    assert text_within(pdf, 0, 150, 263, 210, 297) == ""


@pytest.mark.parametrize("margins", ["37 26 35 28", "30 10 28 10", "70 35 57 35"])
@each_sheet
def test_the_kept_places_stay_free_whatever_the_margins(
    monkeypatch: pytest.MonkeyPatch, margins: str, data: SheetData
) -> None:
    monkeypatch.setattr(settings(), "margins", margins)
    drawn, page = render(data), settings().page
    assert text_in(drawn.pdf, 0, stamp_box(page)) == ""
    for number in range(drawn.pages):
        assert text_in(drawn.pdf, number, copy_box(page)) == ""
        assert text_in(drawn.pdf, number, check_box(page)) == ""
    assert [len(codes) for codes in scanned(drawn.pdf)] == [1] * drawn.pages
