"""复制为新申请: a new form filled in like an earlier request of one's own, but for days, times and files."""

from collections.abc import Callable

import pytest

from tests.gateway.browser import Browser
from tests.gateway.office import COLLEAGUE, SECRETARY, STRANGER, TEACHER, As, Json, leave, seal, vehicle

NEW_EACH_TIME = {"start", "end", "depart_at", "return_at", "take_out_until"}


@pytest.mark.parametrize(
    ("kind", "who", "form"),
    [
        ("leave", TEACHER, lambda: leave(days=7, leave_type="personal", reason="第一行\n第二行 <b>", end_half="am")),
        ("vehicle", SECRETARY, lambda: vehicle(passengers=7, destination="省教育厅")),
        ("seal", TEACHER, lambda: seal(copies=3, document_title="成绩单")),
    ],
)
def test_everything_else_is_filled_in_again(kind: str, who: As, form: Callable[[], Json]) -> None:
    given = form()
    number, browser = who.submit(kind, given), Browser(who)
    page = browser.open(f"/requests/{number}")
    link = f"/new/{kind}?like={number}"
    assert link in page.html
    filled = browser.open(link).form(f"/new/{kind}").values
    for name, value in given.items():
        shown = filled.get(f"form.{name}", "")
        assert shown == ("" if name in NEW_EACH_TIME or isinstance(value, list) else str(value)), name


def test_a_copy_can_be_submitted_once_days_are_given() -> None:
    number, browser = TEACHER.submit("leave", leave(days=3)), Browser(TEACHER)
    fresh = leave()
    form = browser.open(f"/new/leave?like={number}").form("/new/leave")
    page = browser.fill_in(form, form__start=fresh["start"], form__end=fresh["end"])
    assert "家中有事" in page.text
    assert number not in page.text


def test_only_ones_own_requests_of_that_kind_are_copied() -> None:
    number = TEACHER.submit("leave", leave())
    for who, path in (
        (COLLEAGUE, f"/new/leave?like={number}"),
        (STRANGER, f"/new/leave?like={number}"),
        (TEACHER, f"/new/vehicle?like={number}"),
        (TEACHER, "/new/leave?like=QJ-2026-999999"),
    ):
        page = Browser(who).open(path)
        assert (page.status, "家中有事" in page.text) == (404, False)


def test_whoever_decides_is_offered_no_copy() -> None:
    number = TEACHER.submit("leave", leave())
    assert "复制为新申请" not in Browser(As("T1042")).open(f"/requests/{number}").text
