"""Bad inputs at every door: a 4xx in Chinese that names the field, the same each time, and nothing changed.

A loop of delegates is refused in tests/gateway/test_delegations.py.
"""

from dataclasses import dataclass
from uuid import UUID, uuid4

import httpx
import pytest
from sqlmodel import select

from models.database import transaction
from models.record import Request
from tests.gateway.bad_acts import DECIDED, LOGGED_IN, RESUMED, SUBMITTED, WITHDRAWN
from tests.gateway.bad_bodies import BODIES, SENDINGS
from tests.gateway.office import (
    ADMINISTRATOR,
    SECTION_HEAD,
    STRANGER,
    TEACHER,
    As,
    Json,
    good,
    leave,
    nothing_changed,
    refused,
    send,
)

DOORS = ["submit", "preview", "decision", "withdraw", "session", "resume", "runs"]


@dataclass(frozen=True)
class Waiting:
    """A leave of the teacher's at the section head: its number, the head's item, its flow run."""

    number: str
    item: str
    run: UUID

    def path(self, door: str) -> str:
        return {
            "submit": "/api/requests",
            "preview": "/api/requests/preview",
            "decision": f"/api/work-items/{self.item}/decision",
            "withdraw": f"/api/requests/{self.number}/withdraw",
            "session": "/api/session",
            "resume": f"/prefect/api/flow_runs/{self.run}/resume",
            "runs": "/prefect/api/flow_runs/filter",
        }[door]


@pytest.fixture(scope="module")
def waiting(database: str) -> Waiting:  # noqa: ARG001 - up first
    return _waiting()


def _waiting() -> Waiting:
    number, run = TEACHER.submit("leave", leave()), uuid4()
    with transaction() as session:
        session.exec(select(Request).where(Request.number == number)).one().flow_run_id = run
    return Waiting(number, SECTION_HEAD.item(number)["id"], run)


def _who(door: str) -> As:
    return SECTION_HEAD if door in ("decision", "resume") else TEACHER


def _is_refused(answer: httpx.Response, status: int, word: str, field: str) -> None:
    detail = refused(answer, status, word)
    assert answer.json()["error"] == "invalid"
    assert not detail or field in detail["fields"]  # Prefect's UIs get the sentence alone


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(("body", "word"), BODIES.values(), ids=BODIES)
def test_a_body_that_is_none(waiting: Waiting, door: str, body: str, word: str) -> None:
    with nothing_changed():
        _is_refused(_who(door).post_raw(waiting.path(door), body.encode()), 422, word, "body")


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(("headers", "content", "status", "word"), SENDINGS.values(), ids=SENDINGS)
def test_a_body_sent_otherwise(
    waiting: Waiting, door: str, headers: dict[str, str], content: bytes, status: int, word: str
) -> None:
    told = {"Content-Type": "application/json", **headers, **_who(door).headers}
    with nothing_changed():
        _is_refused(send("POST", waiting.path(door), content=content, headers=told), status, word, "body")


@pytest.mark.parametrize("door", ["submit", "preview"])
@pytest.mark.parametrize(("body", "said", "field"), SUBMITTED.values(), ids=SUBMITTED)
def test_a_request_that_is_wrong(waiting: Waiting, door: str, body: Json, said: str, field: str) -> None:
    with nothing_changed():
        _is_refused(TEACHER.post(waiting.path(door), body), 422, said, field)


@pytest.mark.parametrize(("body", "said", "field"), DECIDED.values(), ids=DECIDED)
def test_a_decision_that_is_wrong(waiting: Waiting, body: Json, said: str, field: str) -> None:
    with nothing_changed():
        _is_refused(SECTION_HEAD.post(waiting.path("decision"), body), 422, said, field)


@pytest.mark.parametrize(("body", "said", "field"), WITHDRAWN.values(), ids=WITHDRAWN)
def test_a_withdrawal_that_is_wrong(waiting: Waiting, body: Json, said: str, field: str) -> None:
    with nothing_changed():
        _is_refused(TEACHER.post(waiting.path("withdraw"), body), 422, said, field)


@pytest.mark.parametrize(("body", "said", "field"), LOGGED_IN.values(), ids=LOGGED_IN)
def test_a_log_in_that_is_wrong(body: Json, said: str, field: str) -> None:
    _is_refused(send("POST", "/api/session", json=body), 422, said, field)


@pytest.mark.parametrize(("sent", "said"), RESUMED.values(), ids=RESUMED)
def test_a_resume_that_is_wrong_is_refused_as_prefect_would(waiting: Waiting, sent: Json, said: str) -> None:
    with nothing_changed():
        answer = good(SECTION_HEAD.post(waiting.path("resume"), {"run_input": sent}))
    assert (answer["status"], answer["details"]["type"]) == ("REJECT", "reject_transition")
    assert said in answer["details"]["reason"]


@pytest.mark.parametrize("who", [TEACHER, STRANGER, ADMINISTRATOR], ids=["initiator", "stranger", "administrator"])
def test_an_item_that_is_anothers(waiting: Waiting, who: As) -> None:
    with nothing_changed():
        answers = [who.post(waiting.path("decision"), {"verdict": each}) for each in ("agree", "refuse")]
        answers.append(who.post(f"/api/work-items/{uuid4()}/decision", {"verdict": "agree"}))
        assert len({(answer.status_code, answer.content) for answer in answers}) == 1
        assert refused(answers[0], 404, "没有这个事项，或者它与您无关") == {}


def test_an_item_of_ones_own_a_second_time() -> None:
    waiting, agree = _waiting(), {"verdict": "agree"}
    good(SECTION_HEAD.post(waiting.path("decision"), agree))
    with nothing_changed():
        told = refused(SECTION_HEAD.post(waiting.path("decision"), agree), 409, "高涛伟", "同意", waiting.number)
        assert told["who"]["account"] == SECTION_HEAD.account
        again = good(
            SECTION_HEAD.post(waiting.path("resume"), {"run_input": {"verdict": "不同意", "opinion": "改主意"}})
        )
        assert (again["status"], waiting.number in again["details"]["reason"]) == ("REJECT", True)


def test_a_form_of_a_round_that_is_over(waiting: Waiting) -> None:
    with nothing_changed():
        answer = SECTION_HEAD.post(waiting.path("decision"), {"verdict": "agree", "round": 7})
        assert refused(answer, 409, "表单已过期", waiting.number) == {"round": 1}
        assert answer.json()["error"] == "too_late"
