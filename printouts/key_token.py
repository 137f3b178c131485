"""A signing key in a PKCS#11 token (USB key, HSM): it never leaves it."""

from functools import lru_cache
from pathlib import Path

import pkcs11
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from pkcs11.exceptions import PKCS11Error
from pyhanko.sign.pkcs11 import PKCS11Signer

from printouts.keys import Key, as_asn1
from printouts.signing import KeyAway

ADVICE = "请检查签名钥匙是否插好，以及 OA_SIGN_PKCS11、OA_SIGN_TOKEN、OA_SIGN_KEY、OA_SIGN_PIN；恢复后系统自动补签。"
WRONG_BEFORE = (
    pkcs11.TokenFlag.USER_PIN_COUNT_LOW | pkcs11.TokenFlag.USER_PIN_FINAL_TRY | pkcs11.TokenFlag.USER_PIN_LOCKED
)


class TokenKey(PKCS11Signer):
    """Signs in the token; one that was pulled out is looked for anew at the next signature."""

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        try:
            return bytes(await super().async_sign_raw(data, digest_algorithm, dry_run))
        except PKCS11Error as error:
            key_in_token.cache_clear()
            raise _away(error) from error


@lru_cache(maxsize=1)
def key_in_token(library: Path, token_label: str, label: str, pin: str) -> Key:
    """The key and certificate under `label`. Raises KeyAway: no such token or key, wrong PIN."""
    try:
        session = _token(library, token_label).open(user_pin=pin)
        found = _certificate(session, label)
        raw = isinstance(found.public_key(), EllipticCurvePublicKey)  # few tokens hash for ECDSA
        (mine,) = as_asn1([found])
        return Key(TokenKey(session, signing_cert=mine, key_label=label, use_raw_mechanism=raw), found)
    except PKCS11Error as error:
        raise _away(error) from error
    except (RuntimeError, ValueError) as error:  # the library cannot be loaded; no certificate
        raise KeyAway(f"签名钥匙用不了（{error}）。{ADVICE}") from error


def _token(library: Path, label: str) -> pkcs11.Token:
    """The token; not one whose PIN was wrong before: a few tries more and it locks itself."""
    token = pkcs11.lib(str(library)).get_token(token_label=label)
    if token.flags & WRONG_BEFORE:
        raise KeyAway(
            f"签名钥匙「{label}」的 PIN 输错过，为免锁死不再尝试。请核对 OA_SIGN_PIN，并用厂商的工具登录一次。"
        )
    return token


def _certificate(session: pkcs11.Session, label: str) -> x509.Certificate:
    found = session.get_objects({pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE, pkcs11.Attribute.LABEL: label})
    for each in found:
        return x509.load_der_x509_certificate(each[pkcs11.Attribute.VALUE])
    raise ValueError(f"其中没有名为「{label}」的证书")


def _away(error: PKCS11Error) -> KeyAway:
    return KeyAway(f"签名钥匙没有应答（{type(error).__name__} {error}）。{ADVICE}")
