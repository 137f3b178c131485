"""When it was signed, by an RFC 3161 server (时间戳)."""

import math
import time
from functools import lru_cache

import httpx
from asn1crypto import cms, tsp
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError, set_tsp_headers

from models.settings import settings

PATIENCE = httpx.Timeout(10, connect=3)  # seconds for an answer, and to be let in
TRIES = 2  # to reach the server
REST = 30.0  # seconds in which one that failed is not asked again, lest every sheet wait for it


class TimestampServer(TimeStamper):
    """Asks a server over HTTP, and looks whether it has stamped what it was asked to."""

    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._url = url
        self._http = httpx.Client(transport=httpx.HTTPTransport(retries=TRIES - 1), timeout=PATIENCE)
        self._failed_at, self._why = -math.inf, ""

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        try:
            answer = self._http.post(self._url, content=req.dump(), headers=set_tsp_headers({})).raise_for_status()
            return tsp.TimeStampResp.load(answer.content, strict=True)
        except (httpx.HTTPError, ValueError) as error:
            raise TimestampRequestError(f"{type(error).__name__}: {error}") from error

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        if time.monotonic() < self._failed_at + REST:
            raise TimestampRequestError(self._why)
        try:
            return await self._stamped(message_digest, md_algorithm)
        except TimestampRequestError as error:
            self._failed_at, self._why = time.monotonic(), str(error)
            raise

    async def _stamped(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        try:
            token = await super().async_timestamp(message_digest, md_algorithm)
            imprint = token["content"]["encap_content_info"]["content"].parsed["message_imprint"]
            stamped = imprint["hashed_message"].native
        except (ValueError, TypeError, AttributeError) as error:  # not the answer that the standard describes
            raise TimestampRequestError("malformed answer") from error
        if stamped != message_digest:
            raise TimestampRequestError("stamped something else")
        return token


def timestamp_server() -> TimestampServer | None:
    """The one in the settings, if any."""
    return _server(settings().timestamp_url) if settings().timestamp_url else None


@lru_cache(maxsize=1)
def _server(url: str) -> TimestampServer:
    return TimestampServer(url)
