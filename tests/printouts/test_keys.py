"""Where the key comes from, and what is told when it cannot be had."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12

from models.settings import settings
from printouts.signing.keys import signing_key
from printouts.signing.sign import KeyAway, only_for_trial, sign
from printouts.signing.signed import check_signature
from tests.printouts.papers import paper
from tests.printouts.signer import PASSWORD, certificate, key_file, rsa_key, sign_with

NOW = datetime.now(UTC)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings(), "home", tmp_path)
    return tmp_path


@pytest.mark.usefixtures("home")
def test_the_trial_key_is_made_once_and_marked(home: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = {each.fingerprint for each in pool.map(lambda _: signing_key(NOW), range(4))}
    assert len(made) == 1
    key = signing_key(NOW)
    assert (key.trial, only_for_trial(), key.subject) == (True, True, "天辰学院（试用证书）")
    assert (home / "keys" / "trial.p12").stat().st_mode & 0o777 == 0o600
    assert [each.name for each in (home / "keys").iterdir()] == ["trial.p12"]


def test_the_organisations_own_key_signs_when_it_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_with(monkeypatch, key_file(tmp_path / "office.p12", rsa_key(), certificate(rsa_key())))
    assert (signing_key(NOW).trial, only_for_trial()) == (False, False)


@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1()], ids=["P-256", "P-384"])
def test_elliptic_keys_sign_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, curve: ec.EllipticCurve) -> None:
    key = ec.generate_private_key(curve)
    sign_with(monkeypatch, key_file(tmp_path / "office.p12", key, certificate(key)))
    signed = sign(paper(1), NOW)
    assert check_signature(signed.pdf, signed.certificate) is None


def test_a_changed_file_is_read_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = key_file(tmp_path / "office.p12", rsa_key(), certificate(rsa_key()))
    sign_with(monkeypatch, file)
    before = signing_key(NOW)
    assert signing_key(NOW) is before
    key_file(file, rsa_key(), certificate(rsa_key()))
    os.utime(file, ns=(1, 1))
    assert signing_key(NOW).fingerprint != before.fingerprint


def test_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_with(monkeypatch, tmp_path / "gone.p12")
    told(f"{tmp_path / 'gone.p12'} 读不到", "OA_SIGN_FILE")


def test_a_file_that_is_taken_away_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = key_file(tmp_path / "office.p12", rsa_key(), certificate(rsa_key()))
    sign_with(monkeypatch, file)
    signing_key(NOW)
    file.unlink()
    told("读不到")


def test_the_wrong_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_with(monkeypatch, key_file(tmp_path / "office.p12", rsa_key(), certificate(rsa_key())), "wrong")
    told("口令不对", "OA_SIGN_PASSWORD")


@pytest.mark.parametrize("content", [b"", b"-----BEGIN PRIVATE KEY-----", b"\x30\x82"])
def test_no_pkcs12(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    (tmp_path / "office.p12").write_bytes(content)
    sign_with(monkeypatch, tmp_path / "office.p12")
    told("不是 PKCS#12 文件")


def test_a_certificate_without_its_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    of = certificate(rsa_key())
    (tmp_path / "office.p12").write_bytes(pkcs12.serialize_key_and_certificates(None, None, None, [of], NoEncryption()))
    sign_with(monkeypatch, tmp_path / "office.p12", "")
    told("没有能用的私钥")


def test_a_key_of_another_sort(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    name = x509.Name([])
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, NOW, NOW + timedelta(days=1)).sign(key, None)
    content = pkcs12.serialize_key_and_certificates(b"x", key, made, None, NoEncryption())
    (tmp_path / "office.p12").write_bytes(content)
    sign_with(monkeypatch, tmp_path / "office.p12", "")
    told("RSA 或椭圆曲线")


@pytest.mark.parametrize("begins", [timedelta(days=-100), timedelta(days=1)], ids=["expired", "not valid yet"])
def test_a_certificate_that_is_not_valid_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, begins: timedelta
) -> None:
    of = certificate(rsa_key(), NOW + begins, timedelta(days=99))
    sign_with(monkeypatch, key_file(tmp_path / "office.p12", rsa_key(), of))
    told("不在有效期内", f"{of.not_valid_before_utc:%Y-%m-%d}")


def test_a_damaged_trial_key_is_told_with_the_way_out(home: Path) -> None:
    (home / "keys").mkdir()
    (home / "keys" / "trial.p12").write_bytes(b"damaged")
    told(f"请移走 {home / 'keys' / 'trial.p12'}")
    (home / "keys" / "trial.p12").unlink()
    assert signing_key(NOW).trial


def test_secrets_are_not_shown_with_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_with(monkeypatch, tmp_path / "office.p12")
    monkeypatch.setattr(settings(), "sign_pin", "246810")
    assert PASSWORD not in repr(settings()).replace("office.p12", "")
    assert "246810" not in repr(settings())


def told(*words: str) -> None:
    """Nothing can be signed, and the reason has these words."""
    with pytest.raises(KeyAway) as away:
        signing_key(NOW)
    assert [each for each in words if each not in str(away.value)] == []
