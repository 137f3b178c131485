"""Acts beside deciding, by the table: each may do what its row says, when it says so, and nobody else.

Every row is tried, in its time, by someone in every role; a row without a body here fails.
"""

from collections.abc import Callable
from itertools import product

import pytest

from flows.engine.acts.act import Act, When, Who
from flows.engine.acts.table import ACTS, BY_KEY
from tests.gateway.office import (
    As,
    Json,
    good,
    nothing_changed,
    refused,
)
from tests.gateway.scenes import ADDED, Case, case, roles_of

BODIES: dict[str, Callable[[As], Json]] = {
    "transfer": lambda _: {"to": ADDED.account},
    "advise": lambda _: {"person": ADDED.account},
    "add": lambda _: {"person": ADDED.account, "where": "beside"},
    "remove": lambda _: {"person": ADDED.account},
    "take-back": lambda _: {},
    "withdraw": lambda _: {},
    "revoke": lambda _: {"reason": "行程取消"},
    "comment": lambda _: {"text": "请尽快"},
    "attach": lambda who: {"files": [who.hand_in()]},
    "circulate": lambda _: {"people": [ADDED.account]},
    "understood": lambda _: {},
    "remind": lambda _: {},
}
TRIED = list(product((act.key for act in ACTS), Who))


def test_every_row_is_tried() -> None:
    assert BODIES.keys() == BY_KEY.keys()
    assert all(any(case(act, who) for who in sorted(act.who)) for act in ACTS)


@pytest.mark.parametrize(("key", "role"), TRIED, ids=[f"{key} by {role.name}" for key, role in TRIED])
def test_whoever_the_row_names_may_and_nobody_else(key: str, role: Who) -> None:
    act, tried = BY_KEY[key], case(BY_KEY[key], role)
    if tried is None:
        return
    body = BODIES[key](tried.who)
    offered = key in tried.who.read(tried.number)["actions"]
    if act.who & roles_of(role):
        good(tried.who.post(tried.path(key), body))
        assert offered
    else:
        assert not offered
        _refused(act, tried, body)


def _refused(act: Act, tried: Case, body: Json) -> None:
    with nothing_changed():
        answer = tried.who.post(tried.path(act.key), body)
    if act.who == {Who.initiator}:
        refused(answer, 404, "没有这个事项")
    elif tried.item and act.when is When.item_decided:
        refused(answer, 403, "只能取回自己已作出的处理意见")
    elif tried.item and answer.status_code == 409:
        refused(answer, 409, "来晚了", "无需再办理")
    else:
        refused(answer, 403, f"「{act.title}」由", act.when, *act.who)
