"""A small OpenID provider, and DingTalk as far as a log-in needs it, over real sockets in a thread."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

Json = dict[str, Any]
CLIENT, SECRET = "oa", "a-secret-of-ours"
BASIC = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()


@dataclass
class OpenId:
    """Knows one person; `spoil` may change the claims of the ID token, `key` what it is signed with."""

    account: str
    url: str = ""
    claims: Json = field(default_factory=dict)
    userinfo: Json | None = None
    spoil: Callable[[Json], Json] = lambda claims: claims
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1"}))
    shown_key: RSAKey | None = None
    issuer: str | None = None
    asked: dict[str, Json] = field(default_factory=dict)  # by code: what the browser came with

    def authorize(self, place: str) -> Json:
        """The person agrees: the query with which the browser goes back."""
        query, code = dict(parse_qsl(urlsplit(place).query)), secrets.token_urlsafe(8)
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        self.asked[code] = query
        return {"code": code, "state": query["state"]}

    def answer(self, method: str, path: str, body: Json, headers: Json) -> tuple[int, Json]:
        places = {
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
        } | ({"userinfo_endpoint": f"{self.url}/userinfo"} if self.userinfo else {})
        match method, path:
            case "GET", "/.well-known/openid-configuration":
                return 200, {"issuer": self.issuer or self.url, **places}
            case "GET", "/keys":
                return 200, dict(KeySet([self.shown_key or self.key]).as_dict(private=False))
            case "GET", "/userinfo" if headers["Authorization"] == "Bearer of the person":
                return 200, self.userinfo or {}
            case "POST", "/token" if headers["Authorization"] == BASIC:
                return self._token(body)
        return 404, {"error": "no such place"}

    def _token(self, body: Json) -> tuple[int, Json]:
        asked = self.asked.pop(body["code"], None)  # a code is good once
        challenge = base64.urlsafe_b64encode(hashlib.sha256(body["code_verifier"].encode()).digest()).rstrip(b"=")
        if not asked or asked["code_challenge"].encode() != challenge or asked["redirect_uri"] != body["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.url, "aud": CLIENT, "sub": "42", "iat": now, "exp": now + 300, "auth_time": now,
            "nonce": asked["nonce"], "preferred_username": self.account, **self.claims,
        }  # fmt: skip
        token = jwt.encode({"alg": "RS256", "kid": "1"}, self.spoil(claims), self.key)
        return 200, {"access_token": "of the person", "token_type": "Bearer", "id_token": token}


@dataclass
class DingTalk:
    """One person of its directory, who may have a staff number there."""

    job_number: str | None
    url: str = ""
    codes: set[str] = field(default_factory=set)

    def authorize(self, place: str) -> Json:
        query, code = dict(parse_qsl(urlsplit(place).query)), secrets.token_urlsafe(8)
        self.codes.add(code)
        return {"authCode": code, "state": query["state"]}

    def answer(self, method: str, path: str, body: Json, headers: Json) -> tuple[int, Json]:
        ours = (body.get("clientId"), body.get("clientSecret")) == (CLIENT, SECRET)
        match method, path:
            case "POST", "/v1.0/oauth2/userAccessToken" if ours and body["code"] in self.codes:
                self.codes.remove(body["code"])
                return 200, {"accessToken": "of the person", "expireIn": 7200}
            case "GET", "/v1.0/contact/users/me" if headers["x-acs-dingtalk-access-token"] == "of the person":
                return 200, {"unionId": "union 42", "nick": "小冯"}
            case "POST", "/v1.0/oauth2/accessToken" if (body["appKey"], body["appSecret"]) == (CLIENT, SECRET):
                return 200, {"accessToken": "of the application", "expireIn": 7200}
            case "POST", "/topapi/user/getbyunionid?access_token=of+the+application" if body["unionid"] == "union 42":
                return 200, {"errcode": 0, "result": {"userid": "42"}}
            case "POST", "/topapi/v2/user/get?access_token=of+the+application" if body["userid"] == "42":
                return 200, {"errcode": 0, "result": {"userid": "42", "job_number": self.job_number}}
        return (200, {"errcode": 40078, "errmsg": "?"}) if path.startswith("/topapi") else (400, {"code": "invalid"})


@contextmanager
def listening(provider: OpenId | DingTalk) -> Iterator[None]:
    """The provider at a port of this machine, which it knows as its `url`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer("GET", {})

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._answer("POST", json.loads(raw) if raw.startswith("{") else dict(parse_qsl(raw)))

        def _answer(self, method: str, body: Json) -> None:
            status, told = provider.answer(method, self.path, body, dict(self.headers.items()))
            raw = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_: Any) -> None:
            """Nothing to the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
