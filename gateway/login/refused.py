"""What the door refuses, and what it asks for before it opens."""

from models.access import Pending
from models.refusals import NotAllowed, Refusal

MINUTE = 60


def waiting_time(seconds: int) -> str:
    """In minutes, rounded up, or seconds."""
    return f"{-(-seconds // MINUTE)} 分钟" if seconds > MINUTE else f"{seconds} 秒"


class TooManyTries(Refusal):
    """Too many wrong tries for this account or from this address (429); even the right password has to wait."""

    status, code = 429, "too_many_tries"

    def __init__(self, seconds: int) -> None:
        told = f"输错的次数太多，为保护账号已暂停登录。请 {waiting_time(seconds)}后再试；忘记密码请联系管理员。"
        super().__init__(told, retry_after=seconds)


class SecondFactorNeeded(NotAllowed):
    """Logged in by password only, where a second factor is asked for (403)."""

    code = "second_factor_needed"

    def __init__(self, pending: Pending) -> None:
        told = {Pending.code: "请先输入动态口令，完成登录。", Pending.enrol: "您的岗位须先绑定动态口令，再使用本系统。"}
        super().__init__(told[pending], pending=pending.value)


class WrongCode(NotAllowed):
    """A one-time code that is wrong, too old, or was taken before (403)."""

    code = "wrong_code"

    def __init__(self) -> None:
        told = "动态口令不对或已用过。请输入手机上当前显示的 6 位数字；手机时间须准确。"
        super().__init__(told, fields={"code": "不对或已用过，请输入当前显示的 6 位数字"})


class PasswordAgain(NotAllowed):
    """The password is asked for once more (403): a seal, money, or one's own account is at stake."""

    code = "password_again"

    def __init__(self, told: str = "请再次输入登录密码") -> None:
        super().__init__(f"登录密码：{told}。您填写的内容没有丢失。", fields={"password": told})


class AtTheDoor(NotAllowed):
    """A write that may come from another site (403): kept in the security log as `event`."""

    def __init__(self, told: str, event: str, account: str | None) -> None:
        super().__init__(told)
        self.event, self.account = event, account
