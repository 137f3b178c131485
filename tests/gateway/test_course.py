"""Everything people do in a step, as the request's page and REST tell it: a contract with three countersigners."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest

from flows.engine.acts.handing_on import transfer
from flows.engine.acts.signers import add_signer, ask_advice, remove_signer
from flows.engine.acts.taking_back import take_back
from models.database import transaction
from models.route import Where
from tests.gateway.browser import Browser
from tests.gateway.office import AUDIT, FINANCE, HEAD, LEGAL, OFFICE_HEAD, SECRETARY, SECTION_HEAD, TEACHER, As, seal


def item(who: As, number: str) -> UUID:
    return UUID(who.item(number)["id"])


def does(act: Callable[..., object], who: As, work_item: UUID, *what: object) -> None:
    with transaction() as session:
        act(session, who.account, work_item, *what, datetime.now(UTC))


@pytest.fixture
def contract() -> str:
    """Audit has had a signer before them, has spoken and taken it back; legal has asked for advice, and no more;
    finance has handed on their part."""
    number = TEACHER.submit("seal", seal(category="contract", seal="contract"))
    HEAD.decide(number)
    does(add_signer, AUDIT, item(AUDIT, number), OFFICE_HEAD.account, Where.before, "请先核")
    OFFICE_HEAD.decide(number, opinion="已核")
    spoken = item(AUDIT, number)
    AUDIT.decide(number, opinion="程序合规")
    does(take_back, AUDIT, spoken, "看错了")
    asking = item(LEGAL, number)
    does(ask_advice, LEGAL, asking, SECRETARY.account, "")
    does(remove_signer, LEGAL, asking, SECRETARY.account, "")
    does(transfer, FINANCE, item(FINANCE, number), SECTION_HEAD.account, "外出")
    return number


def test_the_page_tells_each_seat_and_who_did_what_to_it(contract: str) -> None:
    page = Browser(TEACHER).open(f"/requests/{contract}")
    text = "".join(page.text.split())
    for told in (
        "会签高涛伟（原办理人曾远）信息工程系",
        "会签（前加签）杨欣静",
        "同意（已取回）",
        "转办：曾远→高涛伟：外出",
        "前加签杨欣静：请先核",
        "委派胡娟",
        "减签胡娟",
        "取回自己的处理意见：看错了",
    ):
        assert told in text, told


def test_rest_tells_whose_seat_a_part_is_and_where_it_was_added(contract: str) -> None:
    first, second = TEACHER.read(contract)["steps"][1]["rounds"]
    (added,) = [part for part in first["items"] if part["person"]["name"] == "杨欣静"]
    assert (added["added"], added["acting_for"], added["opinion"]) == ("before", None, "已核")
    (handed_on,) = [part for part in second["items"] if part["seat"]["account"] == FINANCE.account]
    assert (handed_on["person"]["account"], handed_on["added"]) == (SECTION_HEAD.account, None)
