"""A signing key in a PKCS#11 token (USB key, HSM): it never leaves it."""

from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import pkcs11
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from pkcs11.exceptions import PKCS11Error, UserAlreadyLoggedIn
from pyhanko.sign.pkcs11 import PKCS11Signer

from printouts.signing.keys import Key, as_asn1
from printouts.signing.sign import KeyAway

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
            _leave(self.pkcs11_session)
            raise _away(error) from error


@lru_cache(maxsize=1)
def key_in_token(library: Path, token_label: str, label: str, pin: str) -> Key:
    """The key and certificate under `label`. Raises KeyAway: no such token or key, wrong PIN."""
    try:
        session = _logged_in(_token(library, token_label), pin)
    except PKCS11Error as error:
        raise _away(error) from error
    except RuntimeError as error:
        raise KeyAway(f"签名钥匙的程序库 {library} 用不了（{error}）。{ADVICE}") from error
    try:
        return _key(session, label)
    except (PKCS11Error, ValueError) as error:
        _leave(session)
        raise _away(error) from error


def _key(session: pkcs11.Session, label: str) -> Key:
    wanted = {pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE, pkcs11.Attribute.LABEL: label}
    found = [each[pkcs11.Attribute.VALUE] for each in session.get_objects(wanted)]
    if not found:
        raise ValueError(f"其中没有名为「{label}」的证书")
    certificate = x509.load_der_x509_certificate(found[0])
    raw = isinstance(certificate.public_key(), EllipticCurvePublicKey)  # few tokens hash for these
    (mine,) = as_asn1([certificate])
    return Key(TokenKey(session, signing_cert=mine, key_label=label, use_raw_mechanism=raw), certificate)


def _token(library: Path, label: str) -> pkcs11.Token:
    """The token; not one whose PIN was wrong before: a few tries more and it locks itself."""
    token = pkcs11.lib(str(library)).get_token(token_label=label)
    if token.flags & WRONG_BEFORE:
        raise KeyAway(
            f"签名钥匙「{label}」的 PIN 输错过，为免锁死不再尝试。请核对 OA_SIGN_PIN，并用厂商的工具登录一次。"
        )
    return token


def _logged_in(token: pkcs11.Token, pin: str) -> pkcs11.Session:
    try:
        return token.open(user_pin=pin)
    except UserAlreadyLoggedIn:  # by another session of this process, which counts for all of them
        return token.open()


def _leave(session: pkcs11.Session) -> None:
    with suppress(PKCS11Error):
        session.close()


def _away(error: Exception) -> KeyAway:
    return KeyAway(f"签名钥匙用不了（{type(error).__name__} {error}）。{ADVICE}")
