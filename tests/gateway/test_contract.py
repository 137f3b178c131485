"""The contract keeps its word: whatever is sent to any operation is answered as the OpenAPI page says, never by a 5xx.

What is sent is made from the page itself, by the same seed each time: good values, and all kinds of wrong ones.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import count
from typing import Any
from zlib import crc32

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation

from gateway.app import app
from tests.gateway.office import ADMINISTRATOR, HEAD, SECRETARY, SECTION_HEAD, As, good, new_log_in, send, vehicle

CONFIG = {
    "seed": 1,
    "generation": {
        "deterministic": True,
        "max-examples": 20,
        "database": "none",
        "with-security-parameters": False,  # who asks is said below
    },
    "checks": {
        "positive_data_acceptance": {"enabled": False},  # a form that fits its schema may still break a rule
        "allow_header_conformance": {"enabled": False},  # takes GET /requests/preview for none of /requests/{number}
    },
}
_far = count(1000)  # days
published = schemathesis.openapi.from_asgi("/api/openapi.json", app, config=SchemathesisConfig.from_dict(CONFIG))


@published.parametrize()
def test_each_operation_answers_as_published(case: schemathesis.Case[Any]) -> None:
    who = _who(case.path)
    if case.meta and not case.meta.is_negative_at(ParameterLocation.PATH):
        case.path_parameters |= {name: _real(name) for name, made in case.path_parameters.items() if _half_of(made)}
    token = new_log_in(who.account, csrf=None)  # a new one each time: logging out is among the operations
    answer = case.call_and_validate(headers={"Authorization": f"Bearer {token}"})
    if case.method == "POST" and case.path_parameters and answer.status_code < 300:
        _open.cache_clear()  # that one is used up


def test_the_page_describes_every_operation_whole() -> None:
    page = good(send("GET", "/api/openapi.json"))
    operations = [each for methods in page["paths"].values() for each in methods.values()]
    error = {"$ref": "#/components/schemas/ErrorShown"}
    assert len(operations) >= 15
    for each in operations:
        wrong = [told for status, told in each["responses"].items() if status[0] in "45"]
        assert [told["content"]["application/json"]["schema"] for told in wrong] == [error] * len(wrong)
        assert ("401" in each["responses"]) >= bool(each["security"])
        assert each["description"]
    assert page["paths"]["/api/inbox"]["get"]["security"] == [{"session": []}, {"bearer": []}]
    assert page["paths"]["/api/requests"]["post"]["security"] == [{"session": [], "csrf": []}, {"bearer": []}]


def _half_of(made: object) -> bool:
    """So that half of what is asked for is there; by the value itself: the same again when it is tried again."""
    return crc32(repr(made).encode()) % 2 == 0


def _real(name: str) -> str:
    """A path parameter's value that is there."""
    there: dict[str, Callable[[], str]] = {
        "number": lambda: _open()[0],
        "item_id": lambda: _open()[1],
        "file_id": lambda: _file(HEAD),
        "log_in": _log_in,
        "grant_id": _grant,
        "phrase_id": _phrase,
        "kind": lambda: "seal",
        "delegation_id": _delegation,
    }
    return there[name]()


def _who(path: str) -> As:
    """Someone whose business it is."""
    if "/administrators" in path or "/security-events" in path or "/rules" in path:
        return ADMINISTRATOR
    return SECRETARY if "{number}" in path else HEAD


def _grant() -> str:
    """What a sub-administrator may see, for as long as it takes to end it."""
    return str(good(ADMINISTRATOR.post("/api/administrators", {"account": "T1062", "kind": "seal"}), 201)["id"])


def _delegation() -> str:
    """Someone acts for the head in a time far off, for as long as it takes to end it."""
    starts = datetime.now(UTC) + timedelta(days=next(_far))
    period = {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=1)).isoformat()}
    return str(good(HEAD.post("/api/delegations", {"delegate": SECTION_HEAD.account, **period}), 201)["id"])


def _log_in() -> str:
    """A log-in of the head that nothing else is asked under: ending it is among the operations."""
    other = {"Authorization": f"Bearer {new_log_in(HEAD.account, csrf=None)}"}
    (mine,) = (each for each in good(send("GET", "/api/sessions", headers=other)) if each["this"])
    return str(mine["id"])


def _phrase() -> str:
    """A phrase of the head's, for as long as it takes to delete it."""
    return str(good(HEAD.post("/api/phrases", {"text": "同意"}), 201)["id"])


@lru_cache
def _open() -> tuple[str, str]:
    """A request of the secretary that waits for the head, and the head's item in it."""
    number = SECRETARY.submit("vehicle", vehicle())
    return number, HEAD.item(number)["id"]


@lru_cache
def _file(owner: As) -> str:
    return owner.hand_in()
