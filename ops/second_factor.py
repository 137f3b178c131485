"""`oa second-factor ACCOUNT [--remove]`: for who lost the phone. Who has the machine has made sure who is asking."""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime

from gateway.login.log_ins import end_all
from gateway.login.own_factor import forget
from gateway.login.second_factor import has_factor
from gateway.login.security_log import note
from ops.record import open_record, person_of
from ops.refused import CannotDo


def remove(account: str) -> str:
    """Remove the second factor and end the browser sessions; returns the person's name.

    Raises:
        CannotDo: there is none, nobody has this account, or the record cannot be reached.
    """
    with open_record() as session:
        person = person_of(session, account)
        if not forget(session, account):
            raise CannotDo(f"{account} {person.name} 没有绑定动态口令。没有修改。")
        end_all(session, account)
        note(session, datetime.now(UTC), "factor_removed", account, "", by="command")
        return person.name


def main(args: Sequence[str]) -> int:
    parser = argparse.ArgumentParser("oa second-factor", description="查看或移除某人的动态口令")
    parser.add_argument("account", metavar="ACCOUNT", help="工号")
    parser.add_argument("--remove", action="store_true", help="移除，例如手机丢失；请先核实本人身份")
    named = parser.parse_args(args)
    if named.remove:
        name = remove(named.account)
        print(f"{named.account} {name} 的动态口令已移除，原有的网页登录已退出。岗位要求的，下次登录时重新绑定。")
        return 0
    with open_record() as session:
        person = person_of(session, named.account)
        print(f"{named.account} {person.name} {'已' if has_factor(session, named.account) else '没有'}绑定动态口令。")
    return 0
