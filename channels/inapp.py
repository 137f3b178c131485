"""In-app: the notice is in the person's account as soon as its row is committed, so there is nothing left to send."""

from channels import Message


def send(message: Message) -> None:
    """Nothing to do: the record is the in-box."""
    del message
