"""A drawn sheet signed: PAdES baseline B-B, with a timestamp server B-T, as one incremental update.

Source: ETSI EN 319 142-1; ISO 19005-3, 6.4.3: the signed sheet is PDF/A-3b as the drawn one is.
"""

import io
from datetime import datetime

from pyhanko.pdf_utils.extensions import DeveloperExtension
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

from models.settings import settings
from printouts.signing.keys import Key, signing_key
from printouts.signing.sign import KeyAway, Signed
from printouts.signing.timestamps import timestamp_server

FIELD = "signature"
PDF_1_7 = (1, 7)  # what PDF/A-3 is made of


def sign(pdf: bytes, now: datetime) -> Signed:
    """As `printouts.signing.sign`, which is the way to it."""
    key, server = signing_key(now), timestamp_server()
    written = io.BytesIO()
    try:
        PdfSigner(_what(key), signer=key.signer, timestamper=server).sign_pdf(_Update(io.BytesIO(pdf)), output=written)
    except TimestampRequestError as error:
        told = f"时间戳服务器 {settings().timestamp_url} 没有给出时间戳（{error}）。"
        raise KeyAway(f"{told}请检查 OA_TIMESTAMP_URL 和网络；恢复后系统自动补签。") from error
    signed = written.getvalue()
    assert signed.startswith(pdf), "only added to"  # noqa: S101 - what was filed stays as it was
    return Signed(signed, key.fingerprint, key.subject, key.trial, server is not None, now)


def _what(key: Key) -> PdfSignatureMetadata:
    return PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        name=key.subject,
        reason="流程单归档（试用证书，仅供试用）" if key.trial else "流程单归档",
    )


class _Update(IncrementalPdfFileWriter):
    """Adds the signature and nothing else: no PDF 2.0, no newer metadata, which PDF/A-3 does not know or need."""

    def ensure_output_version(self, version: tuple[int, int]) -> None:
        super().ensure_output_version(min(version, PDF_1_7))  # type: ignore[no-untyped-call]

    def register_extension(self, ext: DeveloperExtension) -> None:
        if ext.base_version == "/1.7":
            super().register_extension(ext)

    def _update_meta(self) -> None:
        """As drawn."""
