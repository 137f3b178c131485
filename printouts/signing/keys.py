"""The key that sheets are signed with: the organisation's own, from a file or a token, or one made here for trials."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate, NameOID
from pyhanko.sign.signers import Signer

from models.settings import settings
from printouts.signing.sign import KeyAway


@dataclass(frozen=True)
class Key:
    """What signs, and the certificate that says whose it is; `trial`: we made it ourselves."""

    signer: Signer
    certificate: Certificate
    trial: bool = False

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, in hexadecimal."""
        return self.certificate.fingerprint(SHA256()).hex()

    @property
    def subject(self) -> str:
        """Whom the certificate names, as people read it."""
        names = self.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        return str(names[0].value if names else self.certificate.subject.rfc4514_string())[:300]


def signing_key(now: datetime) -> Key:
    """The key as the settings name it. Kept by the process as long as its file stays as it is.

    Raises:
        KeyAway: there is none to be had, or its certificate is not valid now.
    """
    key = _found()
    begins, ends = key.certificate.not_valid_before_utc, key.certificate.not_valid_after_utc
    if not begins <= now <= ends:
        told = f"{begins:%Y-%m-%d} 至 {ends:%Y-%m-%d}"
        raise KeyAway(f"签名证书「{key.subject}」不在有效期内（{told}）。请换上有效的证书；换好后系统自动补签。")
    return key


def _found() -> Key:
    own = settings()
    if own.sign_pkcs11:
        from printouts.signing.key_token import key_in_token  # loads the token's own library

        return key_in_token(own.sign_pkcs11, own.sign_token, own.sign_key, own.sign_pin)
    from printouts.signing.key_file import key_in_file, trial_key

    return key_in_file(own.sign_file, own.sign_password) if own.sign_file else trial_key()


def as_asn1(certificates: Iterable[Certificate]) -> list[asn1.Certificate]:
    """The same certificates as pyHanko takes them."""
    return [asn1.Certificate.load(each.public_bytes(Encoding.DER)) for each in certificates]
