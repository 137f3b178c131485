"""A new request on its page: filled in, previewed, kept as a draft, submitted once; nothing that was typed is lost."""

from uuid import uuid4

import pytest

from flows.engine.kind import kinds
from tests.gateway.browser import Browser, Form, Page
from tests.gateway.office import (
    COLLEAGUE,
    HEAD,
    SECRETARY,
    STRANGER,
    TEACHER,
    As,
    day,
    leave,
    nothing_changed,
    send,
    vehicle,
)

PAPER = {"file": ("诊断证明.pdf", b"%PDF-1.7 a diagnosis")}


def typed(form: dict[str, object]) -> dict[str, str | None]:
    """A form's values as a person types them."""
    written = {
        name: str(value).removesuffix(":00+08:00") for name, value in form.items() if not isinstance(value, list)
    }
    return {f"form__{name}": "true" if value == "True" else value for name, value in written.items()}


def blank(browser: Browser, kind: str = "leave") -> Form:
    return browser.open(f"/new/{kind}").form(f"/new/{kind}")


def preview(browser: Browser, form: Form, **values: str | None) -> Page:
    """What stands beside the form while it is filled in."""
    return Page(browser.post(Form(f"{form.action}/preview", form.values), **values))


def attached(browser: Browser, file: tuple[str, bytes] = PAPER["file"]) -> Page:
    headers = browser.cookie | {"X-CSRF-Token": browser.csrf}
    return Page(send("POST", "/attachments?field=form.attachments", files={"file": file}, headers=headers))


def test_a_leave_filled_in_on_the_page_becomes_a_numbered_request() -> None:
    teacher = Browser(TEACHER)
    page = teacher.fill_in(blank(teacher), **typed(leave(contact_phone="13800000000")))
    assert "办理中" in page.text
    assert "QJ-" in page.text
    assert "高涛伟" in page.text


def test_a_trip_with_its_moments_and_numbers_is_submitted_as_typed() -> None:
    secretary = Browser(SECRETARY)
    answer = secretary.post(blank(secretary, "vehicle"), **typed(vehicle(ahead=40, passengers=3)))
    assert answer.status_code == 303, Page(answer).text
    form = SECRETARY.read(answer.headers["location"].rpartition("/")[2])["form"]
    assert (form["passengers"], form["depart_at"][:16]) == (3, f"{day(40)}T08:00")


def test_faults_stand_beside_their_fields_and_nothing_typed_is_lost() -> None:
    teacher = Browser(TEACHER)
    wrong = typed(leave()) | {"form__start": "2026-02-30", "form__reason": "", "form__destination": "<b>北京</b>"}
    with nothing_changed():
        page = teacher.fill_in(blank(teacher), **wrong)
    again = page.form("/new/leave")
    assert page.status == 422
    assert again.values["form.destination"] == "<b>北京</b>"
    assert '<p class="fault">不是有效的日期' in page.html
    assert '<p class="fault">必填，请填写</p>' in page.html
    done = teacher.fill_in(again, form__start=wrong["form__end"], form__reason="家中有事")
    assert "办理中" in done.text


def test_who_will_sign_is_shown_while_the_form_is_filled_in() -> None:
    teacher = Browser(TEACHER)
    form = blank(teacher)
    one, nine = typed(leave()), typed(leave(days=9))
    assert "终止日期" in preview(teacher, form, form__start=one["form__start"]).text
    shown = preview(teacher, form, **one | {"form__reason": ""}).text
    assert "教研室（科室）主任审批" in shown
    assert "请假天数：1" in shown
    shown = preview(teacher, form, **nine).text
    assert all(word in shown for word in ("部门负责人审批", "人事处审核", "经办", "请假天数：9"))
    sick = preview(teacher, form, **nine | {"form__leave_type": "sick"}).text
    assert "须附诊断证明" in sick


def test_what_is_filled_in_is_kept_as_a_draft_until_it_is_submitted() -> None:
    teacher = Browser(TEACHER)
    form = blank(teacher)
    assert "草稿已于" not in preview(teacher, form).text  # an untouched form is none
    values = typed(leave(reason="草稿里的事由"))
    assert "草稿已于" in preview(teacher, form, **values).text
    draft = f"/new/leave?draft={form.values['draft']}"
    assert "草稿里的事由" in teacher.open("/drafts").text
    again = teacher.open(draft).form("/new/leave")
    assert again.values["form.reason"] == "草稿里的事由"
    assert Browser(STRANGER).open(draft).status == 404
    assert "办理中" in teacher.fill_in(again).text
    assert "草稿里的事由" not in teacher.open("/drafts").text
    assert "草稿已于" not in preview(teacher, form, **values).text  # what comes late brings it not back


def test_a_draft_is_thrown_away_by_its_owner_only() -> None:
    teacher, stranger = Browser(TEACHER), Browser(STRANGER)
    form = blank(teacher)
    preview(teacher, form, form__reason="要删除的")
    throw = f"/drafts/{form.values['draft']}/delete"
    stranger.post(Form(throw, {"csrf": stranger.csrf}))
    assert "要删除的" in teacher.open("/drafts").text
    preview(stranger, Form("/new/leave", form.values | {"csrf": stranger.csrf}), form__reason="别人的")
    assert "要删除的" in teacher.open("/drafts").text
    assert "要删除的" not in teacher.fill_in(teacher.open("/drafts").form(throw)).text


def test_a_double_click_makes_one_request() -> None:
    teacher = Browser(TEACHER)
    form, values = blank(teacher), typed(leave())
    first, second = teacher.post(form, **values), teacher.post(form, **values)
    assert first.headers["location"] == second.headers["location"]


def test_a_session_lost_on_submitting_shows_what_was_typed_and_the_draft_is_there() -> None:
    teacher = Browser(TEACHER)
    form, values = blank(teacher), typed(leave(reason="登录失效时的事由"))
    preview(teacher, form, **values)
    lost = Browser(TEACHER)
    lost.cookie = {"Cookie": "oa_session=gone"}
    with nothing_changed():
        page = Page(lost.post(form, **values))
    assert page.status == 401
    assert "登录失效时的事由" in page.html
    assert "登录失效时的事由" in teacher.open("/drafts").text


def test_attachments_are_handed_in_at_once_and_named_with_the_form() -> None:
    teacher = Browser(TEACHER)
    part = attached(teacher)
    (name,) = (each for each in part.inputs if each.startswith("form.attachments."))
    values = typed(leave(days=3, leave_type="sick")) | {name.replace(".", "__"): "诊断证明.pdf"}
    answer = teacher.post(blank(teacher), **values)
    request = TEACHER.read(answer.headers["location"].rpartition("/")[2])
    assert [each["name"] for each in request["attachments"]] == ["诊断证明.pdf"]
    assert request["form"]["attachments"] == [name.rpartition(".")[2]]


def test_proof_that_is_missing_is_told_beside_the_attachments() -> None:
    teacher = Browser(TEACHER)
    with nothing_changed():
        page = teacher.fill_in(blank(teacher), **typed(leave(days=3, leave_type="sick")))
    assert page.status == 422
    assert "须附诊断证明" in page.html


def test_a_file_that_is_none_is_refused_in_its_place() -> None:
    teacher = Browser(TEACHER)
    headers = teacher.cookie | {"X-CSRF-Token": teacher.csrf, "HX-Request": "true"}
    empty = {"file": ("a.pdf", b"")}
    answer = send("POST", "/attachments?field=form.attachments", files=empty, headers=headers)
    assert (answer.status_code, answer.headers["hx-reswap"]) == (422, "innerHTML")
    assert "文件是空的" in answer.text
    odd = send("POST", '/attachments?field=form.x"><b>', files=PAPER, headers=headers)
    assert odd.status_code == 422


def test_attachments_may_be_changed_when_a_request_comes_back() -> None:
    teacher = Browser(TEACHER)
    first, second = (next(each for each in attached(teacher).inputs if "." in each) for _ in range(2))
    values = typed(leave(days=3, leave_type="sick")) | {first.replace(".", "__"): "诊断证明.pdf"}
    number = teacher.post(blank(teacher), **values).headers["location"].rpartition("/")[2]
    HEAD.decide(number, "return", to="initiator", opinion="换一份证明")
    form = teacher.open(f"/requests/{number}").form("/work-items/")
    assert form.values[first] == "诊断证明.pdf"
    teacher.fill_in(form, **{first.replace(".", "__"): None, second.replace(".", "__"): "新的.pdf"})
    assert TEACHER.read(number)["form"]["attachments"] == [second.rpartition(".")[2]]


def test_colleagues_are_found_by_name_or_number_as_one_types() -> None:
    teacher = Browser(TEACHER)
    found = teacher.open("/people?form.substitute=T1044")
    assert 'data-pick="T1044"' in found.html
    assert "没有找到" in teacher.open("/people?form.substitute=%25").text
    assert "没有找到" in teacher.open("/people").text


@pytest.mark.parametrize("key", ["nonsense", "leave.x", "__init__"])
def test_a_kind_that_is_none_is_not_there(key: str) -> None:
    assert Browser(TEACHER).open(f"/new/{key}").status == 404


def test_a_page_without_its_draft_number_is_told_so() -> None:
    teacher = Browser(TEACHER)
    with nothing_changed():
        answer = teacher.post(Form("/new/leave", {"csrf": teacher.csrf, "draft": "x"}), **typed(leave()))
    assert answer.status_code == 403
    assert "页面不完整" in answer.text


def test_every_field_of_every_kind_has_an_input() -> None:
    teacher = Browser(TEACHER)
    for kind in kinds().values():
        html = teacher.open(f"/new/{kind.key}").html
        for name, field in kind.form.model_fields.items():
            assert f'name="form.{name}"' in html
            assert str(field.title) in html


def test_a_person_has_at_most_fifty_drafts() -> None:
    many = Browser(As("T1054"))
    for _ in range(50):
        preview(many, Form("/new/leave", {"csrf": many.csrf, "draft": str(uuid4())}), form__reason="又一份")
    told = preview(many, Form("/new/leave", {"csrf": many.csrf, "draft": str(uuid4())}), form__reason="太多了")
    assert "已有 50 份" in told.text


def test_the_substitute_is_named_by_number() -> None:
    teacher = Browser(TEACHER)
    page = teacher.fill_in(blank(teacher), **typed(leave(days=3)))
    assert COLLEAGUE.account in page.text
