"""A mail server that can go away and come back, and what it has accepted."""

from collections.abc import Iterator
from contextlib import contextmanager
from email.header import decode_header, make_header
from email.message import Message

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as Letterbox

HOST = "127.0.0.1"


class PostOffice(Letterbox):
    """Takes mail at a port of its own as long as it is open."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self.port = port
        self.letters: list[tuple[str, str]] = []  # to, subject
        self._server: Controller | None = None

    def handle_message(self, message: Message) -> None:
        self.letters.append((message["To"], str(make_header(decode_header(message["Subject"])))))

    def open(self) -> None:
        self._server = Controller(self, hostname=HOST, port=self.port)
        self._server.start()

    def close(self) -> None:
        if self._server:
            self._server.stop()
            self._server = None

    @contextmanager
    def away(self) -> Iterator[None]:
        """Nobody answers at its port for the length of the block."""
        self.close()
        try:
            yield
        finally:
            self.open()
