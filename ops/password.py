"""`oa password ACCOUNT`: set somebody's password; it is asked for twice, or read from standard input."""

import argparse
import sys
from collections.abc import Sequence
from getpass import getpass

from sqlmodel import col, delete

from gateway.passwords import hash_password
from models.access import LogIn
from ops.record import open_record, person_of
from ops.refused import CannotDo

SHORTEST, LONGEST = 10, 200  # characters; the log-in form takes no longer one


def set_password(account: str, password: str) -> str:
    """Set it and end the browser sessions opened with the old one; returns the person's name.

    Raises:
        CannotDo: too short or too long, nobody has this account, or the record cannot be reached.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise CannotDo(f"密码须为 {SHORTEST} 至 {LONGEST} 个字符，现在是 {len(password)} 个。没有修改。")
    with open_record() as session:
        person = person_of(session, account)
        person.password_hash = hash_password(password)
        session.execute(delete(LogIn).where(col(LogIn.account) == account, col(LogIn.csrf).is_not(None)))
        return person.name


def main(args: Sequence[str]) -> int:
    parser = argparse.ArgumentParser("oa password", description="设置登录密码（至少 10 个字符）")
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
