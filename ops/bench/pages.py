"""Reading: the inbox as a page and over REST with two hundred open items, and twenty people at their pages at once."""

import http.client
import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import col, select

from gateway.login.cookies import COOKIE
from gateway.login.identity import hash_of
from models.access import LogIn
from models.database import transaction
from models.organisation import Person, StaffState
from ops.bench.load import Line, spread

IN_INBOX, ASKED, AT_ONCE, TURNS = 200, 100, 20, 10
RANKS = ("教师", "科员")
Figures = dict[str, float]


class Browser:
    """A person with a browser session on a kept connection."""

    def __init__(self, port: int, account: str) -> None:
        self._http = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookie = {"Cookie": f"{COOKIE}={_session(account)}"}

    def open(self, path: str) -> None:
        """Read a page.

        Raises:
            RuntimeError: the answer is anything but the page.
        """
        self._http.request("GET", path, headers=self._cookie)
        answer = self._http.getresponse()
        answer.read()
        if answer.status != http.client.OK:
            raise RuntimeError(f"GET {path}: {answer.status}")


def inbox(port: int, account: str, token: str) -> dict[str, Figures]:
    """This person's inbox, one request after the other: the page, and the same over REST."""
    browser, line = Browser(port, account), Line(port)
    page = timed(lambda: browser.open("/"))
    return {"page": spread(page), "rest": spread(timed(lambda: line.ask("GET", "/api/inbox", token)))}


def at_once(port: int, visits: Mapping[str, str]) -> dict[str, Any]:
    """Each of these people opens their inbox and a request (its number by account) again and again, without a pause."""
    inboxes, requests = list[float](), list[float]()
    failures: list[Exception] = []

    def visit(account: str, number: str) -> None:
        browser = Browser(port, account)
        try:
            for _ in range(TURNS):
                inboxes.append(_seconds(browser.open, "/"))
                requests.append(_seconds(browser.open, f"/requests/{number}"))
        except Exception as failure:
            failures.append(failure)

    threads = [threading.Thread(target=visit, args=each) for each in visits.items()]
    seconds = _seconds(_run, threads)
    if failures:
        raise failures[0]
    pages_per_s = round((len(inboxes) + len(requests)) / seconds, 1)
    return {"people": len(visits), "inbox": spread(inboxes), "request": spread(requests), "pages_per_s": pages_per_s}


def colleagues(how_many: int) -> Sequence[str]:
    """Accounts of so many people who are nobody's superior."""
    with transaction() as session:
        wanted = select(Person.account).where(Person.state == StaffState.on_duty, col(Person.rank).in_(RANKS))
        return session.exec(wanted.order_by(col(Person.account)).limit(how_many)).all()


def timed(ask: Callable[[], object]) -> list[float]:
    """Seconds of each of so many, after one to warm up."""
    ask()
    return [_seconds(ask) for _ in range(ASKED)]


def _seconds(act: Callable[..., object], *args: object) -> float:
    start = time.perf_counter()
    act(*args)
    return time.perf_counter() - start


def _run(threads: Sequence[threading.Thread]) -> None:
    for each in threads:
        each.start()
    for each in threads:
        each.join()


def _session(account: str) -> str:
    """The cookie of a new browser session; a log-in with its password would take as long as argon2 means it to."""
    token, now = secrets.token_urlsafe(32), datetime.now(UTC)
    kept = LogIn(token_hash=hash_of(token), account=account, csrf=token, created_at=now, last_seen_at=now,
                 expires_at=now + timedelta(hours=1))  # fmt: skip
    with transaction() as session:
        session.add(kept)
    return token
