"""Bad inputs to the pages' own forms: a page in Chinese that says what is wrong; nothing changed, nothing lost."""

import gzip

import pytest

from tests.gateway.bad_acts import LONG
from tests.gateway.browser import FORM, Browser, Page
from tests.gateway.office import HEAD, SECTION_HEAD, STRANGER, TEACHER, good, leave, nothing_changed, seal, send

SENT: dict[str, tuple[bytes, dict[str, str], int, str]] = {
    "nothing": (b"", {}, 403, "X-CSRF-Token"),
    "a field twice": (b"csrf=x&csrf=y", {}, 422, "两次"),
    "NUL": (b"opinion=%00", {}, 422, "NUL"),
    "not UTF-8": (b"opinion=%ff", {}, 422, "字符"),
    "a lone surrogate": (b"opinion=%ED%A0%80", {}, 422, "字符"),
    "raw bytes": (b"\xff", {}, 422, "字符"),
    "200 fields": (b"&".join(b"a%d=1" % each for each in range(200)), {}, 422, "字符"),
    "2 MB": (b"opinion=" + b"x" * 2_000_000, {}, 413, "过大"),
    "JSON": (b'{"verdict": "agree"}', {"Content-Type": "application/json"}, 422, "表单"),
    "no content type": (b"verdict=agree", {"Content-Type": ""}, 422, "表单"),
    "packed": (gzip.compress(b"verdict=agree"), {"Content-Encoding": "gzip"}, 422, "压缩"),
    "a gzip bomb": (gzip.compress(b"0" * 10_000_000), {"Content-Encoding": "gzip"}, 422, "压缩"),
}
TYPED: dict[str, tuple[dict[str, str], str]] = {
    "no verdict": ({"verdict": ""}, "必填，请填写"),
    "an unknown verdict": ({"verdict": "maybe"}, "可选"),
    "a part's verdict that is not theirs": ({"verdict": "lapse"}, "此处可选"),
    "an opinion too long": ({"verdict": "refuse", "opinion": LONG}, "不能超过 2000 个字"),
    "no opinion to a refusal": ({"verdict": "refuse"}, "不同意或退回须填写意见"),
    "back to a step that is none": ({"verdict": "return", "to": "president", "opinion": "?"}, "可选 initiator"),
    "全角 in the round": ({"verdict": "finish", "round": "１"}, "轮次：应为整数"),
    "a control character": ({"verdict": "refuse", "opinion": "响\a铃"}, "不可见的控制字符"),
}


@pytest.fixture(scope="module")
def waiting(database: str) -> str:  # noqa: ARG001 - up first
    """A leave of the teacher's that waits for the section head."""
    return TEACHER.submit("leave", leave())


@pytest.mark.parametrize("path", ["/work-items/{item}", "/requests/{number}/withdraw", "/logout"])
@pytest.mark.parametrize(("content", "headers", "status", "word"), SENT.values(), ids=SENT)
def test_a_posted_form_that_is_none(
    waiting: str, path: str, content: bytes, headers: dict[str, str], status: int, word: str
) -> None:
    place = path.format(item=SECTION_HEAD.item(waiting)["id"], number=waiting)
    told = {"Content-Type": FORM, **Browser(SECTION_HEAD).cookie, **headers}
    with nothing_changed():
        page = Page(send("POST", place, content=content, headers=told))
    assert (page.status, "未能办理" in page.text, word in page.text) == (status, True, True)


@pytest.mark.parametrize(("typed", "said"), TYPED.values(), ids=TYPED)
def test_a_decision_that_is_wrong(waiting: str, typed: dict[str, str], said: str) -> None:
    host = Browser(SECTION_HEAD)
    form = host.open(f"/requests/{waiting}").form("/work-items/")
    with nothing_changed():
        page = host.fill_in(form, **typed)
    assert (page.status, said in page.text) == (422, True)
    assert page.form("/work-items/").values["opinion"] == typed.get("opinion", "")


def test_an_amended_form_with_wide_digits_names_the_field() -> None:
    number, initiator = TEACHER.submit("seal", seal()), Browser(TEACHER)
    HEAD.decide(number, "return", opinion="份数", to="initiator")
    form = initiator.open(f"/requests/{number}").form("/work-items/")
    with nothing_changed():
        page = initiator.fill_in(form, form__copies="５")
    assert (page.status, page.form("/work-items/").values["form.copies"]) == (422, "５")
    assert "份数：应为整数" in page.text


def test_the_form_of_anothers_item(waiting: str) -> None:
    form = Browser(SECTION_HEAD).open(f"/requests/{waiting}").form("/work-items/")
    for who in (TEACHER, STRANGER):  # the initiator neither
        with nothing_changed():
            page = Page(Browser(who).post(form, csrf=f"csrf of {who.account}", verdict="finish"))
        assert (page.status, "没有这个事项，或者它与您无关" in page.text) == (404, True)


def test_the_form_of_ones_own_item_a_second_time() -> None:
    number, host = TEACHER.submit("leave", leave()), Browser(SECTION_HEAD)
    form = host.open(f"/requests/{number}").form("/work-items/")
    good(SECTION_HEAD.post(f"/api{form.action}/decision", {"verdict": "finish"}))
    with nothing_changed():
        page = host.fill_in(form, verdict="refuse", opinion="改主意了")
    assert (page.status, "高涛伟" in page.text, "改主意了" in page.text) == (409, True, True)


def test_a_withdrawal_with_a_reason_too_long(waiting: str) -> None:
    initiator = Browser(TEACHER)
    form = initiator.open(f"/requests/{waiting}").form(f"/requests/{waiting}/withdraw")
    with nothing_changed():
        page = initiator.fill_in(form, reason=LONG)
    assert (page.status, page.form(f"/requests/{waiting}/withdraw").values["reason"]) == (422, LONG)
    assert "撤回原因：不能超过 500 个字" in page.text
