"""The drawn sheet: what stands on it, that nothing is lost, and that an archive can keep it."""

import json
import logging
from dataclasses import replace
from hashlib import sha256

import pytest

from printouts.drawing.render import FETCHES_NOTHING, render
from printouts.gathering.sheet import SheetData, SheetPerson, SheetRules, SheetStep, Shown
from tests.printouts.office import (
    AUDIT,
    END,
    FINANCE,
    HEAD,
    LEAVE,
    LEGAL,
    ON,
    SEAL,
    SHEETS,
    VICE,
    at,
    said,
    sheet,
)
from tests.printouts.reading import LEAVES_A_FILE_OPEN, opened, packed, pages_of, text_of, text_within

pytestmark = pytest.mark.filterwarnings(LEAVES_A_FILE_OPEN)
each_sheet = pytest.mark.parametrize("data", SHEETS.values(), ids=SHEETS)


@each_sheet
def test_a_sheet_shows_every_field_opinion_name_and_attachment(data: SheetData) -> None:
    text = text_of(render(data).pdf)
    shown = [field.text for field in data.form.values()]
    for step in (*data.steps, *data.earlier_rounds):
        for given in step.opinions:
            shown += [step.title, step.rule, given.part, given.verdict, given.opinion, given.person.name]
            shown += [f"{field.label}：{field.text}" for field in given.fields]
    shown += [file.sha256 for file in data.attachments] + [data.number, data.copy_title, data.outcome]
    assert [each for each in shown if packed(each) not in text] == []


@each_sheet
def test_a_sheet_is_drawn_without_a_warning(data: SheetData, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        render(data)
    assert caplog.records == []


@each_sheet
def test_a_sheet_is_pdf_a_3b_with_all_fonts_embedded(data: SheetData) -> None:
    with opened(render(data).pdf) as pdf:
        meta = pdf.open_metadata()
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"]) == ("3", "B")
        assert pdf.Root.OutputIntents[0].S == "/GTS_PDFA1"
        assert pdf.check_pdf_syntax() == []
        fonts = [each for each in pdf.objects if getattr(each, "Type", None) == "/FontDescriptor"]
        assert fonts
        assert all("/FontFile3" in font and "+Noto-Serif-CJK-SC" in str(font.FontName) for font in fonts)


@each_sheet
def test_a_sheet_is_small(data: SheetData) -> None:
    assert len(render(data).pdf) <= 120 * 1024


def test_the_record_goes_along_as_data_of_the_sheet_and_its_hash_is_printed() -> None:
    drawn = render(LEAVE)
    with opened(drawn.pdf) as pdf:
        record = pdf.attachments["record.json"].get_file().read_bytes()
        assert [str(file.AFRelationship) for file in pdf.Root.AF] == ["/Data"]
    assert json.loads(record) == LEAVE.record
    assert sha256(record).hexdigest() in text_of(drawn.pdf)


def test_title_organisation_and_moment_are_in_the_metadata() -> None:
    with opened(render(LEAVE).pdf) as pdf:
        assert str(pdf.docinfo.Title) == "天辰学院请假流程单 QJ-2026-000123 归档联"
        assert str(pdf.docinfo.Author) == "天辰学院"
        assert str(pdf.docinfo.CreationDate) == "D:20261120101300+08'00"


def test_the_same_sheet_gives_the_same_bytes() -> None:
    assert render(SEAL).pdf == render(replace(SEAL)).pdf
    assert render(SEAL).pdf != render(replace(SEAL, printed_at=at(21))).pdf


def test_paper_is_a4_and_the_place_of_the_archive_stamp_is_blank() -> None:
    pdf = render(SEAL).pdf
    with opened(pdf) as document:
        assert [round(float(edge) / 72 * 25.4) for edge in document.pages[0].MediaBox] == [0, 0, 210, 297]
    assert text_within(pdf, 0, 0, 0, 210, 37) == ""


def test_every_page_tells_its_number_the_print_time_and_the_copy() -> None:
    drawn = render(SEAL)
    pages = pages_of(drawn.pdf)
    assert drawn.pages == len(pages) > 1
    for number, page in enumerate(pages, 1):
        assert f"第{number}页共{len(pages)}页" in page
        assert "打印时间：2026年11月20日16:03" in page
        assert "归档联YY-2026-000208" in page


def test_thirty_countersign_opinions_run_over_pages_and_none_is_lost() -> None:
    people = [SheetPerson(f"会签人{number:02d}", "教务处") for number in range(30)]
    opinion = "对第三条的付款方式与验收标准没有异议，"
    opinions = [
        said(
            "会签",
            who,
            "同意",
            f"意见{number:02d}" + opinion * (1 + number % 6) + f"完{number:02d}",
            at(17, 10, number),
        )
        for number, who in enumerate(people)
    ]
    step = SheetStep("会签", (*opinions, said("主办", VICE, END, "同意。", at(18))), rule="全员会签")
    pages = pages_of(render(sheet(steps=(step,))).pdf)
    whole = "".join(pages)
    assert [said.opinion for said in opinions if said.opinion.split("，")[0] not in whole] == []
    assert all(f"完{number:02d}" in whole and f"会签人{number:02d}（教务处）" in whole for number in range(30))
    assert all("办理意见、姓名与时间" in page for page in pages[:-1])
    assert ["会签（续）" in page for page in pages] == [False, *[True] * (len(pages) - 2), False]


def test_who_acts_for_whom_who_was_added_and_what_was_taken_back_is_printed() -> None:
    opinions = (
        replace(said("会签", FINANCE, "同意", "无意见。", at(17)), acting_for="于远"),
        replace(said("会签", AUDIT, "同意（沿用上一步意见）", "", at(17)), meant_for="冯桐"),
        replace(said("会签", LEGAL, "已减签"), added="前加签"),
        replace(said("主办", VICE, "退回发起人", "请补。", at(18)), taken_back=True),
    )
    step = SheetStep("会签", opinions, rule="比例会签", percent=60)
    text = text_of(render(sheet(steps=(step,), earlier_rounds=(step,))).pdf)
    printed = ("曾远（代于远）财务处", "张军英（原办理人冯桐）审计处", "会签（前加签）：已减签")
    for each in (*printed, "退回发起人（已取回）", "比例会签（60%）"):
        assert text.count(each) == 2, each


def test_a_move_to_newer_rules_is_printed() -> None:
    moved = SheetRules(SheetPerson("沈晨英", "党政办公室"), at(17, 9, 30), 1, 3)
    assert "沈晨英（党政办公室）由第1版换用第3版" in text_of(render(sheet(rules=(moved,))).pdf)
    assert "审批规则" not in text_of(render(sheet()).pdf)


def test_an_opinion_of_two_thousand_characters_is_printed_to_the_end() -> None:
    step = SheetStep("部门负责人审批", (said("主办", HEAD, ON, "鑫" * 2000, at(19)),))
    assert text_of(render(sheet(steps=(step,))).pdf).count("鑫") == 2000


def test_what_people_write_is_printed_as_written_and_fetches_nothing(caplog: pytest.LogCaptureFixture) -> None:
    hostile = "<script>alert(1)</script>{{7*7}}{% raw %}url(file:///etc/passwd)<img src=http://127.0.0.1:1/x>&amp;"
    with caplog.at_level(logging.WARNING):
        text = text_of(render(sheet(form={**LEAVE.form, "reason": Shown("事由", hostile)})).pdf)
    assert packed(hostile) in text
    assert caplog.records == []


@pytest.mark.parametrize("address", ["file:///etc/passwd", "http://127.0.0.1:1/", "data:text/plain,x"])
def test_drawing_refuses_every_address(address: str) -> None:
    with pytest.raises(ValueError, match="fetches nothing"):
        FETCHES_NOTHING.fetch(address)


def test_control_characters_and_marks_that_turn_text_round_are_left_out() -> None:
    reason = Shown("事由", "甲\x00乙\x1b丙\u202e丁\u200b戊")
    assert "甲乙丙丁戊" in text_of(render(sheet(form={**LEAVE.form, "reason": reason})).pdf)


def test_a_character_that_no_font_has_is_printed_as_its_code() -> None:
    text = text_of(render(sheet(form={**LEAVE.form, "reason": Shown("事由", "家中有事\U0001fac6")})).pdf)
    assert "家中有事〔U+1FAC6〕" in text


def test_empty_fields_leave_empty_cells() -> None:
    empty = {name: replace(field, text="") for name, field in LEAVE.form.items()}
    text = text_of(render(sheet(form=empty, attachments=(), readers=(), effects=(), reminders=())).pdf)
    assert all(
        packed(field.label) in text for name, field in LEAVE.form.items() if not name.startswith(("start", "end"))
    )
