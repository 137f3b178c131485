"""A key in a PKCS#11 token: SoftHSM2, where the machine has it (Debian: softhsm2)."""

import os
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from models.settings import settings
from printouts.signing.sign import KeyAway, sign
from printouts.signing.signed import check_signature
from tests.printouts.papers import paper
from tests.printouts.signer import SUBJECT, PrivateKey, certificate, rsa_key

LIBRARY = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN, WRONG = "246810", "135790"
NOW = datetime.now(UTC)
pytestmark = pytest.mark.skipif(not LIBRARY.exists(), reason="needs softhsm2 (PKCS#11 in software), not installed here")


def softhsm(*arguments: str | Path) -> None:
    subprocess.run(["softhsm2-util", *arguments], check=True, capture_output=True)


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A token 「office」 with an RSA and an elliptic key, and the certificate of each under the same label."""
    folder = tmp_path_factory.mktemp("token")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\n")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    softhsm("--init-token", "--free", "--label", "office", "--so-pin", PIN, "--pin", PIN)
    put_in(folder, "rsa", "01", rsa_key())
    put_in(folder, "elliptic", "02", ec.generate_private_key(ec.SECP256R1()))
    yield folder
    del os.environ["SOFTHSM2_CONF"]


def put_in(folder: Path, label: str, number: str, key: PrivateKey) -> None:
    import pkcs11
    from pkcs11.util.x509 import decode_x509_certificate

    pem = folder / f"{label}.pem"
    pem.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    softhsm("--import", pem, "--token", "office", "--label", label, "--id", number, "--pin", PIN)
    of = decode_x509_certificate(certificate(key).public_bytes(Encoding.DER))
    with pkcs11.lib(str(LIBRARY)).get_token(token_label="office").open(rw=True, user_pin=PIN) as session:
        session.create_object({**of, pkcs11.Attribute.TOKEN: True, pkcs11.Attribute.LABEL: label})


@pytest.fixture
def plugged_in(token: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:  # noqa: ARG001 - it is that one
    import pkcs11

    from printouts.signing.key_token import key_in_token

    key_in_token.cache_clear()
    pkcs11.lib(str(LIBRARY)).reinitialize()  # nobody is logged in
    settle(monkeypatch)
    return monkeypatch


def settle(monkeypatch: pytest.MonkeyPatch, library: Path = LIBRARY, **changes: str) -> None:
    usual = {"sign_pkcs11": library, "sign_token": "office", "sign_key": "rsa", "sign_pin": PIN}
    for name, value in (usual | changes).items():
        monkeypatch.setattr(settings(), name, value)


@pytest.mark.parametrize("label", ["rsa", "elliptic"])
def test_a_key_in_a_token_signs(plugged_in: pytest.MonkeyPatch, label: str) -> None:
    settle(plugged_in, sign_key=label)
    for _ in range(2):
        signed = sign(paper(1), NOW)
        assert (signed.trial, signed.subject) == (False, SUBJECT)
        assert check_signature(signed.pdf, signed.certificate) is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sign_token": "other"}, "OA_SIGN_TOKEN"),
        ({"sign_key": "other"}, "没有名为「other」的证书"),
        ({"library": Path("/nowhere/lib.so")}, "OA_SIGN_PKCS11"),
    ],
    ids=["another token", "another key", "no library"],
)
def test_what_is_wrong_is_told(plugged_in: pytest.MonkeyPatch, changes: dict[str, str], words: str) -> None:
    settle(plugged_in, **changes)  # type: ignore[arg-type]  # library is a path
    with pytest.raises(KeyAway, match=words):
        sign(paper(1), NOW)


def test_a_wrong_pin_is_tried_once_so_that_the_token_does_not_lock_itself(plugged_in: pytest.MonkeyPatch) -> None:
    settle(plugged_in, sign_pin=WRONG)
    with pytest.raises(KeyAway, match="PinIncorrect"):
        sign(paper(1), NOW)
    for _ in range(3):
        with pytest.raises(KeyAway, match="为免锁死不再尝试"):
            sign(paper(1), NOW)
    log_in_with_the_makers_tool()
    settle(plugged_in)
    assert sign(paper(1), NOW).subject == SUBJECT


def test_a_token_that_went_away_is_looked_for_anew(plugged_in: pytest.MonkeyPatch) -> None:
    settle(plugged_in)
    from printouts.signing.key_token import key_in_token

    before = sign(paper(1), NOW)
    key_in_token(LIBRARY, "office", "rsa", PIN).signer.pkcs11_session.close()  # type: ignore[attr-defined]
    with pytest.raises(KeyAway, match="签名钥匙用不了"):
        sign(paper(1), NOW)
    assert sign(paper(1), NOW).certificate == before.certificate


def log_in_with_the_makers_tool() -> None:
    import pkcs11

    pkcs11.lib(str(LIBRARY)).get_token(token_label="office").open(user_pin=PIN).close()
