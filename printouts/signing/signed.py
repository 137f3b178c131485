"""Whether a signed sheet is what was signed, and by whom: what `./oa verify` asks of each.

Trust in the certificate is not asked for: its fingerprint is on record, and may well have run out since.
"""

import hashlib
import io
import logging
from collections.abc import Mapping
from enum import StrEnum

from asn1crypto.cms import SignedData
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import extract_signer_info
from pyhanko.sign.validation.generic_cms import (
    extract_certs_for_validation,
    extract_tst_data_iter,
    message_imprint_checker,
    validate_sig_integrity,
)
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

logging.getLogger("pyhanko").setLevel(logging.CRITICAL)  # what it finds is told in our words


class SignatureFault(StrEnum):
    """What is wrong with a signature, and in which words it is told."""

    unreadable = "unreadable"
    missing = "missing"
    many = "many"
    extended = "extended"
    changed = "changed"
    other_certificate = "other_certificate"
    timestamp = "timestamp"

    @property
    def told(self) -> str:
        return TOLD[self]


TOLD: Mapping[SignatureFault, str] = {
    SignatureFault.unreadable: "不是能读的 PDF，或签名读不懂",
    SignatureFault.missing: "没有签名",
    SignatureFault.many: "不止一个签名",
    SignatureFault.extended: "签名没有覆盖整个文件：签名后又加了内容",
    SignatureFault.changed: "签名后内容被改动，或签名是假的",
    SignatureFault.other_certificate: "签名用的不是在案的证书",
    SignatureFault.timestamp: "时间戳不是给这个签名的，或被改动",
}


def check_signature(pdf: bytes, certificate: str, *, timestamped: bool = False) -> SignatureFault | None:
    """The first thing that is wrong with the signature of a sheet, or None.

    Args:
        certificate: SHA-256 of the certificate that it was signed with, in hexadecimal, as on record.
        timestamped: whether it must carry a timestamp, as on record; one that it carries must be sound anyway.
    """
    try:
        signatures = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
        if len(signatures) != 1:
            return SignatureFault.many if signatures else SignatureFault.missing
        return _fault(signatures[0], len(pdf), certificate, timestamped)
    except Exception:  # whatever a reader stumbles over in a damaged file
        return SignatureFault.unreadable


def _fault(signature: EmbeddedPdfSignature, size: int, certificate: str, timestamped: bool) -> SignatureFault | None:
    start, _, begins, length = (int(each) for each in signature.byte_range)
    signature.compute_integrity_info(skip_diff=True)  # type: ignore[no-untyped-call]
    if (start, begins + length) != (0, size) or signature.coverage is not SignatureCoverageLevel.ENTIRE_FILE:
        return SignatureFault.extended
    signer = signature.signer_cert
    if not all(validate_sig_integrity(signature.signer_info, signer, "data", signature.compute_digest())):
        return SignatureFault.changed
    if hashlib.sha256(signer.dump()).hexdigest() != certificate:
        return SignatureFault.other_certificate
    stamps = list(extract_tst_data_iter(signature.signer_info, signed=False))
    if len(stamps) < timestamped or not all(_is_stamp_of(signature, each) for each in stamps):
        return SignatureFault.timestamp
    return None


def _is_stamp_of(signature: EmbeddedPdfSignature, token: SignedData) -> bool:
    """Whether a timestamp token was given for this very signature, and is what its server signed."""
    signed = token["encap_content_info"]["content"]
    imprint = signed.parsed["message_imprint"]
    expected = message_imprint_checker(signature.signer_info)(imprint["hash_algorithm"]["algorithm"].native)
    info, server = extract_signer_info(token), extract_certs_for_validation(token).signer_cert
    digest = hashlib.new(info["digest_algorithm"]["algorithm"].native, bytes(signed)).digest()
    return imprint["hashed_message"].native == expected and all(
        validate_sig_integrity(info, server, "tst_info", digest)
    )
