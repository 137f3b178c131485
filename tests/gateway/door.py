"""People at the door: each with a browser of their own (cookies and CSRF token) at a network address of their own."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import httpx
import pyotp
from sqlmodel import col, delete, select, update

from gateway.app import app
from gateway.login.passwords import hash_password
from models.access import FailedLogIn, LogIn, SecondFactor, SecurityEvent
from models.database import transaction
from models.organisation import Person
from tests.gateway.browser import Form, Page
from tests.gateway.office import good, run_all

PASSWORD = "竹外桃花三两枝"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"
_addresses = (f"10.0.{high}.{low}" for high in count() for low in range(1, 255))


class Visitor:
    """A browser; `who` is the account that logs in with it."""

    def __init__(
        self, who: str, address: str | None = None, base: str = "http://oa.test", *, raises: bool = True
    ) -> None:
        self.who, self.address, self.csrf = who, address or next(_addresses), ""
        transport = httpx.ASGITransport(app, raise_app_exceptions=raises, client=(self.address, 1))
        self._client = httpx.AsyncClient(transport=transport, base_url=base, headers={"User-Agent": CHROME})

    def send(self, method: str, path: str, **how: Any) -> httpx.Response:
        (answer,) = run_all(self.asking(method, path, **how))
        return answer

    async def asking(self, method: str, path: str, **how: Any) -> httpx.Response:
        own = {"X-CSRF-Token": self.csrf} if self.csrf else {}
        return await self._client.request(method, path, **how | {"headers": own | how.get("headers", {})})

    def log_in(self, password: str = PASSWORD, **more: Any) -> httpx.Response:
        body = {"account": self.who, "password": password, **more}
        return self._heard(self.send("POST", "/api/session", json=body))

    def logged_in(self, **more: Any) -> "Visitor":
        good(self.log_in(**more))
        return self

    def give(self, path: str, **body: Any) -> httpx.Response:
        return self._heard(self.send("POST", path, json=body))

    def inside(self) -> int:
        """What the inbox answers: 200 for who is let in."""
        return self.send("GET", "/api/inbox").status_code

    def enrolled(self) -> str:
        """Bind a second factor; its secret. The log-in has it from then on."""
        offered = good(self.give("/api/second-factor"))
        code = pyotp.TOTP(offered["secret"]).now()
        good(self.give("/api/second-factor/code", sealed=offered["sealed"], code=code))
        return str(offered["secret"])

    def open(self, path: str) -> Page:
        return Page(self._followed(self.send("GET", path)))

    def fill_in(self, form: Form, **typed: str | None) -> Page:
        """Post a form as the page gave it, with what is typed over it, and follow to the page that comes next."""
        values = {name: value for name, value in (form.values | typed).items() if value is not None}
        return Page(self._followed(self.send("POST", form.action, data=values, headers={"X-CSRF-Token": ""})))

    @property
    def cookies(self) -> dict[str, str]:
        return dict(self._client.cookies)

    def take_cookies(self, cookies: dict[str, str]) -> None:
        self._client.cookies = httpx.Cookies(cookies)

    def _heard(self, answer: httpx.Response) -> httpx.Response:
        if answer.is_success and answer.content:
            self.csrf = answer.json().get("csrf") or self.csrf
        return answer

    def _followed(self, answer: httpx.Response) -> httpx.Response:
        while answer.status_code == 303:
            answer = self.send("GET", answer.headers["location"])
        return answer


def at_once(visitors: Sequence[Visitor], **body: Any) -> list[httpx.Response]:
    """All of them log in at the same moment."""
    return run_all(
        *(each.asking("POST", "/api/session", json={"account": each.who, **body}) for each in visitors),
    )


def give_passwords(*accounts: str) -> None:
    with transaction() as session:
        chosen = update(Person).where(col(Person.account).in_(accounts))
        session.execute(chosen.values(password_hash=hash_password(PASSWORD)))


def start_anew(*accounts: str) -> None:
    """No browser sessions, no second factors of these, and no wrong tries of anyone."""
    with transaction() as session:
        session.execute(delete(FailedLogIn))
        session.execute(delete(LogIn).where(col(LogIn.account).in_(accounts), col(LogIn.csrf).is_not(None)))
        session.execute(delete(SecondFactor).where(col(SecondFactor.account).in_(accounts)))


def later(account: str, **ago: float) -> None:
    """As if this person's log-ins, tries and codes were so much older."""
    passed = timedelta(**ago)
    with transaction() as session:
        for row in session.exec(select(LogIn).where(LogIn.account == account, col(LogIn.csrf).is_not(None))):
            row.created_at, row.last_seen_at = row.created_at - passed, row.last_seen_at - passed
            row.proved_at = row.proved_at - passed if row.proved_at else None
            row.expires_at -= passed
        for tried in session.exec(select(FailedLogIn).where(FailedLogIn.account == account)):
            tried.at -= passed
        for factor in session.exec(select(SecondFactor).where(SecondFactor.account == account)):
            factor.last_step -= int(passed.total_seconds() // 30)


def code_of(secret: str, ahead: int = 0) -> str:
    """What the phone shows so many steps of 30 seconds from now."""
    return pyotp.TOTP(secret).at(for_time=datetime.now(UTC), counter_offset=ahead)


def noted(account: str) -> list[str]:
    """The security log about this account, oldest first."""
    with transaction() as session:
        rows = select(SecurityEvent.what).where(SecurityEvent.account == account).order_by(col(SecurityEvent.no))
        return list(session.exec(rows))
