"""Each thing that can be wrong with a signature is found and named."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from printouts.drawing.render import render
from printouts.signing.sign import Signed, sign
from printouts.signing.signed import SignatureFault, check_signature
from tests.printouts.office import LEAVE
from tests.printouts.reading import LEAVES_A_FILE_OPEN
from tests.printouts.signer import certificate, key_file, rsa_key, sign_with, stamp_server

pytestmark = pytest.mark.filterwarnings(LEAVES_A_FILE_OPEN)


@pytest.fixture(scope="module")
def drawn() -> bytes:
    return render(LEAVE).pdf


@pytest.fixture(scope="module")
def signed(drawn: bytes, tmp_path_factory: pytest.TempPathFactory) -> Signed:
    """With a timestamp."""
    file = key_file(tmp_path_factory.mktemp("key") / "office.p12", rsa_key(), certificate(rsa_key()))
    with pytest.MonkeyPatch.context() as monkeypatch, stamp_server() as server:
        sign_with(monkeypatch, file, stamps=server.url)
        return sign(drawn, datetime.now(UTC))


def flipped(pdf: bytes, at: int) -> bytes:
    return pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]


def test_a_signed_sheet_has_no_fault(signed: Signed) -> None:
    assert check_signature(signed.pdf, signed.certificate, timestamped=True) is None


def test_a_drawn_sheet_has_no_signature(drawn: bytes, signed: Signed) -> None:
    assert check_signature(drawn, signed.certificate) is SignatureFault.missing


def test_the_certificate_must_be_the_one_on_record(signed: Signed) -> None:
    assert check_signature(signed.pdf, "0" * 64) is SignatureFault.other_certificate


@pytest.mark.parametrize("damaged", [b"", b"%PDF-1.7", b"no pdf at all" * 100])
def test_what_is_no_pdf_is_unreadable(damaged: bytes, signed: Signed) -> None:
    assert check_signature(damaged, signed.certificate) is SignatureFault.unreadable


def test_a_byte_changed_anywhere_is_found(drawn: bytes, signed: Signed) -> None:
    """Of what was drawn every thousandth, of what signing added every twentieth; the signature itself has its own."""
    pdf = signed.pdf
    hole = pdf.rindex(b"/Contents <") + len(b"/Contents ")
    behind = pdf.index(b">", hole) + 1
    places = [*range(0, len(drawn), 1000), *range(len(drawn), hole, 20), *range(behind, len(pdf), 20)]
    assert [at for at in places if check_signature(flipped(pdf, at), signed.certificate) is None] == []


@pytest.mark.parametrize("part", ["signature", "signed_attrs"])
def test_a_changed_signature_is_found(signed: Signed, part: str) -> None:
    value = PdfFileReader(io.BytesIO(signed.pdf)).embedded_signatures[0].signer_info[part].contents
    at = signed.pdf.index(value.hex().encode().upper()) + len(value) + 1
    assert check_signature(flipped(signed.pdf, at), signed.certificate) is not None


def test_content_added_after_signing_is_found(signed: Signed) -> None:
    assert check_signature(signed.pdf + b"\n", signed.certificate) is SignatureFault.extended


def test_a_stripped_timestamp_is_found(drawn: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_with(monkeypatch, key_file(tmp_path / "office.p12", rsa_key(), certificate(rsa_key())))
    bare = sign(drawn, datetime.now(UTC))
    assert check_signature(bare.pdf, bare.certificate) is None
    assert check_signature(bare.pdf, bare.certificate, timestamped=True) is SignatureFault.timestamp


def test_every_fault_has_words() -> None:
    assert [each for each in SignatureFault if not each.told] == []
