"""常用意见: a person's own, kept while they decide, chosen from later, taken out; nobody else's business."""

from uuid import uuid4

import pytest

from gateway.workbench.phrases import MOST
from tests.gateway.browser import Browser
from tests.gateway.office import (
    HEAD,
    SECRETARY,
    STRANGER,
    As,
    Json,
    at_once,
    good,
    refused,
    send,
    vehicle,
)


@pytest.fixture
def keeper() -> As:
    """A head who has kept nothing yet."""
    for each in good(HEAD.get("/api/phrases")):
        good(send("DELETE", f"/api/phrases/{each['id']}", headers=HEAD.headers))
    return HEAD


def texts(who: As) -> list[str]:
    return [each["text"] for each in good(who.get("/api/phrases"))]


def test_phrases_are_kept_and_taken_out_over_rest(keeper: As) -> None:
    kept = good(keeper.post("/api/phrases", {"text": " 同意，注意安全 "}), 201)
    assert kept["text"] == "同意，注意安全"
    assert good(keeper.post("/api/phrases", {"text": "同意，注意安全"}), 201) == kept
    assert texts(keeper) == ["同意，注意安全"]
    assert kept["text"] not in texts(SECRETARY)
    refused(send("DELETE", f"/api/phrases/{kept['id']}", headers=SECRETARY.headers), 404, "没有这条常用意见")
    assert good(send("DELETE", f"/api/phrases/{kept['id']}", headers=keeper.headers)) == kept
    assert texts(keeper) == []


@pytest.mark.parametrize(
    ("body", "told"),
    [({}, "必填"), ({"text": " "}, "必填"), ({"text": "长" * 201}, "不能超过 200 个字"), ({"text": 1}, "应为文字")],
)
def test_a_phrase_that_is_wrong(keeper: As, body: Json, told: str) -> None:
    assert "text" in refused(keeper.post("/api/phrases", body), 422, "常用意见：", told)["fields"]
    assert texts(keeper) == []


def test_there_is_an_end_to_phrases(keeper: As) -> None:
    for number in range(MOST):
        good(keeper.post("/api/phrases", {"text": f"意见 {number:02}"}), 201)
    refused(keeper.post("/api/phrases", {"text": "又一条"}), 422, f"已有 {MOST} 条")
    good(keeper.post("/api/phrases", {"text": "意见 07"}), 201)
    assert len(texts(keeper)) == MOST


def test_the_same_phrase_kept_twice_at_once_is_one(keeper: As) -> None:
    how = {"json": {"text": "同意"}, "headers": keeper.headers}
    answers = at_once(*[("POST", "/api/phrases", how)] * 3)
    assert [each.status_code for each in answers] == [201] * 3
    assert texts(keeper) == ["同意"]


def test_keeping_an_opinion_while_deciding_loses_nothing(keeper: As) -> None:
    number, host = SECRETARY.submit("vehicle", vehicle()), Browser(keeper)
    form = host.open(f"/requests/{number}").form("/work-items/")
    deciding = form.action
    form.action = f"{deciding}/phrase"
    page = host.fill_in(form, verdict="refuse", opinion="同意，注意安全")
    again = page.form(deciding)
    assert (page.status, again.values["verdict"], again.values["opinion"]) == (200, "refuse", "同意，注意安全")
    assert "同意，注意安全" in page.html.split("data-fills")[1].split("</select>")[0]
    assert texts(keeper) == ["同意，注意安全"]
    assert SECRETARY.read(number)["status"] == "open"


def test_an_opinion_too_long_to_keep_is_told_beside_it(keeper: As) -> None:
    number, host = SECRETARY.submit("vehicle", vehicle()), Browser(keeper)
    form = host.open(f"/requests/{number}").form("/work-items/")
    form.action += "/phrase"
    page = host.fill_in(form, opinion="长" * 201)
    assert (page.status, page.form("/work-items/").values["opinion"]) == (422, "长" * 201)
    assert '<p class="fault">不能超过 200 个字</p>' in page.html
    assert texts(keeper) == []


def test_a_chosen_phrase_is_the_opinion_where_nothing_was_typed(keeper: As) -> None:
    good(keeper.post("/api/phrases", {"text": "同意，注意安全"}), 201)
    typed, chosen = (SECRETARY.submit("vehicle", vehicle()) for _ in range(2))
    host = Browser(keeper)
    for number, opinion in ((typed, "路上小心"), (chosen, "")):
        form = host.open(f"/requests/{number}").form("/work-items/")
        page = host.fill_in(form, verdict="agree", opinion=opinion, phrase="同意，注意安全")
        assert (opinion or "同意，注意安全") in page.text


def test_the_page_of_phrases_adds_and_takes_out(keeper: As) -> None:
    browser = Browser(keeper)
    page = browser.fill_in(browser.open("/phrases").form("/phrases"), text="<i>已阅</i>")
    assert "<i>已阅</i>" in page.text
    (kept,) = good(keeper.get("/api/phrases"))
    wrong = browser.fill_in(page.forms[-1], text="长" * 201)
    assert (wrong.status, wrong.forms[-1].values["text"]) == (422, "长" * 201)
    page = browser.fill_in(page.form(f"/phrases/{kept['id']}/delete"))
    assert "已阅" not in page.text


@pytest.mark.parametrize("path", ["/phrases/{}/delete", "/work-items/{}/phrase"])
def test_what_is_not_theirs_is_not_there(path: str) -> None:
    stranger = Browser(STRANGER)
    data = {"csrf": stranger.csrf, "opinion": "同意"}
    assert send("POST", path.format(uuid4()), data=data, headers=stranger.cookie).status_code == 404
    assert "同意" not in texts(STRANGER)
