"""OpenID Connect: authorization code with PKCE, state and nonce; the ID token checked against the provider's keys.

Source: OpenID Connect Core 1.0, 3.1; RFC 7636, 9207; ASVS 5.0, 10.5.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx2
from authlib.integrations.httpx_client import AsyncOAuth2Client, OAuthError
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from gateway.login.providers.provider import SECONDS, Arrived, ProviderAway, ProviderRefused, Trip
from models.settings import settings

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")  # signed with a key of the provider's own; never "none", never HMAC
SECOND_FACTORS = frozenset({"otp", "mfa"})  # of RFC 8176
LEEWAY = 60  # seconds that two clocks may differ
TELLS_WHEN = True


def title() -> str | None:
    return settings().oidc_title if settings().oidc_issuer else None


async def place(trip: Trip) -> str:
    async with _client(trip) as client:
        about = await _metadata(client)
        age = 1 if trip.fresh else settings().session_hours * 3600  # seconds since the provider asked for a password
        url, _ = client.create_authorization_url(
            about["authorization_endpoint"],
            state=trip.state,
            nonce=trip.nonce,
            code_verifier=trip.verifier,
            max_age=age,
        )
    return str(url)


async def arrived(trip: Trip, query: Mapping[str, str]) -> Arrived:
    if "code" not in query:
        raise ProviderRefused("no_code")
    if query.get("iss", settings().oidc_issuer) != settings().oidc_issuer:
        raise ProviderRefused("issuer")
    async with _client(trip) as client:
        about = await _metadata(client)
        token = await _token(client, about, trip, query["code"])
        claims = _checked(token, await _json(client, about["jwks_uri"]), trip)
        account = claims.get(settings().oidc_claim) or await _from_userinfo(client, about, claims)
    proved_at = datetime.fromtimestamp(claims["auth_time"], UTC) if "auth_time" in claims else None
    return Arrived(str(account or ""), bool(SECOND_FACTORS & set(claims.get("amr") or ())), proved_at)


async def _token(client: Any, about: Mapping[str, Any], trip: Trip, code: str) -> Mapping[str, Any]:
    """The answer of the token endpoint, which takes a code once."""
    try:
        token = await client.fetch_token(about["token_endpoint"], code=code, code_verifier=trip.verifier)
    except OAuthError as error:
        raise ProviderRefused("code") from error
    except (httpx2.HTTPError, ValueError):
        raise ProviderAway from None
    if not isinstance(token.get("id_token"), str):
        raise ProviderRefused("no_id_token")
    return dict(token)


def _checked(token: Mapping[str, Any], keys: Any, trip: Trip) -> dict[str, Any]:
    """The claims of the ID token: signed by the provider, for us, now, and for this very trip."""
    exactly = {"iss": settings().oidc_issuer, "aud": settings().oidc_client_id}
    options = {name: {"essential": True, "value": value} for name, value in exactly.items()}
    about_us = {"nonce": trip.nonce, "client_id": settings().oidc_client_id, "access_token": token.get("access_token")}
    try:
        read = jwt.decode(token["id_token"], KeySet.import_key_set(keys), algorithms=ALGORITHMS)
        CodeIDToken(read.claims, read.header, options, about_us).validate(leeway=LEEWAY)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise ProviderRefused("id_token") from error
    return dict(read.claims)


async def _from_userinfo(client: Any, about: Mapping[str, Any], claims: Mapping[str, Any]) -> Any:
    """The staff number, where the provider tells it only there."""
    if "userinfo_endpoint" not in about:
        return None
    told = await _json(client, about["userinfo_endpoint"], withhold_token=False)
    return told.get(settings().oidc_claim) if told.get("sub") == claims["sub"] else None


async def _metadata(client: Any) -> dict[str, Any]:
    """What the provider says of itself. Raises ProviderRefused: it is another one (ASVS 10.5.3)."""
    issuer = settings().oidc_issuer
    about = await _json(client, f"{issuer}/.well-known/openid-configuration")
    if about.get("issuer") != issuer or not {"authorization_endpoint", "token_endpoint", "jwks_uri"} <= set(about):
        raise ProviderRefused("issuer")
    return about


async def _json(client: Any, url: str, *, withhold_token: bool = True) -> dict[str, Any]:
    try:
        answer = await client.request("GET", url, withhold_token=withhold_token)
        found = answer.raise_for_status().json()
    except (httpx2.HTTPError, ValueError):
        raise ProviderAway from None
    if not isinstance(found, dict):
        raise ProviderAway
    return found


def _client(trip: Trip) -> Any:
    return AsyncOAuth2Client(
        settings().oidc_client_id,
        settings().oidc_client_secret,
        scope="openid profile",
        redirect_uri=trip.back,
        code_challenge_method="S256",
        timeout=SECONDS,
    )
