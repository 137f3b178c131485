"""Logging in with a provider: away with a sealed trip, back with a code."""

import hmac
import json
import secrets
from dataclasses import asdict
from datetime import UTC, datetime

from cryptography.fernet import InvalidToken
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from gateway.login import cookies, log_ins
from gateway.login.caller import caller_of
from gateway.login.cookies import Opened
from gateway.login.pages import SEE_OTHER, led_on, log_in_page, own_path
from gateway.login.providers import PROVIDERS, offered
from gateway.login.providers.provider import Arrived, Provider, ProviderAway, ProviderRefused, Trip
from gateway.login.security_log import note_alone
from gateway.login.vault import vault
from models.database import transaction
from models.organisation import HAS_ACCOUNT, Person
from models.refusals import NotYours

router = APIRouter(include_in_schema=False)
COOKIE, TRIP_SECONDS = "oa_trip", 10 * 60


@router.get("/login/{name}")
async def go(request: Request, name: str, then: str = "/", shared: bool = False, fresh: bool = False) -> Response:
    provider = _provider(name)
    state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
    trip = Trip(name, state, nonce, verifier, own_path(then), shared, fresh)
    try:
        place = await provider.place(trip)
    except (ProviderRefused, ProviderAway) as refusal:
        return log_in_page(trip.then, refusal)
    cookies.put(request, COOKIE, vault("trip").encrypt(json.dumps(asdict(trip)).encode()).decode(), TRIP_SECONDS)
    return RedirectResponse(place, SEE_OTHER)


@router.get("/login/{name}/callback")
async def come_back(request: Request, name: str) -> Response:
    provider = _provider(name)
    cookies.put(request, COOKIE, "", 0)  # a trip is made once
    caller, account, then = caller_of(request), None, "/"
    try:
        trip = _trip(request, name)
        then = trip.then
        came = await provider.arrived(trip, request.query_params)
        account = came.account[:32]
        return led_on(await run_in_threadpool(_open, request, trip, came), then)
    except (ProviderRefused, ProviderAway) as refusal:
        why = refusal.detail["why"]
        await run_in_threadpool(note_alone, "provider_refused", account, caller.address, by=name, why=why)
        return log_in_page(then, refusal)


def _open(request: Request, trip: Trip, came: Arrived) -> Opened:
    """A session for who came back. Raises ProviderRefused: no account of ours."""
    caller, now = caller_of(request), datetime.now(UTC)
    with transaction() as session:
        person = session.get(Person, came.account)
        if person is None or person.state not in HAS_ACCOUNT:
            raise ProviderRefused("person", "您的身份已确认，但本系统没有您的账号，请联系管理员")
        log_ins.end_before(session, cookies.token_of(request))
        opened = log_ins.begin(
            session,
            person,
            caller,
            now,
            by=trip.provider,
            shared=trip.shared,
            strong=came.strong,
            proved_at=came.proved_at,
        )
    return cookies.handed_out(request, opened)


def _trip(request: Request, name: str) -> Trip:
    """The trip that this browser began. Raises ProviderRefused."""
    sealed, state = request.cookies.get(cookies.named(COOKIE), ""), request.query_params.get("state", "")
    try:
        trip = Trip(**json.loads(vault("trip").decrypt(sealed.encode(), TRIP_SECONDS)))
    except InvalidToken:
        raise ProviderRefused("no_trip", "登录已超时，或不是从本系统的登录页面开始，请重新登录") from None
    if trip.provider != name or not hmac.compare_digest(trip.state.encode(), state.encode()):
        raise ProviderRefused("state")
    return trip


def _provider(name: str) -> Provider:
    if name not in offered():
        raise NotYours("没有这个地址。")
    return PROVIDERS[name]
