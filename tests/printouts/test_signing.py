"""The signed sheet: still PDF/A-3b, still with its record, and verified by others than who signed it."""

import io
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from printouts.drawing.render import record_json, render
from printouts.printing.merging import Pile
from printouts.signing.sign import KeyAway, Signed, sign
from printouts.signing.signed import check_signature
from tests.printouts.office import SEAL
from tests.printouts.reading import LEAVES_A_FILE_OPEN, opened, text_of
from tests.printouts.signer import certificate, key_file, rsa_key, sign_with, stamp_server

pytestmark = pytest.mark.filterwarnings(LEAVES_A_FILE_OPEN)
LARGEST = 16 * 1024  # bytes that a signature adds at most, timestamp and all


@pytest.fixture(scope="module")
def drawn() -> bytes:
    return render(SEAL).pdf


@pytest.fixture
def office_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = key_file(tmp_path / "office.p12", rsa_key(), certificate(rsa_key()))
    sign_with(monkeypatch, file)
    return file


@pytest.fixture
def signed(drawn: bytes, office_key: Path) -> Signed:  # noqa: ARG001 - it signs with that
    return sign(drawn, datetime.now(UTC))


def parts(pdf: bytes) -> tuple[bytes, bytes]:
    """What the signature covers, and the signature (CMS), found by reading the file as text."""
    numbers = pdf[pdf.rindex(b"/ByteRange [") + len(b"/ByteRange [") :].split(b"]")[0].split()
    start, length, behind, rest = (int(each) for each in numbers)
    assert (start, behind + rest) == (0, len(pdf))
    return pdf[:length] + pdf[behind:], bytes.fromhex(pdf[length + 1 : behind - 1].decode())


def status(pdf: bytes, trusted: list[bytes]) -> PdfSignatureStatus:
    """What pyHanko's full validation says, trusting these certificates (PEM) and no other."""
    roots = [each for one in trusted for each in load_certs_from_pemder_data(one)]
    (signature,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    return validate_pdf_signature(signature, ValidationContext(trust_roots=roots))


def test_signing_only_adds_to_what_was_drawn(drawn: bytes, signed: Signed) -> None:
    assert signed.pdf.startswith(drawn)
    assert 0 < len(signed.pdf) - len(drawn) < LARGEST
    assert text_of(signed.pdf) == text_of(drawn)


def test_the_signature_is_valid_and_covers_the_whole_file(signed: Signed, office_key: Path) -> None:
    certificates = run("openssl", "pkcs12", "-in", office_key, "-passin", "pass:office", "-nokeys")
    found = status(signed.pdf, [certificates])
    assert (found.intact, found.valid, found.trusted, found.bottom_line) == (True, True, True, True)
    assert found.coverage is SignatureCoverageLevel.ENTIRE_FILE


def test_openssl_finds_the_signature_valid_too(signed: Signed, office_key: Path, tmp_path: Path) -> None:
    covered, cms = parts(signed.pdf)
    for name, content in (("covered", covered), ("cms", cms)):
        (tmp_path / name).write_bytes(content)
    (tmp_path / "ca").write_bytes(run("openssl", "pkcs12", "-in", office_key, "-passin", "pass:office", "-nokeys"))
    asked: list[str | Path] = ["openssl", "cms", "-verify", "-cades", "-inform", "DER", "-in", tmp_path / "cms"]
    asked += ["-binary", "-content", tmp_path / "covered", "-CAfile", tmp_path / "ca", "-purpose", "any"]
    assert run(*asked) == covered
    (tmp_path / "covered").write_bytes(covered.replace(b"/Type /Catalog", b"/Type /Catalof"))
    with pytest.raises(subprocess.CalledProcessError):
        run(*asked)


def test_a_signed_sheet_is_pdf_a_3b_still(signed: Signed) -> None:
    """ISO 19005-3, clause by clause as far as a signature touches it. What else it asks, drawing is tested for."""
    with opened(signed.pdf) as pdf:
        root = pdf.Root
        assert pdf.check_pdf_syntax() == []
        assert (pdf.pdf_version, "/Version" in root, pdf.is_encrypted) == ("1.7", False, False)  # 6.1.2, 6.1.3
        meta = pdf.open_metadata()  # 6.6.4
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"]) == ("3", "B")
        assert root.OutputIntents[0].S == "/GTS_PDFA1"  # 6.2.3
        assert [str(file.AFRelationship) for file in root.AF] == ["/Data"]  # 6.8
        fonts = [each for each in pdf.objects if getattr(each, "Type", None) == "/FontDescriptor"]
        assert fonts  # 6.2.11.4
        assert all("/FontFile3" in font for font in fonts)
        (widget,) = pdf.pages[0].Annots
        hidden, prints = 0b100011, 0b100  # 6.3.2: invisible, hidden, no view: never; print: always
        assert (int(widget.F) & hidden, int(widget.F) & prints) == (0, prints)
        assert list(widget.Rect) == [0, 0, 0, 0]  # 6.3.3: needs no appearance
        assert ("/A" in widget, "/AA" in widget, "/AA" in root) == (False, False, False)  # 6.4.1, 6.5.2
        assert ("/NeedAppearances" in root.AcroForm, "/XFA" in root.AcroForm) == (False, False)  # 6.4.1, 6.4.2
        assert "/Perms" not in root  # 6.1.12
        assert widget.V.SubFilter == "/ETSI.CAdES.detached"
    assert signed.pdf.endswith(b"%%EOF\n")  # 6.1.3: at most one line end behind it


def test_the_signature_is_as_the_archive_standard_asks(signed: Signed) -> None:
    """ISO 19005-3, 6.4.3: DER, the signer's certificate in it, one signer."""
    _, cms = parts(signed.pdf)
    (signature,) = PdfFileReader(io.BytesIO(signed.pdf)).embedded_signatures
    message = signature.signed_data.copy()
    assert message.dump(force=True) in cms
    assert len(signature.signed_data["signer_infos"]) == 1
    assert signature.signer_cert.subject.native["common_name"] == signed.subject


def test_the_record_in_a_signed_sheet_is_read_as_before(signed: Signed) -> None:
    with opened(signed.pdf) as pdf:
        assert pdf.attachments["record.json"].get_file().read_bytes() == record_json(SEAL)


def test_a_signed_sheet_says_who_signed_it_and_why(signed: Signed) -> None:
    with opened(signed.pdf) as pdf:
        signature = pdf.Root.AcroForm.Fields[0].V
        assert (str(signature.Name), str(signature.Reason)) == ("天辰学院电子印章", "流程单归档")


def test_a_trial_signature_says_so(drawn: bytes) -> None:
    made = sign(drawn, datetime.now(UTC))
    assert made.trial
    with opened(made.pdf) as pdf:
        signature = pdf.Root.AcroForm.Fields[0].V
        assert "试用" in str(signature.Name)
        assert "仅供试用" in str(signature.Reason)


def test_signed_sheets_can_be_merged(signed: Signed, tmp_path: Path) -> None:
    """Without their signatures, which hold for their own files alone."""
    out = io.BytesIO()
    with Pile(tmp_path) as pile:
        placed = [pile.put(title, signed.pdf) for title in ("甲", "乙")]
        pile.join(out, "合并", None, placed, lambda _on, _pages: None)
    with opened(out.getvalue()) as merged:
        assert merged.check_pdf_syntax() == []
        assert "/AcroForm" not in merged.Root
        assert [each for page in merged.pages for each in page.get("/Annots", [])] == []


def test_with_a_timestamp_server_the_moment_of_signing_is_certified(
    drawn: bytes, office_key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stamp_server() as server:
        sign_with(monkeypatch, office_key, stamps=server.url)
        made = sign(drawn, datetime.now(UTC))
        stamping = server.stamper.tsa_cert.dump()
        office = run("openssl", "pkcs12", "-in", office_key, "-passin", "pass:office", "-nokeys")
        found = status(made.pdf, [office, stamping])
    assert made.timestamped
    assert found.timestamp_validity is not None
    assert (found.timestamp_validity.intact, found.timestamp_validity.valid) == (True, True)
    assert found.timestamp_validity.trusted
    assert check_signature(made.pdf, made.certificate, timestamped=True) is None
    assert len(made.pdf) - len(drawn) < LARGEST


@pytest.mark.parametrize("answer", [b"", b"<html>busy</html>", b"\x30\x03\x02\x01\x05"])
def test_an_answer_that_is_no_timestamp_is_told(
    drawn: bytes, office_key: Path, monkeypatch: pytest.MonkeyPatch, answer: bytes
) -> None:
    with stamp_server() as server:
        server.answer = answer
        sign_with(monkeypatch, office_key, stamps=server.url)
        for _ in range(2):  # the second sheet does not wait for what has just failed
            with pytest.raises(KeyAway, match="时间戳服务器 http"):
                sign(drawn, datetime.now(UTC))
        assert server.asked == 1


def test_a_timestamp_of_something_else_is_not_taken(
    drawn: bytes, office_key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stamp_server() as server:
        server.stamps_something_else = True
        sign_with(monkeypatch, office_key, stamps=server.url)
        with pytest.raises(KeyAway, match="stamped something else"):
            sign(drawn, datetime.now(UTC))


def run(*command: str | Path) -> bytes:
    return subprocess.run(command, check=True, capture_output=True).stdout
