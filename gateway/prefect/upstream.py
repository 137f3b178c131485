"""Asking Prefect's server, which listens on this machine only, with the credential that no browser ever sees."""

from functools import lru_cache
from typing import Any

import httpx

from models.refusals import Invalid, NotYours, Refusal
from models.settings import settings

PATIENCE = 15.0  # seconds


class PrefectAway(Refusal):
    """Prefect's server does not answer, or not as it should. The record is not touched by that."""

    status, code = 503, "prefect_away"

    def __init__(self) -> None:
        super().__init__("Prefect 服务暂时没有应答。申请的记录不受影响，可先在工作台办理。")


async def ask(method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """The JSON that Prefect answers to a call of its API; `path` without `/api`.

    Raises:
        NotYours: not there; Invalid: a filter that Prefect cannot read; PrefectAway: any other error. Prefect's own
            words never get out: they echo what was sent.
    """
    answer = await _answer(method, path, body)
    return answer.json() if answer.content else None


async def fetch(path: str) -> httpx.Response:
    """A file of the UI, as Prefect ships it.

    Raises:
        NotYours: not there; PrefectAway.
    """
    return await _answer("GET", str(httpx.URL(settings().prefect_api).copy_with(path=path)))


async def _answer(method: str, url: str, body: dict[str, Any] | None = None) -> httpx.Response:
    try:
        answer = await _client().request(method, url, json=body)
    except httpx.HTTPError:
        raise PrefectAway from None
    if answer.status_code == httpx.codes.NOT_FOUND:
        raise NotYours
    if answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY:
        raise Invalid("查询条件有误，请核对。")
    if not answer.is_success:
        raise PrefectAway
    return answer


@lru_cache
def _client() -> httpx.AsyncClient:
    user, _, password = settings().prefect_auth.partition(":")
    return httpx.AsyncClient(base_url=settings().prefect_api, auth=(user, password), timeout=PATIENCE, trust_env=False)
