"""The columns of the personnel export and what each may hold. Lengths are those of the tables that keep them."""

import re

from models.checked_table import Column
from models.organisation import StaffState


def plain_phone(text: str) -> str:
    """A phone number without spaces, hyphens and China's own +86."""
    return re.sub(r"[ -]", "", text).removeprefix("+86")


def _bad_account(text: str) -> str | None:
    fits = re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", text)
    return None if fits else "工号只能用字母、数字和 . _ -"


def _bad_phone(text: str) -> str | None:
    fits = re.fullmatch(r"1[0-9]{10}|\+[1-9][0-9]{6,14}", plain_phone(text))
    return None if fits else "不是手机号：应为 11 位数字，境外号码以 + 和国家代码开头"


def _bad_email(text: str) -> str | None:
    fits = re.fullmatch(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", text)
    return None if fits else "不是邮箱地址，应如 name@school.edu.cn"


def _bad_state(text: str) -> str | None:
    known = [state.value for state in StaffState]
    return None if text in known else f"不认识的状态「{text}」，应为 {'、'.join(known)}"


STAFF_COLUMNS = {
    "工号": Column(32, wrong=_bad_account),
    "姓名": Column(50),
    "部门": Column(100),
    "岗位": Column(50),
    "职级": Column(50),
    "手机号": Column(32, signed=True, wrong=_bad_phone),
    "邮箱": Column(200, wrong=_bad_email),
    "人员类别": Column(20),
    "状态": Column(32, wrong=_bad_state),
}
DEPARTMENT_COLUMNS = {
    "部门": Column(100),
    "上级部门": Column(100, required=False),
    "负责人工号": Column(32, required=False),
    "分管校领导工号": Column(32, required=False),
}
