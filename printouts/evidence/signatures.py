"""The signature of a filed sheet, and the row about it."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pikepdf
from pikepdf.models.metadata import decode_pdf_date

from models.finding import Finding
from models.papers import Sheet, Signature
from models.settings import settings
from printouts.evidence.files import file_fault
from printouts.evidence.sections import Record
from printouts.signing.signed import SignatureFault, check_signature

WHILE_SIGNING = timedelta(minutes=10)  # between what the signature and what the row have as its time
TRIAL = "试用"  # in the reason of a signature that our own certificate made


def signature_fault(sheet: Sheet, signature: Signature | None) -> str | None:
    """What is wrong with it, in words. `sheet`: its file is what was filed."""
    return _unsigned(sheet) if signature is None else _signed(sheet, signature)


def late_ones_missing(record: Record, filed: Sequence[tuple[Sheet, Signature | None]]) -> Iterator[Finding]:
    """The journal says that it was signed later (补签), and no row does."""
    entries = [entry for entry in record["journal"] if entry["act"] == "signed"]
    late = [each for sheet, each in filed if each and each.path != sheet.path]
    if len(entries) > len(late):
        unsigned = [sheet.copy_kind for sheet, each in filed if each is None]
        row = " ".join([record["request"]["number"], *unsigned[:1]])
        yield Finding("signature", row, f"缺失：第 {entries[-1]['seq']} 条办理记录说已补签")


def _unsigned(sheet: Sheet) -> str | None:
    content = (settings().data / sheet.path).read_bytes()
    waits = check_signature(content, "") is SignatureFault.missing
    return None if waits else "缺失：文件里有签名，登记被删除"


def _signed(sheet: Sheet, signature: Signature) -> str | None:
    if told := file_fault(Path(signature.path), signature.sha256, signature.size):
        return told
    content = (settings().data / signature.path).read_bytes()
    if not content.startswith((settings().data / sheet.path).read_bytes()):
        return "签名的不是归档的那份文件"
    if fault := check_signature(content, signature.certificate, timestamped=signature.timestamped):
        return f"{fault.told}（{signature.path}）"
    return _row_fault(signature)


def _row_fault(signature: Signature) -> str | None:
    """The columns that the signature itself tells."""
    with pikepdf.open(settings().data / signature.path) as pdf:
        said = next(field.V for field in pdf.Root.AcroForm.Fields if "/V" in field)
        at: datetime = decode_pdf_date(str(said.M))
        wrong = {
            "subject": str(said.Name) != signature.subject,
            "trial": (TRIAL in str(said.Reason)) != signature.trial,
            "signed_at": abs(at - signature.signed_at) > WHILE_SIGNING,
        }
    return (
        "、".join(name for name, bad in wrong.items() if bad) + " 与签名里的不符：登记被改动"
        if any(wrong.values())
        else None
    )
