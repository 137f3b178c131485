"""What who has the machine can do at the door: set passwords, remove second factors, log people out; all noted."""

import pytest
from sqlmodel import Session, col, select

from gateway.login.identity import hash_of
from gateway.login.passwords import hash_password, verify
from models.access import LogIn, SecondFactor, SecurityEvent
from models.database import engine, transaction
from models.organisation import Person
from ops import log_out, password, second_factor
from ops.greeting import DEMO_PASSWORD, SECOND_FACTOR, who_can_log_in
from ops.refused import CannotDo
from ops.token import new_token
from tests.flows.sample import NOW
from tests.gateway.office import new_log_in

ACCOUNT = "T1061"
pytestmark = pytest.mark.usefixtures("database")


def _open() -> list[str]:
    with Session(engine()) as session:
        return list(session.exec(select(LogIn.token_hash).where(LogIn.account == ACCOUNT)))


def _noted() -> str:
    with Session(engine()) as session:
        mine = select(SecurityEvent).where(SecurityEvent.account == ACCOUNT).order_by(col(SecurityEvent.no).desc())
        return session.exec(mine.limit(1)).one().what


def test_removing_a_lost_second_factor_ends_the_browser_sessions(capsys: pytest.CaptureFixture[str]) -> None:
    with transaction() as session:
        session.add(SecondFactor(account=ACCOUNT, secret="x", confirmed_at=NOW, last_step=0))
    browser, program = new_log_in(ACCOUNT, "csrf"), new_token(ACCOUNT)
    assert second_factor.main([ACCOUNT]) == 0
    assert "已绑定" in capsys.readouterr().out
    assert second_factor.main([ACCOUNT, "--remove"]) == 0
    assert "已移除" in capsys.readouterr().out
    assert (hash_of(browser) in _open(), hash_of(program) in _open()) == (False, True)
    assert _noted() == "factor_removed"


def test_there_is_nothing_to_remove_where_there_is_none() -> None:
    with pytest.raises(CannotDo, match="没有绑定"):
        second_factor.remove(ACCOUNT)
    with pytest.raises(CannotDo, match="没有工号"):
        second_factor.remove("T9999")


def test_logging_somebody_out_ends_tokens_too() -> None:
    new_log_in(ACCOUNT, "csrf")
    new_token(ACCOUNT)
    assert log_out.log_out(ACCOUNT) >= 2
    assert (_open(), _noted()) == ([], "ended_everywhere")


@pytest.mark.parametrize("words", [[], [ACCOUNT, "--all"]])
def test_it_is_said_who_is_to_be_logged_out(words: list[str]) -> None:
    with pytest.raises(CannotDo, match="请写明工号"):
        log_out.main(words)


def test_a_password_set_by_command_follows_the_same_rules() -> None:
    with pytest.raises(CannotDo, match="常见"):
        password.set_password(ACCOUNT, "password1")
    password.set_password(ACCOUNT, "野火烧不尽春风吹又生")
    with Session(engine()) as session:
        assert verify(session.get_one(Person, ACCOUNT).password_hash, "野火烧不尽春风吹又生")
    assert _noted() == "password_changed"


def test_the_greeting_tells_who_will_be_asked_for_a_second_factor(session: Session) -> None:
    session.get_one(Person, "T1031").password_hash = hash_password(DEMO_PASSWORD)
    session.flush()
    told = who_can_log_in(session)
    assert SECOND_FACTOR in told
    assert [line.split()[0] for line in told.splitlines() if line.endswith(" *")] == ["T1034", "T1031"]
