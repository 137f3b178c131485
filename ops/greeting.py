"""What `oa up` says when everything runs: the address, and who can log in how."""

from collections.abc import Mapping
from unicodedata import east_asian_width

from sqlmodel import Session, col, select

from gateway.login.passwords import verify
from models.organisation import Person

DEMO_PASSWORD = "tianchen-2026"  # noqa: S105  # of the shipped, invented people only
DEMO_PEOPLE: Mapping[str, str] = {
    "T1045": "教师，申请请假",
    "T1042": "教研室主任",
    "T1021": "系负责人",
    "T1032": "人事科长，请假备案",
    "T1003": "分管副校长",
    "T1001": "校长",
    "T1059": "系秘书，申请用车、用印",
    "T1038": "车队调度，派车",
    "T1034": "合同章监印人，用印 *",
    "T1031": "主管理员 *",
}
SECOND_FACTOR = "* 第一次在网页登录时须用手机绑定动态口令；程序用 ./oa token 工号，不受影响。"
TRIAL = "流程单用本机自制的试用证书签名，仅供试用；正式使用请设 OA_SIGN_FILE 或 OA_SIGN_PKCS11（见 README）。"


def who_can_log_in(session: Session) -> str:
    """The demo accounts, as long as they have the demo password; else how to give people a password."""
    found = session.exec(select(Person).where(col(Person.account).in_(DEMO_PEOPLE)))
    people = {each.account: each for each in found}
    if not any(each.password_hash and verify(each.password_hash, DEMO_PASSWORD) for each in people.values()):
        return "设置登录密码：./oa password 工号"
    rows = [
        f"  {account}  {_wide(people[account].name, 8)}{_wide(people[account].department, 26)}{use}"
        for account, use in DEMO_PEOPLE.items()
        if account in people
    ]
    return "\n".join([f"演示账号（密码都是 {DEMO_PASSWORD}；样例中其余各人也是）：", *rows, SECOND_FACTOR])


def _wide(text: str, columns: int) -> str:
    """Padded to so many columns of a terminal, where a Chinese character takes two."""
    return text + " " * (columns - sum(2 if east_asian_width(each) in "WF" else 1 for each in text))
