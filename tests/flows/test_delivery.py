"""Delivering: at least once, counted, marked; a mail server that is away or asleep holds up no decision."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from email.message import EmailMessage
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as Received
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select

from flows.engine.delivery import deliver_one, deliver_pending, pending_of_item
from models.database import transaction
from models.messages import Delivery, Notice
from models.record import Request
from models.settings import settings
from tests.flows import sample
from tests.flows.acting import ask, open_items, says
from tests.flows.walks.carrying import Keeper

pytestmark = pytest.mark.usefixtures("database")
Mailing = Callable[[int], None]


class Inbox(Received):
    """Keeps what it is sent."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []

    def handle_message(self, message: EmailMessage) -> None:  # type: ignore[override]
        self.ids.append(str(message["Message-ID"]))


@pytest.fixture
def mailing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailing]:
    """Sets the installation's mail server to a local port."""

    def use(port: int) -> None:
        monkeypatch.setenv("OA_SMTP_HOST", "127.0.0.1")
        monkeypatch.setenv("OA_SMTP_PORT", str(port))
        settings.cache_clear()

    yield use
    monkeypatch.undo()
    settings.cache_clear()


@contextmanager
def listening(backlog: int | None) -> Iterator[int]:
    """A port of ours: nobody answers there (None), or a connection is taken and never spoken to."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        if backlog is not None:
            taken.listen(backlog)
        yield taken.getsockname()[1]


def asked() -> tuple[UUID, UUID, UUID]:
    """A trip that waits for the department head: request, their item, the mail about it."""
    with transaction() as session:
        request = ask(session, sample.vehicle())
    with transaction() as session:
        item = open_items(session, request)[sample.HEAD].id
    (mail,) = pending_of_item(item)
    return request.id, item, mail


def kept(notice: UUID) -> tuple[Delivery, int]:
    with transaction() as session:
        row = session.get_one(Notice, notice)
        assert (row.delivered_at is not None) is (row.delivery is Delivery.delivered)
        return row.delivery, row.tries


def test_without_a_mail_server_it_goes_to_the_outbox_once() -> None:
    _, item, notice = asked()
    deliver_pending(item)
    file = settings().data / "outbox" / f"{notice}.json"
    before = file.stat().st_mtime_ns
    deliver_one(notice)
    deliver_pending(item)
    assert file.stat().st_mtime_ns == before
    assert kept(notice) == (Delivery.delivered, 1)


def test_a_lost_record_is_no_try_of_the_channel(database: str) -> None:
    _, _, notice = asked()
    with closing(Keeper(database)) as keeper, keeper.cutting(2), pytest.raises(OperationalError):
        deliver_one(notice)
    assert kept(notice) == (Delivery.sending, 0)


def test_the_outbox_says_which_way_was_meant_and_whom_to_ring_up() -> None:
    request, _, _ = asked()
    with transaction() as session:
        notice = session.exec(select(Notice).where(Notice.request_id == request, col(Notice.channel) == "mail")).one()
        notice.channel, key = "sms", notice.id
    deliver_one(key)
    told = json.loads((settings().data / "outbox" / f"{key}.json").read_text())
    assert (told["channel"], told["to_name"], told["to_phone"]) == ("sms", "杨霞雨", "10000001021")


def test_in_the_account_it_is_delivered_at_once() -> None:
    request, _, _ = asked()
    with transaction() as session:
        here = session.exec(select(Notice).where(Notice.request_id == request, col(Notice.channel) == "inapp")).one()
        assert here.delivery is Delivery.delivered


def test_a_dead_mail_server_counts_as_tries_until_it_is_back(mailing: Mailing) -> None:
    with listening(None) as port:
        mailing(port)
        _, item, notice = asked()
        for tries in (1, 2):
            with pytest.raises(OSError, match="refused"):
                deliver_one(notice)
            assert kept(notice) == (Delivery.failed, tries)
    inbox = Inbox()
    server = Controller(inbox, hostname="127.0.0.1", port=port)
    server.start()
    try:
        deliver_pending(item)
        deliver_one(notice)
    finally:
        server.stop()
    assert inbox.ids == [f"<{notice}@tianchen.example>"]
    assert kept(notice) == (Delivery.delivered, 3)


def test_what_was_decided_meanwhile_is_not_sent_any_more(mailing: Mailing) -> None:
    with listening(None) as port:
        mailing(port)
        request, item, notice = asked()
        with pytest.raises(OSError, match="refused"):
            deliver_pending(item)
    with transaction() as session:
        says(session, sample.HEAD, session.get_one(Request, request))
    deliver_pending(item)
    assert kept(notice) == (Delivery.overtaken, 1)


def test_a_mail_server_that_never_answers_holds_up_no_decision(mailing: Mailing) -> None:
    with ThreadPoolExecutor(1) as threads:
        with listening(5) as port:
            mailing(port)
            request, _, notice = asked()
            sending = threads.submit(deliver_one, notice)
            time.sleep(0.3)
            started = time.monotonic()
            with transaction() as session:
                says(session, sample.HEAD, session.get_one(Request, request))
            assert time.monotonic() - started < 1
            assert not sending.done()
        assert sending.exception(timeout=30) is not None  # the port is closed
    assert kept(notice)[0] is Delivery.overtaken
