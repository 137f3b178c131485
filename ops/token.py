"""`oa token ACCOUNT`: a token for programs. Who has the machine can print it: it stands for a full log-in."""

import argparse
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from gateway.login.identity import hash_of
from gateway.login.security_log import note
from models.access import LogIn
from ops.record import open_record, person_of

LASTS = timedelta(days=30)


def new_token(account: str) -> str:
    """Make a token for `Authorization: Bearer`; only its hash is kept.

    Raises:
        CannotDo: nobody has this account, or the record cannot be reached.
    """
    token, now = secrets.token_urlsafe(32), datetime.now(UTC)
    made = LogIn(token_hash=hash_of(token), account=account, created_at=now, last_seen_at=now, expires_at=now + LASTS)
    with open_record() as session:
        person_of(session, account)
        session.add(made)
        note(session, now, "token_made", account, "", until=f"{made.expires_at:%Y-%m-%d}")
    return token


def main(args: Sequence[str]) -> int:
    parser = argparse.ArgumentParser("oa token", description="为程序签发访问令牌（30 天有效）")
    parser.add_argument("account", metavar="ACCOUNT", help="工号")
    print(new_token(parser.parse_args(args).account))
    return 0
