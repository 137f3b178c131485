"""Daily heads: made once a day, brought away, made good when a way was closed."""

import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import Message
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as Letterbox
from pydantic import ValidationError
from sqlmodel import Session, col, select

from flows.engine import trouble
from flows.engine.heads import keep_due
from models.database import transaction
from models.heads import What, day_of, read
from models.messages import Incident
from models.settings import Settings, settings
from tests.flows import sample
from tests.flows.acting import ask
from tests.flows.sample import NOW

pytestmark = pytest.mark.usefixtures("database")
DAY = timedelta(days=1)
MORNING = datetime(2026, 11, 21, 0, 30, tzinfo=sample.ZONE)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Heads lie here, not where other tests look."""
    monkeypatch.setattr(Settings, "heads", tmp_path / "heads")
    return tmp_path / "heads"


@pytest.fixture
def share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "share"
    folder.mkdir()
    monkeypatch.setattr(settings(), "heads_folder", folder)
    return folder


class Mailbox(Letterbox):
    def __init__(self) -> None:
        super().__init__()
        self.letters: list[Message] = []

    def handle_message(self, message: Message) -> None:
        self.letters.append(message)


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> int:
    """Of a mail server that is not there yet."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        free: int = taken.getsockname()[1]
    for name, value in {"heads_mail": "archive@example.org", "smtp_host": "127.0.0.1", "smtp_port": free}.items():
        monkeypatch.setattr(settings(), name, value)
    return free


@pytest.fixture
def letters(port: int) -> Iterator[list[Message]]:
    mailbox = Mailbox()
    server = Controller(mailbox, hostname="127.0.0.1", port=port)
    server.start()
    yield mailbox.letters
    server.stop()


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.glob("*.csv"))


def troubles() -> list[str]:
    with transaction() as session:
        mine = select(Incident.subject).where(Incident.what == trouble.HEADS, col(Incident.closed_at).is_(None))
        return sorted(session.exec(mine))


def test_the_first_file_is_of_yesterday_and_covers_all_before(share: Path) -> None:
    with transaction() as session:
        request = ask(session, sample.vehicle(), now=NOW)
    assert keep_due(MORNING) == 1
    assert names(share) == ["heads-2026-11-20.csv"]
    lines = read((share / "heads-2026-11-20.csv").read_bytes())
    mine = [line for line in lines if line.subject == request.number]
    assert [(line.what, line.count, line.hash) for line in mine] == [(What.chain, request.seq, request.head)]
    assert [line for line in lines if line.what is What.previous] == []


def test_the_second_time_changes_nothing(share: Path) -> None:
    assert (keep_due(MORNING), keep_due(MORNING + timedelta(hours=5))) == (1, 0)
    assert names(share) == ["heads-2026-11-20.csv"]


def test_each_missed_day_gets_its_file_and_names_the_one_before(share: Path) -> None:
    keep_due(MORNING)
    assert keep_due(MORNING + 3 * DAY) == 3
    assert names(share) == [f"heads-2026-11-{day}.csv" for day in (20, 21, 22, 23)]
    firsts = [read((share / name).read_bytes())[0] for name in names(share)[1:]]
    assert [line.subject for line in firsts if line.what is What.previous] == names(share)[:-1]


def test_only_what_has_grown_is_in_a_later_file(share: Path) -> None:
    with transaction() as session:
        quiet, busy = ask(session, sample.vehicle()), ask(session, sample.vehicle(), now=NOW + DAY)
    keep_due(MORNING)
    keep_due(MORNING + DAY)
    there = {line.subject for line in read((share / "heads-2026-11-21.csv").read_bytes())}
    assert busy.number in there
    assert quiet.number not in there


def test_a_folder_that_is_away_is_an_incident_until_it_is_back(share: Path) -> None:
    share.rmdir()
    keep_due(MORNING)
    assert not share.exists(), "a folder made here would hide that the share is not mounted"
    assert troubles() == ["每日链头 文件夹"]
    share.mkdir()
    keep_due(MORNING + DAY)
    assert (names(share), troubles()) == (["heads-2026-11-20.csv", "heads-2026-11-21.csv"], [])


def test_a_file_that_was_removed_there_is_not_put_back_so_that_its_absence_is_seen(share: Path) -> None:
    keep_due(MORNING)
    (share / "heads-2026-11-20.csv").unlink()
    keep_due(MORNING + DAY)
    assert names(share) == ["heads-2026-11-21.csv"]


def test_another_file_of_that_name_is_not_overwritten(share: Path) -> None:
    (share / "heads-2026-11-20.csv").write_text("what,subject,count,hash\n")
    keep_due(MORNING)
    assert (share / "heads-2026-11-20.csv").read_text() == "what,subject,count,hash\n"
    assert troubles() == ["每日链头 文件夹"]
    (share / "heads-2026-11-20.csv").unlink()
    keep_due(MORNING)
    assert troubles() == []


def test_it_is_sent_as_an_attachment_once(home: Path, letters: list[Message]) -> None:
    keep_due(MORNING)
    keep_due(MORNING)
    (letter,) = letters
    assert (letter["To"], letter["Message-ID"]) == ("archive@example.org", "<heads-2026-11-20.csv@tianchen.example>")
    (attached,) = [part for part in letter.walk() if part.get_filename()]
    assert attached.get_payload(decode=True) == (home / "heads-2026-11-20.csv").read_bytes()


def test_a_mail_server_that_is_down_is_an_incident_and_the_folder_gets_it_all_the_same(share: Path, port: int) -> None:
    keep_due(MORNING)
    assert (names(share), troubles()) == (["heads-2026-11-20.csv"], ["每日链头 邮件"])
    mailbox = Mailbox()
    server = Controller(mailbox, hostname="127.0.0.1", port=port)
    server.start()
    keep_due(MORNING + DAY)
    server.stop()
    assert (len(mailbox.letters), troubles()) == (2, [])


def test_a_mailbox_without_a_mail_server_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "heads_mail", "archive@example.org")
    keep_due(MORNING)
    with transaction() as session:
        assert "OA_SMTP_HOST" in _detail(session)
    monkeypatch.setattr(settings(), "heads_mail", None)
    trouble.close_incident("每日链头 邮件", trouble.HEADS)


def _detail(session: Session) -> str:
    mine = select(Incident).where(Incident.what == trouble.HEADS, col(Incident.closed_at).is_(None))
    return str(session.exec(mine).one().detail["error"])


def test_without_a_setting_we_still_keep_our_own(home: Path) -> None:
    keep_due(MORNING)
    assert names(home) == ["heads-2026-11-20.csv"]
    assert troubles() == []


@pytest.mark.parametrize("folder", ["heads", "/srv/oa/heads", "/srv/oa/../oa/x"])
def test_a_folder_within_the_data_folder_protects_nothing_and_is_refused(folder: str) -> None:
    with pytest.raises(ValidationError, match="OA_HOME 之外"):
        Settings(home=Path("/srv/oa"), heads_folder=Path(folder))


@pytest.mark.parametrize("name", ["heads-2026-13-01.csv", "heads.csv", "heads-2026-11-20.csv.part", "x-2026-11-20.csv"])
def test_other_files_in_the_folder_are_left_alone(name: str) -> None:
    assert day_of(name) is None


@pytest.mark.parametrize("content", [b"", b"\xff", b"chain,x,1,y\n", b"what,subject,count,hash\nchain,x\n"])
def test_what_is_no_such_file_is_told(content: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read(content)
