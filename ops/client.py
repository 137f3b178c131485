"""A person at the REST interface, for the demo and the bench; and an installation to talk to."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import httpx

from models.settings import settings
from ops import up
from ops.supervisor import Supervisor
from ops.token import new_token


@lru_cache
def _client(address: str) -> httpx.Client:
    return httpx.Client(base_url=address, timeout=30, trust_env=False)


@lru_cache
def _token(account: str) -> str:
    return new_token(account)


@contextmanager
def installation() -> Iterator[str]:
    """The address of the running installation; if none runs, one is started for the length of the block."""
    own = settings()
    started = not Supervisor(own).runs()
    if started:
        up.main(["--detach"])
    try:
        yield f"http://127.0.0.1:{own.port}"
    finally:
        if started:
            up.down([])


class Person:
    """One account, with a token of its own; raises on any refusal, with the gateway's sentence."""

    def __init__(self, address: str, account: str) -> None:
        self._client, self._headers = _client(address), {"Authorization": f"Bearer {_token(account)}"}

    def get(self, path: str) -> Any:
        return self._answer(self._client.get(path, headers=self._headers))

    def post(self, path: str, body: dict[str, Any]) -> Any:
        return self._answer(self._client.post(path, json=body, headers=self._headers))

    def hand_in(self, name: str, content: bytes) -> str:
        """Upload a file; its id."""
        return str(
            self._answer(self._client.post("/api/files", files={"file": (name, content)}, headers=self._headers))["id"]
        )

    @staticmethod
    def _answer(answer: httpx.Response) -> Any:
        if answer.is_error:
            raise RuntimeError(f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text}")
        return answer.json()
