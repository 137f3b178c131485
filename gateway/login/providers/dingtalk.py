"""钉钉: OAuth 2 log-in; from the person's unionId by the directory to the staff number (工号) kept there.

Source: DingTalk open platform, 登录第三方网站 and 通讯录. It knows neither PKCE nor nonce, and does not tell how the
person logged in; the code is bound to the trip by `state` alone.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import httpx2

from gateway.login.providers.provider import SECONDS, Arrived, ProviderAway, ProviderRefused, Trip
from models.settings import settings

TELLS_WHEN = False


def title() -> str | None:
    return "钉钉" if settings().dingtalk_client_id else None


async def place(trip: Trip) -> str:
    asked = {
        "client_id": settings().dingtalk_client_id,
        "redirect_uri": trip.back,
        "response_type": "code",
        "scope": "openid",
        "state": trip.state,
        "prompt": "consent",
    }
    return f"{settings().dingtalk_login_url}/oauth2/auth?{urlencode(asked)}"


async def arrived(_trip: Trip, query: Mapping[str, str]) -> Arrived:
    code = query.get("authCode") or query.get("code")
    if not code:
        raise ProviderRefused("no_code")
    async with httpx2.AsyncClient(timeout=SECONDS) as client:
        person = await _union_id(client, code)
        return Arrived(await _staff_number(client, person), strong=False, proved_at=None)


async def _union_id(client: Any, code: str) -> str:
    """Who logged in, by the id that all applications of the organisation share."""
    api = settings().dingtalk_api_url
    own = {"clientId": settings().dingtalk_client_id, "clientSecret": settings().dingtalk_client_secret}
    token = await _call(
        client, "POST", f"{api}/v1.0/oauth2/userAccessToken", own | {"code": code, "grantType": "authorization_code"}
    )
    headers = {"x-acs-dingtalk-access-token": _text(token, "accessToken")}
    return _text(await _call(client, "GET", f"{api}/v1.0/contact/users/me", headers=headers), "unionId")


async def _staff_number(client: Any, union_id: str) -> str:
    """From the organisation's directory, asked as the application itself."""
    own = {"appKey": settings().dingtalk_client_id, "appSecret": settings().dingtalk_client_secret}
    token = await _call(client, "POST", f"{settings().dingtalk_api_url}/v1.0/oauth2/accessToken", own)
    query = urlencode({"access_token": _text(token, "accessToken")})
    oapi = f"{settings().dingtalk_oapi_url}/topapi"
    found = await _call(client, "POST", f"{oapi}/user/getbyunionid?{query}", {"unionid": union_id})
    user = {"userid": _text(_result(found), "userid")}
    return _text(_result(await _call(client, "POST", f"{oapi}/v2/user/get?{query}", user)), "job_number")


async def _call(
    client: Any, method: str, url: str, body: Any = None, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The JSON answered; a refusal is told by status (v1.0) or by `errcode` (topapi)."""
    try:
        answer = await client.request(method, url, json=body, headers=headers)
        found = answer.json()
    except (httpx2.HTTPError, ValueError):
        raise ProviderAway from None
    if answer.is_server_error or not isinstance(found, dict):
        raise ProviderAway
    if answer.is_error or found.get("errcode", 0) != 0:
        raise ProviderRefused("code" if "oauth2" in url else "directory")
    return found


def _result(found: Mapping[str, Any]) -> dict[str, Any]:
    result = found.get("result")
    return result if isinstance(result, dict) else {}


def _text(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    if not isinstance(value, str) or not value:
        raise ProviderRefused(
            name, "钉钉通讯录里没有您的工号，请联系管理员" if name == "job_number" else "没有确认您的身份"
        )
    return value
