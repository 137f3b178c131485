"""动态口令: who must have one is let in nowhere without; codes are good once; what is kept cannot be read."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlmodel import Session, col, delete, select

from flows.engine.kind import kinds
from gateway.login.who_must import must_have_factor
from models.access import Grant, Pending, SecondFactor
from models.database import engine, transaction
from models.organisation import Person
from models.settings import settings
from tests.gateway.door import Visitor, code_of, give_passwords, later, noted, start_anew
from tests.gateway.office import ADMINISTRATOR, CONTRACT_KEEPER, SEAL_KEEPER, STRANGER, good, new_log_in, refused, send

ADMIN, TEACHER, SUB = ADMINISTRATOR.account, "T1053", "T1054"


@pytest.fixture(autouse=True)
def _people(database: str) -> None:  # noqa: ARG001 - up first
    give_passwords(ADMIN, TEACHER, SUB)
    start_anew(ADMIN, TEACHER, SUB)


@pytest.fixture
def sub_administrator() -> Iterator[str]:
    with transaction() as session:
        session.add(Grant(account=SUB, kind="leave", granted_by=ADMIN, granted_at=datetime.now(UTC)))
    yield SUB
    with transaction() as session:
        session.execute(delete(Grant).where(col(Grant.account) == SUB))


@pytest.fixture
def secret() -> str:
    """The teacher's, bound a while ago."""
    secret = Visitor(TEACHER).logged_in().enrolled()
    later(TEACHER, minutes=3)
    return secret


def test_the_posts_that_must_have_one() -> None:
    with Session(engine()) as session:
        must = {
            each.account for each in session.exec(select(Person)) if must_have_factor(session, each, datetime.now(UTC))
        }
    assert must == {ADMIN, SEAL_KEEPER.account, CONTRACT_KEEPER.account}


def test_kinds_say_themselves_which_posts_they_guard() -> None:
    guarded = {kind.key: set(kind.guarded(kind.rules)) for kind in kinds().values() if kind.guarded(kind.rules)}
    assert guarded == {"seal": {("党政办公室", "监印人"), ("财务处", "监印人(合同章)")}}


def test_a_sub_administrator_must_have_one_as_long_as_the_grant_is_open(sub_administrator: str) -> None:
    assert good(Visitor(sub_administrator).log_in())["pending"] == "enrol"
    with transaction() as session:
        session.exec(select(Grant).where(Grant.account == SUB)).one().ended_at = datetime.now(UTC)
    assert good(Visitor(sub_administrator).log_in())["pending"] is None


def test_everyone_must_have_one_where_it_is_so_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "second_factor", "everyone")
    assert good(Visitor(TEACHER).log_in())["pending"] == "enrol"


def test_without_it_an_administrator_is_let_in_nowhere() -> None:
    admin = Visitor(ADMIN).logged_in()
    assert good(admin.send("GET", "/api/session"))["pending"] == "enrol"
    assert refused(admin.send("GET", "/api/inbox"), 403, "绑定动态口令") == {"pending": "enrol"}
    refused(admin.send("GET", "/api/security-events"), 403)
    refused(admin.send("GET", "/prefect/api/health"), 403)
    refused(admin.send("DELETE", "/api/sessions"), 403)
    refused(admin.send("POST", "/api/requests/preview", json={"kind": "leave", "form": {}}), 403)
    assert admin.send("GET", "/").headers["location"] == "/login/enrol?then=/"
    assert admin.send("GET", "/prefect/runs").headers["location"].startswith("/login/enrol")


def test_binding_one_on_the_page_lets_an_administrator_in() -> None:
    admin = Visitor(ADMIN)
    page = admin.fill_in(admin.open("/security").form("/login"), account=ADMIN, password="竹外桃花三两枝")
    assert "data:image/svg+xml" in page.html
    form, before = page.form("/login/enrol"), admin.cookies
    secret = page.html.split('text-break">')[1].split("<")[0]
    wrong = admin.fill_in(form, code="000000")
    assert (wrong.status, secret in wrong.html) == (403, True)
    landed = admin.fill_in(wrong.form("/login/enrol"), code=code_of(secret))
    assert "安全日志" in landed.text
    assert admin.cookies != before


def test_a_log_in_that_is_complete_has_another_token(secret: str) -> None:
    visitor = Visitor(TEACHER).logged_in()
    before, csrf = visitor.cookies, visitor.csrf
    assert visitor.inside() == 403
    shown = good(visitor.give("/api/session/code", code=code_of(secret)))
    assert (shown["pending"], visitor.inside()) == (None, 200)
    assert shown["csrf"] != csrf
    visitor.take_cookies(before)
    assert visitor.inside() == 401


def test_the_code_can_be_given_with_the_password(secret: str) -> None:
    assert good(Visitor(TEACHER).log_in(code=code_of(secret)))["pending"] is None
    answer = Visitor(TEACHER).log_in(code="000000")
    refused(answer, 403, "动态口令")
    assert "set-cookie" not in answer.headers


def test_a_code_is_good_once(secret: str) -> None:
    code = code_of(secret)
    good(Visitor(TEACHER).log_in(code=code))
    refused(Visitor(TEACHER).log_in(code=code), 403, "已用过")
    refused(Visitor(TEACHER).log_in(code=code_of(secret, -1)), 403)  # nor an earlier one after it
    good(Visitor(TEACHER).log_in(code=code_of(secret, 1)))


@pytest.mark.parametrize(("steps", "status"), [(-2, 403), (-1, 200), (1, 200), (2, 403)])
def test_a_phone_may_be_one_step_off(secret: str, steps: int, status: int) -> None:
    assert Visitor(TEACHER).log_in(code=code_of(secret, steps)).status_code == status


def test_digits_may_come_in_groups_or_full_width(secret: str) -> None:
    code = code_of(secret).translate({ord("0") + each: "０１２３４５６７８９"[each] for each in range(10)})
    good(Visitor(TEACHER).log_in(code=f"{code[:3]} {code[3:]}"))


def test_the_secret_is_sealed_with_a_key_that_is_not_in_the_database(secret: str) -> None:
    with transaction() as session:
        kept = session.get_one(SecondFactor, TEACHER).secret
    assert secret not in kept
    key = settings().data / "keys" / "second_factor"
    assert (key.stat().st_mode & 0o777, key.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_what_was_offered_to_one_log_in_is_good_for_no_other() -> None:
    one, other = Visitor(TEACHER).logged_in(), Visitor(TEACHER).logged_in()
    offered = good(one.give("/api/second-factor"))
    body = {"sealed": offered["sealed"], "code": code_of(offered["secret"])}
    refused(other.give("/api/second-factor/code", **body), 422, "已过期")
    refused(one.give("/api/second-factor/code", **body | {"sealed": "x"}), 422, "已过期")
    good(one.give("/api/second-factor/code", **body))
    refused(one.give("/api/second-factor/code", **body), 409, "已经绑定")


def test_who_knows_only_the_password_cannot_bind_a_second_one(secret: str) -> None:
    thief = Visitor(TEACHER).logged_in()
    offered = good(thief.give("/api/second-factor"))
    refused(thief.give("/api/second-factor/code", sealed=offered["sealed"], code=code_of(offered["secret"])), 409)
    refused(thief.give("/api/second-factor/remove", code=code_of(secret)), 403)


def test_removing_it_needs_a_code_and_ends_other_log_ins(secret: str) -> None:
    here, there = (Visitor(TEACHER).logged_in(code=code_of(secret, each)) for each in (-1, 0))
    refused(here.give("/api/second-factor/remove", code="000000"), 403)
    assert good(here.give("/api/second-factor/remove", code=code_of(secret, 1)))["pending"] is None
    assert (here.inside(), there.inside()) == (200, 401)
    assert good(here.send("GET", "/api/second-factor")) == {"on": False, "required": False}


def test_who_must_have_one_can_only_change_it() -> None:
    admin = Visitor(ADMIN).logged_in()
    secret = admin.enrolled()
    later(ADMIN, minutes=3)
    assert good(admin.give("/api/second-factor/remove", code=code_of(secret)))["pending"] == "enrol"
    assert admin.inside() == 403
    later(ADMIN, minutes=3)
    admin.enrolled()
    assert admin.inside() == 200


def test_a_pending_log_in_does_not_wait_for_ever() -> None:
    admin = Visitor(ADMIN).logged_in()
    later(ADMIN, minutes=11)
    refused(admin.send("GET", "/api/session"), 401)


def test_programs_tokens_stand_for_all_of_it(secret: str) -> None:
    for account in (ADMIN, TEACHER):
        token = {"Authorization": f"Bearer {new_log_in(account, csrf=None)}"}
        assert send("GET", "/api/inbox", headers=token).status_code == 200
        assert good(send("GET", "/api/session", headers=token))["pending"] is None
    assert len(secret) == 32


def test_logging_out_is_open_to_a_pending_log_in() -> None:
    admin = Visitor(ADMIN)
    page = admin.fill_in(admin.open("/login").form("/login"), account=ADMIN, password="竹外桃花三两枝")
    admin.fill_in(page.form("/logout"))
    refused(admin.send("GET", "/api/session"), 401)


def test_the_log_tells_the_whole_story(secret: str) -> None:
    before = len(noted(TEACHER))
    visitor = Visitor(TEACHER).logged_in()
    visitor.give("/api/session/code", code="000000")
    good(visitor.give("/api/session/code", code=code_of(secret)))
    good(visitor.give("/api/second-factor/remove", code=code_of(secret, 1)))
    assert noted(TEACHER)[before:] == ["password_right", "factor_wrong", "logged_in", "factor_removed"]


def test_a_cookie_of_a_pending_log_in_is_told_apart_from_nobodys() -> None:
    token = new_log_in(STRANGER.account, "csrf", pending=Pending.code, id=uuid4())
    refused(send("GET", "/api/inbox", headers={"Cookie": f"oa_session={token}"}), 403, "动态口令")
