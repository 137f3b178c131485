"""Keys and certificates of the signing tests, and a timestamp server of their own on a real socket."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from asn1crypto import keys, tsp
from asn1crypto.x509 import Certificate
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from models.settings import settings

PASSWORD = "office"
SUBJECT = "天辰学院电子印章"
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@cache
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def certificate(
    key: PrivateKey, begins: datetime | None = None, lasts: timedelta = timedelta(days=99), stamps: bool = False
) -> x509.Certificate:
    """Self-signed, valid from `begins` (none: an hour ago) for so long; `stamps`: one of a timestamp server."""
    begins = begins or datetime.now(UTC) - timedelta(hours=1)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, SUBJECT)])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), begins, begins + lasts)
    made = made.add_extension(x509.KeyUsage(True, True, *[False] * 7), critical=True)
    if stamps:
        made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return made.sign(key, SHA256())


def key_file(path: Path, key: PrivateKey, of: x509.Certificate) -> Path:
    """A PKCS#12 file under the password of these tests."""
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(b"office", key, of, None, BestAvailableEncryption(PASSWORD.encode()))
    )
    return path


def sign_with(monkeypatch: pytest.MonkeyPatch, file: Path, password: str = PASSWORD, stamps: str | None = None) -> None:
    """As if the settings said so; `stamps`: address of the timestamp server."""
    monkeypatch.setattr(settings(), "sign_file", file)
    monkeypatch.setattr(settings(), "sign_password", password)
    monkeypatch.setattr(settings(), "timestamp_url", stamps)


class _Stamps(BaseHTTPRequestHandler):
    """RFC 3161, 3.4: a query by POST, a reply."""

    server: "StampServer"

    def do_POST(self) -> None:
        query = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked += 1
        if self.server.stamps_something_else:
            query["message_imprint"]["hashed_message"] = bytes(32)
        if self.server.answer is not None:
            reply = self.server.answer
        else:
            reply = asyncio.run(self.server.stamper.async_request_tsa_response(query)).dump()
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


class StampServer(ThreadingHTTPServer):
    """Stamps what it is asked to, unless `answer` is to be given instead."""

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Stamps)
        key = rsa_key()
        private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        of = Certificate.load(certificate(key, stamps=True).public_bytes(Encoding.DER))
        self.stamper = DummyTimeStamper(of, keys.PrivateKeyInfo.load(private))
        self.asked = 0
        self.answer: bytes | None = None
        self.stamps_something_else = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"


@contextmanager
def stamp_server(port: int = 0) -> Iterator[StampServer]:
    """One that runs as long as the block."""
    with StampServer(port) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
