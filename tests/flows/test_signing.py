"""Filing with a signature, filing without (待补签), and making up for it, on the real record."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import col, select, update

from flows.engine import trouble
from flows.engine.filing import draw_and_file
from flows.engine.late_signing import sign_later, waiting
from models.chains import chains_broken
from models.database import transaction
from models.messages import Incident
from models.papers import Sheet, Signature
from models.record import JournalEntry, Request
from models.route import Verdict
from models.settings import settings
from printouts.filing.sheets import SheetDamaged, newest, read_sheet
from printouts.signing import timestamps
from printouts.signing.sign import KeyAway
from printouts.signing.signed import check_signature
from tests.flows import sample
from tests.flows.acting import ask, says
from tests.printouts.reading import LEAVES_A_FILE_OPEN
from tests.printouts.signer import certificate, key_file, rsa_key, sign_with, stamp_server

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.filterwarnings(LEAVES_A_FILE_OPEN)]


@pytest.fixture
def office_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The organisation's key, in a file that can be moved away."""
    file = key_file(tmp_path / "office.p12", rsa_key(), certificate(rsa_key()))
    sign_with(monkeypatch, file)
    return file


@pytest.fixture
def done() -> UUID:
    """A trip that was refused, and is not filed yet."""
    with transaction() as session:
        request = ask(session, sample.vehicle())
        return says(session, sample.HEAD, request, Verdict.refuse).id


def filed(request_id: UUID) -> tuple[Sheet, Signature | None]:
    with transaction() as session:
        sheet = session.exec(select(Sheet).where(Sheet.request_id == request_id)).one()
        return sheet, session.get(Signature, sheet.id)


def handed_out(sheet: Sheet) -> bytes:
    with transaction() as session:
        return read_sheet(newest(session, [sheet])[sheet.id])


def open_incidents(request_id: UUID) -> list[Incident]:
    with transaction() as session:
        mine = Incident.request_id == request_id, col(Incident.closed_at).is_(None), Incident.what == trouble.SIGN
        return list(session.exec(select(Incident).where(*mine)))


def filed_while_away(request_id: UUID, key: Path) -> Sheet:
    """The key is back afterwards."""
    away = key.rename(key.with_suffix(".away"))
    draw_and_file(request_id, "archive")
    away.rename(key)
    sheet, signature = filed(request_id)
    assert signature is None
    return sheet


def waits(request_id: UUID) -> bool:
    return any(sheet.request_id == request_id for sheet, _ in waiting(most=10**6))


@pytest.mark.usefixtures("office_key")
def test_a_sheet_is_signed_before_it_is_filed(done: UUID) -> None:
    draw_and_file(done, "archive")
    sheet, signature = filed(done)
    assert signature is not None
    assert (signature.path, signature.sha256, signature.size) == (sheet.path, sheet.sha256, sheet.size)
    assert (signature.subject, signature.trial, signature.timestamped) == ("天辰学院电子印章", False, False)
    assert check_signature(handed_out(sheet), signature.certificate) is None
    assert not waits(done)
    assert open_incidents(done) == []


def test_without_a_key_of_its_own_the_organisation_signs_for_trial(done: UUID) -> None:
    draw_and_file(done, "archive")
    _, signature = filed(done)
    assert signature is not None
    assert signature.trial
    assert "试用" in signature.subject


def test_with_the_key_away_it_is_filed_unsigned_and_an_incident_says_why(done: UUID, office_key: Path) -> None:
    sheet = filed_while_away(done, office_key)
    assert check_signature(handed_out(sheet), "") == "missing"
    (incident,) = open_incidents(done)
    assert incident.subject.endswith(" archive")
    assert f"签名证书文件 {office_key} 读不到" in incident.detail["error"]


def test_once_the_key_is_back_the_filed_bytes_are_signed_as_they_are(done: UUID, office_key: Path) -> None:
    sheet = filed_while_away(done, office_key)
    unsigned = handed_out(sheet)
    assert waits(done)
    sign_later.fn(sheet.id, "")
    again, signature = filed(done)
    assert signature is not None
    assert (again.path, again.sha256) == (sheet.path, sheet.sha256)
    assert signature.path != sheet.path
    assert read_sheet(sheet) == unsigned
    assert handed_out(sheet).startswith(unsigned)
    assert check_signature(handed_out(sheet), signature.certificate) is None
    assert not waits(done)


def test_late_signing_is_in_the_journal_once(done: UUID, office_key: Path) -> None:
    sheet = filed_while_away(done, office_key)
    for _ in range(2):
        sign_later.fn(sheet.id, "")
    with transaction() as session:
        mine = JournalEntry.request_id == done, JournalEntry.act == "signed"
        (entry,) = session.exec(select(JournalEntry).where(*mine)).all()
        number = session.get_one(Request, done).number
        assert [each for each in chains_broken(session) if each.subject == number] == []
    assert (entry.actor, entry.detail["copy"]) == (None, "归档联")


def test_of_two_that_sign_at_once_one_is_kept(done: UUID, office_key: Path) -> None:
    sheet = filed_while_away(done, office_key)
    before = set(settings().archive.rglob("*"))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: sign_later.fn(sheet.id, ""), range(4)))
    _, signature = filed(done)
    assert signature is not None
    assert check_signature(handed_out(sheet), signature.certificate) is None
    assert {each for each in set(settings().archive.rglob("*")) - before if each.is_file()} == {
        settings().data / signature.path
    }


def test_a_damaged_sheet_is_not_signed(done: UUID, office_key: Path) -> None:
    sheet = filed_while_away(done, office_key)
    file = settings().data / sheet.path
    content = file.read_bytes()
    file.chmod(0o600)
    file.write_bytes(content + b"x")
    with pytest.raises(SheetDamaged):
        sign_later.fn(sheet.id, "")
    file.write_bytes(content)
    sign_later.fn(sheet.id, "")
    assert filed(done)[1] is not None


def test_a_trial_certificate_signs_late_only_what_it_could_not_at_the_time(
    done: UUID, office_key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed_while_away(done, office_key)
    monkeypatch.setattr(settings(), "sign_file", None)
    assert waits(done)
    with transaction() as session:
        session.execute(update(Incident).where(col(Incident.request_id) == done).values(closed_at=sample.NOW))
    assert not waits(done)


def test_with_the_timestamp_server_away_it_waits_and_is_stamped_later(
    done: UUID, office_key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stamp_server() as server:
        sign_with(monkeypatch, office_key, stamps=server.url)
        port = server.server_address[1]
    draw_and_file(done, "archive")
    sheet, signature = filed(done)
    assert signature is None
    assert "时间戳服务器" in open_incidents(done)[0].detail["error"]
    with pytest.raises(KeyAway):
        sign_later.fn(sheet.id, "")
    monkeypatch.setattr(timestamps, "REST", 0)
    with stamp_server(port):
        sign_later.fn(sheet.id, "")
    _, signature = filed(done)
    assert signature is not None
    assert signature.timestamped
    assert check_signature(handed_out(sheet), signature.certificate, timestamped=True) is None


def test_an_incident_of_signing_holds_up_nothing_else() -> None:
    assert trouble.SIGN in trouble.HOLDS_UP_NO_RUN
    assert trouble.pause(1) == timedelta(minutes=1)
