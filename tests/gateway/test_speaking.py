"""评论 and 附件: on record for everyone who can see the request; those concerned are told."""

from uuid import uuid4

import pytest

from tests.gateway.browser import Browser
from tests.gateway.office import (
    COLLEAGUE,
    DISPATCHER,
    HEAD,
    SECRETARY,
    SECTION_HEAD,
    STRANGER,
    TEACHER,
    Json,
    at_once,
    good,
    leave,
    nothing_changed,
    refused,
    send,
    vehicle,
)


def said(number: str, act: str) -> list[Json]:
    """Entries of the journal about an act."""
    return [each for each in SECRETARY.read(number)["journal"] if each["act"] == act]


def told_of(number: str, word: str) -> list[str]:
    """Who was told of it, in their account."""
    notices = SECRETARY.read(number)["notices"]
    return [each["person"]["account"] for each in notices if word in each["title"] and each["channel"] == "inapp"]


def test_a_comment_is_on_record_and_told_to_the_initiator_and_whose_turn_it_is() -> None:
    number = SECRETARY.submit("vehicle", vehicle())
    HEAD.decide(number)
    good(HEAD.post(f"/api/requests/{number}/comment", {"text": "请先看看车况"}))
    (entry,) = said(number, "commented")
    assert (entry["actor"]["account"], entry["detail"]) == (HEAD.account, {"text": "请先看看车况"})
    assert told_of(number, "有新的评论") == [DISPATCHER.account, SECRETARY.account]
    assert DISPATCHER.item(number)["round"] == 1


def test_whoever_comments_is_not_told_of_it() -> None:
    number = SECRETARY.submit("vehicle", vehicle())
    good(SECRETARY.post(f"/api/requests/{number}/comment", {"text": "已和同事说好"}))
    assert told_of(number, "有新的评论") == [HEAD.account]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, "评论：必填"),
        ({"text": "  \n"}, "评论：必填"),
        ({"text": "长" * 2001}, "评论：不能超过 2000 个字"),
        ({"text": "坏\x07"}, "控制字符"),
        ({"text": "好", "to": "T1001"}, "没有这一栏"),
    ],
)
def test_a_comment_that_is_wrong(body: Json, told: str) -> None:
    number = SECRETARY.submit("vehicle", vehicle())
    with nothing_changed():
        refused(SECRETARY.post(f"/api/requests/{number}/comment", body), 422, told)


def test_a_finished_request_takes_no_comment_and_says_who_finished_it() -> None:
    number = TEACHER.submit("leave", leave())
    SECTION_HEAD.decide(number, "finish")
    with nothing_changed():
        refused(TEACHER.post(f"/api/requests/{number}/comment", {"text": "?"}), 409, "高涛伟", "同意", "已结束")


def test_a_stranger_learns_nothing_by_commenting() -> None:
    number = SECRETARY.submit("vehicle", vehicle())
    with nothing_changed():
        there = STRANGER.post(f"/api/requests/{number}/comment", {"text": "?"})
        never = STRANGER.post("/api/requests/QJ-2026-999999/comment", {"text": "?"})
    assert (there.status_code, there.text) == (404, never.text)


def test_a_comment_on_the_page_stands_in_the_journal_as_it_was_typed() -> None:
    number, host = SECRETARY.submit("vehicle", vehicle()), Browser(HEAD)
    form = host.open(f"/requests/{number}").form(f"/requests/{number}/comment")
    page = host.fill_in(form, text="<b>请{names}补材料</b>")
    assert "评论：<b>请{names}补材料</b>" in page.text
    page = host.fill_in(form, text="长" * 2001)
    assert page.status == 422
    assert page.form(form.action).values["text"] == "长" * 2001
    assert "不能超过 2000 个字" in page.text


def test_files_are_added_by_whoever_sees_the_request_and_kept_with_their_digest() -> None:
    number = SECRETARY.submit("vehicle", vehicle())
    file = HEAD.hand_in("排课表.pdf", b"%PDF-1.7 lessons")
    good(HEAD.post(f"/api/requests/{number}/attach", {"files": [file]}))
    (entry,) = said(number, "attached")
    (shown,) = SECRETARY.read(number)["attachments"]
    assert (shown["name"], shown["owner"]["account"]) == ("排课表.pdf", HEAD.account)
    assert entry["detail"]["files"] == [{"id": file, "name": "排课表.pdf", "sha256": shown["sha256"]}]
    assert send("GET", f"/api/files/{file}", headers=SECRETARY.headers).content == b"%PDF-1.7 lessons"
    refused(STRANGER.get(f"/api/files/{file}"), 404)


def test_the_page_says_who_added_a_file() -> None:
    number, initiator = SECRETARY.submit("vehicle", vehicle()), Browser(SECRETARY)
    form = initiator.open(f"/requests/{number}").form(f"/requests/{number}/attach")
    page = initiator.fill_in(form, **{f"files__{SECRETARY.hand_in('证明.pdf')}": "证明.pdf"})
    assert "补充附件：证明.pdf" in page.text
    assert "证明.pdf" in page.text.split("办理过程")[0]
    page = initiator.fill_in(form)
    assert (page.status, "附件：至少 1 项" in page.text) == (422, True)


def test_a_file_is_uploaded_for_the_form_of_an_act() -> None:
    browser = Browser(SECRETARY)
    how = {"files": {"file": ("证明.pdf", b"%PDF-1.7 x")}, "headers": browser.cookie | {"X-CSRF-Token": browser.csrf}}
    answer = send("POST", "/attachments?field=files", **how)
    assert (answer.status_code, 'name="files.' in answer.text) == (200, True)
    assert send("POST", "/attachments?field=files.x", **how).status_code == 422


@pytest.mark.parametrize("whose", ["nobody's", "another's", "bound"])
def test_only_files_of_ones_own_that_are_free_are_added(whose: str) -> None:
    number, other = (SECRETARY.submit("vehicle", vehicle()) for _ in range(2))
    mine = SECRETARY.hand_in()
    files = {"nobody's": [str(uuid4())], "another's": [COLLEAGUE.hand_in()], "bound": [mine]}
    if whose == "bound":
        good(SECRETARY.post(f"/api/requests/{other}/attach", {"files": [mine]}))
    with nothing_changed():
        refused(SECRETARY.post(f"/api/requests/{number}/attach", {"files": files[whose]}), 422, "附件", "重新上传")


def test_a_file_goes_to_one_request_though_two_ask_for_it_at_once() -> None:
    first, second = (SECRETARY.submit("vehicle", vehicle()) for _ in range(2))
    how = {"json": {"files": [SECRETARY.hand_in()]}, "headers": SECRETARY.headers}
    answers = at_once(*(("POST", f"/api/requests/{number}/attach", how) for number in (first, second)))
    assert sorted(each.status_code for each in answers) == [200, 422]
    assert len(said(first, "attached") + said(second, "attached")) == 1
