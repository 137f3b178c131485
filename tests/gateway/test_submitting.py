"""Submitting: numbers without gaps, and the same idempotency key gives the same request."""

from tests.gateway.office import STRANGER, TEACHER, at_once, good, leave, nothing_changed, refused


def test_numbers_follow_one_another_though_some_are_refused_between() -> None:
    first = int(TEACHER.submit("leave", leave())[-6:])
    refused(TEACHER.post("/api/requests", {"kind": "leave", "form": leave(days=3, substitute="T9999")}), 422)
    assert int(TEACHER.submit("leave", leave())[-6:]) == first + 1


def test_the_answer_shows_the_route() -> None:
    made = good(TEACHER.post("/api/requests", {"kind": "leave", "form": leave()}), 201)
    assert set(made) == {"id", "number", "status", "route"}
    assert set(made["route"][0]) == {"key", "title", "host", "handlers", "countersigners", "rule", "deadline_hours"}


def test_the_same_key_again_gives_the_same_request() -> None:
    body = {"kind": "leave", "form": leave(), "idempotency_key": "once"}
    first = good(TEACHER.post("/api/requests", body), 201)
    with nothing_changed():
        assert good(TEACHER.post("/api/requests", body), 201) == first


def test_the_same_key_at_the_same_moment_gives_one_request() -> None:
    body = {"kind": "leave", "form": leave(), "idempotency_key": "at once"}
    answers = at_once(*[("POST", "/api/requests", {"json": body, "headers": TEACHER.headers})] * 5)
    assert [answer.status_code for answer in answers] == [201] * 5
    assert len({answer.json()["number"] for answer in answers}) == 1


def test_the_same_key_for_another_form_is_refused() -> None:
    number = TEACHER.submit("leave", leave(), idempotency_key="taken")
    with nothing_changed():
        body = {"kind": "leave", "form": leave(), "idempotency_key": "taken"}
        refused(TEACHER.post("/api/requests", body), 409, number, "换一个")
        refused(TEACHER.post("/api/requests", {**body, "kind": "seal", "form": {}}), 409, number)


def test_a_key_is_ones_own() -> None:
    theirs = STRANGER.submit("leave", leave(STRANGER), idempotency_key="shared")
    assert TEACHER.submit("leave", leave(), idempotency_key="shared") != theirs


def test_two_leaves_over_each_other_at_the_same_moment_leave_one() -> None:
    body = {"kind": "leave", "form": leave()}
    answers = at_once(*[("POST", "/api/requests", {"json": body, "headers": TEACHER.headers})] * 2)
    assert sorted(answer.status_code for answer in answers) == [201, 409]


def test_the_kinds_come_with_the_schemas_of_their_forms() -> None:
    kinds = {each["kind"]: each for each in good(TEACHER.get("/api/kinds"))}
    assert set(kinds) >= {"leave", "vehicle", "seal"}
    assert kinds["leave"]["schema"]["$defs"]["LeaveType"]["x-labels"]["sick"] == "病假"
    assert kinds["vehicle"]["fields"]["dispatch"]["properties"]["plate"]["title"] == "车号"
