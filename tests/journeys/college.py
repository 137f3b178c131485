"""People of the sample college who act over REST as themselves, and the forms they hand in."""

from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import cached_property
from threading import Barrier
from typing import Any

import httpx
from sqlmodel import col, select

from models.database import transaction
from models.messages import Incident
from models.settings import settings
from ops.token import new_token

Json = dict[str, Any]
_free: dict[str, int] = defaultdict(lambda: 20)  # days from today: the first that nothing of this person's is on yet


class Colleague:
    """A person with a token for programs."""

    def __init__(self, account: str) -> None:
        self.account = account

    @cached_property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {new_token(self.account)}"}

    def send(self, method: str, path: str, **how: Any) -> httpx.Response:
        url = f"{settings().address}{path}"
        return httpx.request(method, url, headers=self._headers, trust_env=False, timeout=30, **how)

    def get(self, path: str) -> Any:
        return _good(self.send("GET", path))

    def post(self, path: str, body: Json) -> Any:
        return _good(self.send("POST", path, json=body))

    def hand_in(self, name: str = "合同.txt", content: bytes = "采购合同".encode()) -> str:
        """The id of an uploaded paper."""
        paper = {"file": (name, content)}
        return str(_good(self.send("POST", "/api/files", files=paper))["id"])

    def submit(self, kind: str, form: Json) -> str:
        """The number of a new request."""
        return str(self.post("/api/requests", {"kind": kind, "form": form})["number"])

    def read(self, number: str) -> Json:
        return dict(self.get(f"/api/requests/{number}"))

    def item(self, number: str) -> Json:
        """This person's open work item in a request."""
        mine = [each for each in self.get("/api/inbox") if each["number"] == number]
        assert len(mine) == 1, f"{self.account} has {len(mine)} open items in {number}"
        return dict(mine[0])

    def decide(self, number: str, verdict: str = "agree", **more: Any) -> Json:
        """Decide on their open item; what the request is then."""
        path = f"/api/work-items/{self.item(number)['id']}/decision"
        return dict(self.post(path, {"verdict": verdict, **more})["request"])


TEACHER, SECOND_TEACHER, SUBSTITUTE = Colleague("T1045"), Colleague("T1043"), Colleague("T1044")
SECRETARY, HEAD, VICE = Colleague("T1050"), Colleague("T1021"), Colleague("T1003")  # of 信息工程系 and above it
HR_CLERK, HR_HEAD = Colleague("T1033"), Colleague("T1007")
FINANCE, AUDIT, LEGAL, SEAL_KEEPER = Colleague("T1009"), Colleague("T1011"), Colleague("T1012"), Colleague("T1034")
DISPATCHER = Colleague("T1038")


def _good(answer: httpx.Response) -> Any:
    assert answer.is_success, answer.text
    return answer.json()


def leave(who: Colleague = TEACHER, days: int = 3, **changes: Any) -> Json:
    """A personal leave that overlaps none of this person's others."""
    start = _free_day(who.account, days)
    period = {"start": start.isoformat(), "end": (start + timedelta(days=days - 1)).isoformat()}
    return {"leave_type": "personal", **period, "reason": "回乡照顾父母", "substitute": SUBSTITUTE.account, **changes}


def _free_day(whose: str, days: int) -> date:
    """The first of so many days that are taken from now on."""
    start = date.today() + timedelta(days=_free[whose])  # noqa: DTZ011 - any day near will do
    _free[whose] += days
    return start


def trip() -> Json:
    """Out of the city for a day."""
    day = _free_day("trips", 1)
    during = {"depart_at": f"{day}T08:00:00+08:00", "return_at": f"{day}T18:00:00+08:00"}
    return {"purpose": "考察实训基地", "destination": "临江市高新区", "scope": "out_of_city", "passengers": 3, **during}


def contract(who: Colleague = SECRETARY) -> Json:
    """A contract to be stamped: finance, audit and legal countersign."""
    paper = {"seal": "contract", "category": "contract", "document_title": "实训设备采购合同", "copies": 4}
    return {**paper, "stamps_per_copy": 2, "reason": "采购实训设备", "attachments": [who.hand_in()]}


def race(*calls: Callable[[], httpx.Response]) -> list[httpx.Response]:
    """Several people at the same instant."""
    together = Barrier(len(calls))

    def go(call: Callable[[], httpx.Response]) -> httpx.Response:
        together.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(go, calls))


def incidents(number: str) -> list[Incident]:
    """Open ones about a request."""
    with transaction() as session:
        found = session.exec(
            select(Incident).where(col(Incident.closed_at).is_(None), col(Incident.subject).contains(number))
        )
        return list(found)
