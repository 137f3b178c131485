"""Sub-administrators: the main administrator grants a kind, a department or both, and ends it; nobody else does."""

from collections.abc import Iterator

import pytest
from sqlmodel import col, delete, select

from models.access import Grant, SecurityEvent
from models.database import transaction
from tests.gateway.office import (
    ADMINISTRATOR,
    CLERK,
    HEAD,
    HR_HEAD,
    SECTION_HEAD,
    STRANGER,
    TEACHER,
    As,
    Json,
    good,
    leave,
    new_log_in,
    refused,
    send,
)

PATH = "/api/administrators"
DEPARTMENT, SECTION = "信息工程系", "信息工程系第一教研室"


@pytest.fixture(autouse=True)
def _ended() -> Iterator[None]:
    yield
    with transaction() as session:
        session.execute(delete(Grant))


def granted(to: As, **scope: str | None) -> Json:
    return dict(good(ADMINISTRATOR.post(PATH, {"account": to.account, **scope}), 201))


def end(grant: Json) -> Json:
    return dict(good(send("DELETE", f"{PATH}/{grant['id']}", headers=ADMINISTRATOR.headers)))


def test_a_grant_is_listed_until_it_is_ended() -> None:
    made = granted(HR_HEAD, kind="leave", department=DEPARTMENT)
    (listed,) = good(ADMINISTRATOR.get(PATH))
    assert listed == made
    assert (listed["person"]["account"], listed["granted_by"]["account"]) == (HR_HEAD.account, ADMINISTRATOR.account)
    assert end(made)["ended_at"]
    assert good(ADMINISTRATOR.get(PATH)) == []
    refused(send("DELETE", f"{PATH}/{made['id']}", headers=ADMINISTRATOR.headers), 404)


def test_granting_twice_is_granting_once() -> None:
    assert granted(HR_HEAD, kind="leave")["id"] == granted(HR_HEAD, kind="leave")["id"]
    assert granted(HR_HEAD, kind="seal")["id"] != granted(HR_HEAD, kind="leave")["id"]
    assert len(good(ADMINISTRATOR.get(PATH))) == 2


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"account": "T9999"}, "account"),
        ({"account": ADMINISTRATOR.account}, "account"),
        ({"account": HR_HEAD.account, "kind": "marriage"}, "kind"),
        ({"account": HR_HEAD.account, "department": "无此部门"}, "department"),
        ({"kind": "leave"}, "account"),
        ({"account": HR_HEAD.account, "scope": "all"}, "scope"),
    ],
)
def test_what_is_not_there_is_named(body: Json, field: str) -> None:
    assert field in refused(ADMINISTRATOR.post(PATH, body), 422)["fields"]
    assert good(ADMINISTRATOR.get(PATH)) == []


@pytest.mark.parametrize("who", [TEACHER, HEAD, CLERK, HR_HEAD])
def test_nobody_else_grants_not_even_a_sub_administrator(who: As) -> None:
    mine = granted(HR_HEAD)
    for method, path in (("GET", PATH), ("POST", PATH), ("DELETE", f"{PATH}/{mine['id']}")):
        body = {"json": {"account": who.account}} if method == "POST" else {}
        refused(send(method, path, headers=who.headers, **body), 404)
    refused(send("GET", PATH), 401)
    assert [each["id"] for each in good(ADMINISTRATOR.get(PATH))] == [mine["id"]]


def test_whoever_is_granted_something_logs_in_anew_in_the_browser() -> None:
    cookie = {"Cookie": f"oa_session={new_log_in(HR_HEAD.account, csrf='x')}"}
    assert send("GET", "/api/session", headers=cookie).status_code == 200
    granted(HR_HEAD, kind="leave")
    assert send("GET", "/api/session", headers=cookie).status_code == 401
    assert HR_HEAD.get("/api/session").status_code == 200  # a token stands for a fresh log-in


def test_each_change_is_in_the_security_log() -> None:
    end(granted(HR_HEAD, kind="leave", department=SECTION))
    with transaction() as session:
        newest = select(SecurityEvent).order_by(col(SecurityEvent.no).desc()).limit(2)
        ended, given = session.exec(newest).all()
    assert (given.what, ended.what) == ("granted", "grant_ended")
    assert given.account == ended.account == ADMINISTRATOR.account
    assert given.detail == {"to": HR_HEAD.account, "kind": "leave", "department": SECTION} == ended.detail


@pytest.mark.parametrize(
    ("scope", "sees"),
    [
        ({}, True),
        ({"kind": "leave"}, True),
        ({"kind": "seal"}, False),
        ({"department": DEPARTMENT}, True),
        ({"department": SECTION}, True),
        ({"department": "经济管理系"}, False),
        ({"kind": "leave", "department": DEPARTMENT}, True),
        ({"kind": "seal", "department": DEPARTMENT}, False),
    ],
)
def test_a_sub_administrator_sees_what_was_granted_as_long_as_it_is(scope: Json, sees: bool) -> None:
    number = TEACHER.submit("leave", leave())
    mine = granted(STRANGER, **scope)
    assert _sees(STRANGER, number) is sees
    end(mine)
    assert not _sees(STRANGER, number)


def test_seeing_is_not_deciding() -> None:
    number = TEACHER.submit("leave", leave())
    granted(STRANGER)
    item = SECTION_HEAD.item(number)["id"]
    refused(STRANGER.post(f"/api/work-items/{item}/decision", {"verdict": "agree"}), 404)
    refused(STRANGER.post(f"/api/requests/{number}/withdraw", {}), 404)


def _sees(who: As, number: str) -> bool:
    """By number and in the list alike."""
    found = who.get(f"/api/requests/{number}").status_code == 200
    assert (number in str(good(who.get(f"/api/requests?q={number}")))) is found
    return found
