"""What an incident says of a task that failed: our own sentences as they are, other errors by name."""

import asyncio

import pytest
from prefect.client.schemas.objects import State
from prefect.states import exception_to_failed_state

from flows.engine.trouble import why
from models.refusals import TooLate
from printouts.signing.sign import KeyAway


def failed(error: Exception) -> State:
    """As the task engine makes it."""
    return asyncio.run(exception_to_failed_state(error, message="Task run encountered an exception"))


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (KeyAway("签名证书文件读不到"), "签名证书文件读不到"),
        (TooLate("何秀兰已于 9:12 办理"), "何秀兰已于 9:12 办理"),
        (OSError(28, "No space left on device"), "OSError: [Errno 28] No space left on device"),
    ],
)
def test_an_incident_says_why(error: Exception, told: str) -> None:
    assert why(failed(error)) == told
