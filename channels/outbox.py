"""The outbox: one JSON file a message under OA_HOME/outbox, named by the notice's id, so a repeat changes nothing."""

import json
import os
from dataclasses import asdict

from channels import Message
from models.settings import settings


def send(message: Message) -> None:
    """Write the message down.

    Raises:
        OSError: the folder cannot be written to; to be tried again.
    """
    folder = settings().data / "outbox"
    folder.mkdir(parents=True, exist_ok=True)
    half = folder / f".{message.id}.half"
    half.write_text(json.dumps({**asdict(message), "id": str(message.id)}, ensure_ascii=False))
    os.replace(half, folder / f"{message.id}.json")
