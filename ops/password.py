"""`oa password ACCOUNT`: set somebody's password; it is asked for twice, or read from standard input."""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from getpass import getpass

from gateway.login.log_ins import end_all
from gateway.login.password_rules import SHORTEST, fault
from gateway.login.passwords import hash_password
from gateway.login.security_log import note
from ops.record import open_record, person_of
from ops.refused import CannotDo


def set_password(account: str, password: str) -> str:
    """Set it and end the browser sessions opened with the old one; returns the person's name.

    Raises:
        CannotDo: the password will not do, nobody has this account, or the record cannot be reached.
    """
    with open_record() as session:
        person = person_of(session, account)
        if wrong := fault(password, person):
            raise CannotDo(f"密码：{wrong}。没有修改。")
        person.password_hash = hash_password(password)
        end_all(session, account)
        note(session, datetime.now(UTC), "password_changed", account, "", by="command")
        return person.name


def main(args: Sequence[str]) -> int:
    parser = argparse.ArgumentParser("oa password", description=f"设置登录密码（至少 {SHORTEST} 个字符）")
    parser.add_argument("account", metavar="ACCOUNT", help="工号")
    account = parser.parse_args(args).account
    name = set_password(account, _asked(account))
    print(f"{account} {name} 的密码已设置，原有的网页登录已退出。")
    return 0


def _asked(account: str) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass(f"{account} 的新密码：")
    if getpass("再输一次：") != password:
        raise CannotDo("两次输入的密码不同。没有修改。")
    return password
