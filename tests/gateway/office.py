"""The small office of the gateway's tests: people who act over REST as themselves, and requests of each kind.

What they do is committed, so each leave takes days of its own.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import count
from typing import Any
from uuid import uuid4

import httpx
from sqlalchemy import text
from sqlmodel import Session

from gateway.app import app
from gateway.login.identity import hash_of
from models.access import LogIn
from models.database import engine, transaction
from models.settings import settings

TABLES = (
    *("request", "work_item", "decision", "journal", "notice", "reminder", "visit", "route_step", "counter"),
    *("attachment", "leave_span", "booking", "seal_use"),
)
_days: dict[str, Any] = defaultdict(lambda: count(7))
_loop = asyncio.Runner()
_client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://oa.test")
Json = dict[str, Any]


def send(method: str, path: str, **how: Any) -> httpx.Response:
    """One web request, by nobody in particular; an error inside the gateway is raised here."""
    _client.cookies.clear()  # each person brings their own
    return _loop.run(_client.request(method, path, **how))


def run_all(*asked: Coroutine[Any, Any, httpx.Response]) -> list[httpx.Response]:
    """Requests of other clients, all at the same moment, on the loop that this one runs on."""

    async def all_of_them() -> list[httpx.Response]:
        return await asyncio.gather(*asked)

    return _loop.run(all_of_them())


def at_once(*calls: tuple[str, str, Json]) -> list[httpx.Response]:
    """Several requests (method, path, how) at the same moment."""

    async def all_of_them() -> list[httpx.Response]:
        return await asyncio.gather(*(_client.request(method, path, **how) for method, path, how in calls))

    return _loop.run(all_of_them())


def overtaken(call: tuple[str, str, Json], number: str, act: Callable[[Session], object]) -> httpx.Response:
    """The answer to a call that has read the request when someone else, who holds its lock, does `act`."""

    async def both() -> httpx.Response:
        method, path, how = call
        with transaction() as session:
            session.execute(text("SELECT 1 FROM request WHERE number = :number FOR UPDATE"), {"number": number})
            waiting = asyncio.create_task(_client.request(method, path, **how))
            await asyncio.sleep(0.3)
            act(session)
        return await waiting

    return _loop.run(both())


class As:
    """A person with a token for programs."""

    def __init__(self, account: str) -> None:
        self.account = account

    @cached_property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {new_log_in(self.account, csrf=None)}"}

    def get(self, path: str) -> httpx.Response:
        return send("GET", path, headers=self.headers)

    def post(self, path: str, body: Any = None, **how: Any) -> httpx.Response:
        return send("POST", path, json=body, headers=self.headers, **how)

    def post_raw(self, path: str, content: bytes, **headers: str) -> httpx.Response:
        told = {"Content-Type": "application/json"} | {name.replace("_", "-"): each for name, each in headers.items()}
        return send("POST", path, content=content, headers=self.headers | told)

    def hand_in(self, name: str = "材料.pdf", content: bytes = b"%PDF-1.7 a contract") -> str:
        """The id of an uploaded file."""
        return str(good(send("POST", "/api/files", files={"file": (name, content)}, headers=self.headers), 201)["id"])

    def submit(self, kind: str, form: Json, **more: Any) -> str:
        """The number of a new request."""
        body = {"kind": kind, "form": form, **more}
        return str(good(self.post("/api/requests", body), 201)["number"])

    def read(self, number: str) -> Json:
        return dict(good(self.get(f"/api/requests/{number}")))

    def item(self, number: str) -> Json:
        """This person's open work item in a request."""
        mine: list[Json] = [each for each in good(self.get("/api/inbox")) if each["number"] == number]
        assert len(mine) == 1, f"{self.account} has {len(mine)} open items in {number}"
        return mine[0]

    def decide(self, number: str, verdict: str = "agree", **more: Any) -> Json:
        """Decide on their open item; what the request is then."""
        path = f"/api/work-items/{self.item(number)['id']}/decision"
        return dict(good(self.post(path, {"verdict": verdict, **more}))["request"])


TEACHER, COLLEAGUE, SECRETARY = As("T1045"), As("T1044"), As("T1050")  # of the department 信息工程系
SECTION_HEAD, HEAD, VICE, PRESIDENT = As("T1042"), As("T1021"), As("T1003"), As("T1001")  # above them
HR_HEAD, HR_CLERK = As("T1007"), As("T1033")
DISPATCHER, DRIVER, SECOND_DRIVER = As("T1038"), As("T1039"), As("T1040")
FINANCE, AUDIT, LEGAL = As("T1009"), As("T1011"), As("T1012")
OFFICE_HEAD, SEAL_KEEPER, CONTRACT_KEEPER = As("T1005"), As("T1030"), As("T1034")
ADMINISTRATOR, CLERK, STRANGER = As("T1031"), As("T1029"), As("T1067")
SUB = As("T1062")  # a sub-administrator of what a test grants


def new_log_in(
    account: str, csrf: str | None, age: timedelta = timedelta(), idle: timedelta = timedelta(), **more: Any
) -> str:
    """A token written straight into the record: argon2 each time would make the tests slow."""
    token, now = uuid4().hex, datetime.now(UTC)
    row = LogIn(
        token_hash=hash_of(token),
        account=account,
        csrf=csrf,
        created_at=now - age,
        proved_at=now - age,
        last_seen_at=now - idle,
        expires_at=now - age + timedelta(hours=settings().session_hours),
        **more,
    )
    with transaction() as session:
        session.add(row)
    return token


def good(answer: httpx.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


def refused(answer: httpx.Response, status: int, *words: str) -> Json:
    """The refusal, which says these words to people; its detail. Prefect's UIs show people what stands at `detail`."""
    assert answer.status_code == status, answer.text
    told: Json = answer.json()
    assert set(told) == {"error", "message", "detail"}
    assert all(word in told["message"] for word in words), told["message"]
    if answer.url.path.startswith("/prefect/api"):
        assert told["detail"] == told["message"]
        return {}
    return dict(told["detail"])


@contextmanager
def nothing_changed() -> Iterator[None]:
    """Neither a row more nor a number used nor a request moved."""
    before = _counted()
    yield
    assert _counted() == before


def _counted() -> dict[str, object]:
    moved = text("SELECT sum(seq + wake_seq + round + edition), (SELECT sum(last) FROM counter) FROM request")
    with Session(engine()) as session:
        rows = {name: session.scalar(text(f'SELECT count(*) FROM "{name}"')) for name in TABLES}  # noqa: S608 - ours
        return rows | {"moved": tuple(session.execute(moved).one())}


def day(ahead: int) -> str:
    return (date.today() + timedelta(days=ahead)).isoformat()  # noqa: DTZ011 - any day near will do


def moment(ahead: int, hour: int = 8) -> str:
    return f"{day(ahead)}T{hour:02}:00:00+08:00"


def leave(who: As = TEACHER, days: int = 1, **changes: Any) -> Json:
    """A personal leave in days that this person has not asked for yet."""
    start = next(_days[who.account])
    for _ in range(days - 1):
        next(_days[who.account])
    form = {"leave_type": "personal", "start": day(start), "end": day(start + days - 1), "reason": "家中有事"}
    return form | ({"substitute": COLLEAGUE.account} if days >= 3 else {}) | changes


def vehicle(ahead: int = 10, **changes: Any) -> Json:
    trip = {"depart_at": moment(ahead), "return_at": moment(ahead, 18), "passengers": 3, "scope": "city"}
    return {"purpose": "送材料", "destination": "市教育局", **trip} | changes


def seal(who: As = TEACHER, **changes: Any) -> Json:
    """A certificate to be stamped, with the paper attached."""
    paper = {"document_title": "在读证明", "category": "certificate", "copies": 2, "stamps_per_copy": 1}
    return {"seal": "school", **paper, "reason": "办理签证", "attachments": [who.hand_in()]} | changes


def stamping(**changes: Any) -> Json:
    return {"stamps_used": 2, "stamped_at": moment(1), "collected_by": "冯文海"} | changes


def trip(**changes: Any) -> Json:
    figures = {"odometer_start": 1000, "odometer_end": 1060, "departed_at": moment(10), "returned_at": moment(10, 17)}
    return figures | changes
