"""A signing key in a PKCS#12 file, and the one for trials, which is made at the first use."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.sign.signers import Signer
from pyhanko_certvalidator.util import get_pyca_cryptography_hash

from models.settings import settings
from printouts.filing.durable import keep_first
from printouts.signing.keys import Key, as_asn1
from printouts.signing.sign import KeyAway

TRIAL, TRIAL_BITS, TRIAL_LASTS = "trial.p12", 3072, timedelta(days=3650)
PrivateKey = rsa.RSAPrivateKey | EllipticCurvePrivateKey


class HeldKey(Signer):
    """Signs with a key in memory. (pyHanko's own reads the key anew for each signature: 0.2 s with RSA.)"""

    def __init__(self, key: PrivateKey, certificate: x509.Certificate, others: list[x509.Certificate]) -> None:
        mine, *chain = as_asn1([certificate, *others])
        super().__init__(signing_cert=mine)
        self._cert_registry.register_multiple(chain)
        self._key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """A signature; at a dry run, which asks for its size, as many bytes as it takes at most."""
        digest = get_pyca_cryptography_hash(digest_algorithm)
        match self._key:
            case rsa.RSAPrivateKey() as key:
                return bytes(key.key_size // 8) if dry_run else key.sign(data, PKCS1v15(), digest)
            case key:
                return bytes(2 * (key.key_size // 8) + 16) if dry_run else key.sign(data, ECDSA(digest))


def key_in_file(path: Path, password: str) -> Key:
    """The key in a PKCS#12 file. Raises KeyAway: no such file, wrong password, no RSA or elliptic key in it."""
    return _read(path, password, "请检查 OA_SIGN_FILE 和 OA_SIGN_PASSWORD；改好并重启后系统自动补签。", trial=False)


def trial_key() -> Key:
    """A self-signed certificate of this installation, marked 试用; made once, whoever comes first."""
    path = settings().keys / TRIAL
    if not path.exists():
        keep_first(path, _made(settings().organisation, datetime.now(UTC)))
    return _read(path, "", f"请移走 {path}，系统会另做一份试用证书。", trial=True)


def _read(path: Path, password: str, advice: str, *, trial: bool) -> Key:
    try:
        state = path.stat()
        return _loaded(path, (state.st_mtime_ns, state.st_size), password, trial)
    except OSError as error:
        raise KeyAway(f"签名证书文件 {path} 读不到（{error.strerror}）。{advice}") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyAway(f"签名证书文件 {path} 打不开：口令不对，或不是 PKCS#12 文件。{advice}") from error
    except LookupError as error:
        raise KeyAway(f"签名证书文件 {path} 里没有能用的私钥和证书（RSA 或椭圆曲线）。{advice}") from error


@lru_cache(maxsize=2)
def _loaded(path: Path, state: tuple[int, int], password: str, trial: bool) -> Key:  # noqa: ARG001 - read anew when changed
    found = pkcs12.load_pkcs12(path.read_bytes(), password.encode() or None)
    if not isinstance(found.key, PrivateKey) or found.cert is None:
        raise LookupError(path)
    others = [each.certificate for each in found.additional_certs]
    return Key(HeldKey(found.key, found.cert.certificate, others), found.cert.certificate, trial)


def _made(organisation: str, now: datetime) -> bytes:
    key = rsa.generate_private_key(65537, TRIAL_BITS)  # what ISO 32000-1 names, and every reader knows
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{organisation[:50]}（试用证书）"),
        ]
    )
    usage = x509.KeyUsage(True, True, *[False] * 7)  # digital signature, content commitment
    certificate = (
        x509.CertificateBuilder(subject_name=name, issuer_name=name, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + TRIAL_LASTS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, SHA256())
    )
    return pkcs12.serialize_key_and_certificates(b"trial", key, certificate, None, NoEncryption())
