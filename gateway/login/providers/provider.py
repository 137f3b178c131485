"""What a provider does: sends the browser away with a trip, and says who came back from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from models.refusals import Refusal
from models.settings import settings

SECONDS = 10.0  # that a provider may take for one answer


@dataclass(frozen=True)
class Trip:
    """What is remembered while the browser is away, sealed in a cookie of that browser (ASVS 5.0, 10.1.2).

    `fresh`: the provider is to ask for the password anew; `then`: where the person wanted to go.
    """

    provider: str
    state: str
    nonce: str
    verifier: str  # of PKCE (RFC 7636)
    then: str
    shared: bool
    fresh: bool

    @property
    def back(self) -> str:
        """Where the provider sends the browser; registered there."""
        return f"{settings().address}/login/{self.provider}/callback"


@dataclass(frozen=True)
class Arrived:
    """Who came back: staff number; whether the provider asked for a second factor; when it asked for the first."""

    account: str
    strong: bool
    proved_at: datetime | None


class Provider(Protocol):
    TELLS_WHEN: bool  # whether it says when the person last proved who they are

    def title(self) -> str | None:
        """What its button says; None: not set up."""

    async def place(self, trip: Trip) -> str:
        """Where the browser is sent. Raises ProviderAway."""

    async def arrived(self, trip: Trip, query: Mapping[str, str]) -> Arrived:
        """Who came back with this query. Raises ProviderRefused, ProviderAway."""


class ProviderRefused(Refusal):
    """The provider vouches for nobody, or what it sent is not sound (403). `why` is a word for the security log."""

    status, code = 403, "provider_refused"

    def __init__(self, why: str, told: str = "没有确认您的身份，请重新登录") -> None:
        super().__init__(f"统一登录：{told}。", why=why)


class ProviderAway(Refusal):
    """The provider does not answer (503)."""

    status, code = 503, "provider_away"

    def __init__(self) -> None:
        super().__init__("统一登录：对方服务暂时没有应答。请稍后再试，或使用工号和密码登录。", why="away")
