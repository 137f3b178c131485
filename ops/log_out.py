"""`oa log-out ACCOUNT | --all`: end somebody's browser sessions and programs' tokens, or everybody's (ASVS 7.4.5)."""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlmodel import col, delete

from gateway.login.security_log import note
from models.access import LogIn
from ops.record import open_record, person_of
from ops.refused import CannotDo


def log_out(account: str | None) -> int:
    """How many log-ins were ended; of everybody, if no account is given. Raises CannotDo."""
    ending = delete(LogIn).returning(col(LogIn.id))
    with open_record() as session:
        if account:
            person_of(session, account)
            ending = ending.where(col(LogIn.account) == account)
        ended = len(session.scalars(ending).all())
        note(session, datetime.now(UTC), "ended_everywhere", account, "", by="command", ended=ended)
        return ended


def main(args: Sequence[str]) -> int:
    parser = argparse.ArgumentParser("oa log-out", description="结束某人（或所有人）的全部登录和令牌")
    parser.add_argument("account", metavar="ACCOUNT", nargs="?", help="工号")
    parser.add_argument("--all", action="store_true", help="所有人")
    named = parser.parse_args(args)
    if bool(named.account) == named.all:
        raise CannotDo("请写明工号，或者 --all。")
    print(f"已结束 {log_out(named.account)} 个登录和令牌。")
    return 0
