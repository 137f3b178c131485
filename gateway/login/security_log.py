"""安全日志: what happened at the door, append-only, apart from the requests' own journals (ASVS 5.0, 16.3)."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from models.access import SecurityEvent
from models.database import transaction

TITLES = {
    "logged_in": "登录",
    "password_right": "密码正确，待动态口令",
    "failed": "登录失败",
    "throttled": "输错过多，暂停登录",
    "logged_out": "退出",
    "ended_everywhere": "退出全部登录",
    "session_ended": "结束一处登录",
    "factor_enrolled": "绑定动态口令",
    "factor_removed": "移除动态口令",
    "factor_wrong": "动态口令不对",
    "password_changed": "修改密码",
    "password_proved": "再次输入密码，正确",
    "password_wrong": "再次输入密码，不对",
    "csrf_refused": "拒绝：页面令牌不对",
    "origin_refused": "拒绝：来自别的网站",
    "token_made": "签发程序令牌",
    "provider_refused": "统一登录未成功",
    "granted": "授权子管理员",
    "grant_ended": "收回授权",
    "rules_saved": "修改审批规则",
    "rules_changed": "换用新版规则",
    "delegated": "设置代理",
    "delegation_ended": "结束代理",
    "paused": "暂停定时任务",
    "unpaused": "恢复定时任务",
    "run_now": "立即运行定时任务",
    "check_throttled": "查验过多，暂停查验",
    "register_exported": "导出登记簿",
    "ledger_exported": "打印、导出登记台账",
    "incident_closed": "关闭故障",
    "package_made": "制作移交包",
}
NAMES = {
    "by": "方式",
    "shared": "他人设备",
    "others": "仅其他登录",
    "path": "地址",
    "why": "原因",
    "until": "有效至",
    "ended": "个数",
    "principal": "委托人",
    "delegate": "代理人",
    "kind": "类型",
    "number": "编号",
    "version": "版本",
    "lines": "份数",
    "sought": "范围",
    "subject": "对象",
    "incident": "事项",
}
WORDS = {
    "password": "密码",
    "password and code": "密码和动态口令",
    "code": "动态口令",
    "oidc": "统一身份认证",
    "dingtalk": "钉钉",
    "command": "命令行",
    "True": "是",
    "False": "否",
}
ONCE_EVERY = timedelta(minutes=1)
LOOKED_THROUGH = 100  # of the newest events, for the same one


def note(session: Session, now: datetime, what: str, account: str | None, address: str, **detail: Any) -> None:
    """Keep an event with the transaction that it belongs to.

    Args:
        what: a short word: logged_in, failed, throttled, granted …
        detail: never a password, a code, a token, nor what a form held.
    """
    session.add(SecurityEvent(at=now, what=what, account=account, address=address[:64], detail=detail))


def note_alone(what: str, account: str | None, address: str, **detail: Any) -> None:
    """Keep an event whose request is refused, in a transaction of its own.

    Such events cost nobody a password: one that comes again within a minute is not kept again, so that nobody fills
    the log, from which nothing is ever taken away.
    """
    now = datetime.now(UTC)
    with transaction() as session:
        latest = select(SecurityEvent).order_by(col(SecurityEvent.no).desc()).limit(LOOKED_THROUGH)
        seen = {(each.what, each.account, each.address) for each in session.exec(latest) if now - each.at < ONCE_EVERY}
        if (what, account, address[:64]) not in seen:
            note(session, now, what, account, address, **detail)


def in_words(event: SecurityEvent) -> str:
    """The detail of an event as people read it."""
    told = ((NAMES.get(name, name), str(value)) for name, value in event.detail.items())
    return "；".join(f"{name}：{WORDS.get(value, value)}" for name, value in told)


def events(session: Session, account: str | None, most: int) -> list[SecurityEvent]:
    """The newest first; of one account, if it is given."""
    found = select(SecurityEvent).order_by(col(SecurityEvent.no).desc()).limit(most)
    return list(session.exec(found.where(SecurityEvent.account == account) if account else found))
