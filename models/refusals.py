"""Refusals are facts with a status: what, whose, since when, what to do. Chinese for people, a code for programs."""

from typing import Any


class Refusal(Exception):
    """The request cannot be done. `status` is the HTTP status, `code` stable for programs, `message` for people."""

    status = 400
    code = "refused"

    def __init__(self, message: str, **detail: Any) -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail


class Invalid(Refusal):
    """Wrong input (422). `fields` in the detail maps each field's JSON name to what is wrong and how to mend it."""

    status, code = 422, "invalid"


class NotYours(Refusal):
    """Not visible to this person, or not there at all: the answer is the same (404)."""

    status, code = 404, "not_found"

    def __init__(self, message: str = "没有这个事项，或者它与您无关。请核对编号。", **detail: Any) -> None:
        super().__init__(message, **detail)


class NotAllowed(Refusal):
    """Visible, but this person may not do that (403)."""

    status, code = 403, "not_allowed"


class TooLate(Refusal):
    """Already decided, withdrawn, or the form is stale (409): says who did what when."""

    status, code = 409, "too_late"


class Conflict(Refusal):
    """Clashes with another entry of the record (409): overlapping leave, a booked car."""

    status, code = 409, "conflict"


class LogInFirst(Refusal):
    status, code = 401, "log_in_first"

    def __init__(self, message: str = "请先登录。", **detail: Any) -> None:
        super().__init__(message, **detail)
