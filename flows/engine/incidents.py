"""Incidents as the administrator sees them: what is open, what to do about it, and closing one by hand."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from models.messages import Incident
from models.refusals import NotYours, TooLate
from models.settings import settings

TITLES = {
    "deliver": "消息未送达",
    "file_sheet": "流程单未归档",
    "sign_sheet": "流程单待补签",
    "settle": "未落账",
    "remind": "无人可催",
    "nobody_there": "待办人不在岗",
    "missing_glyphs": "流程单缺字",
    "keep_heads": "链头未存出",
    "carry_out": "流程未继续",
}
ADVICE = {
    "deliver": "请检查邮件服务器（OA_SMTP_HOST）和此人的邮箱地址；恢复后系统自动补发。",
    "file_sheet": "请检查磁盘空间和 log/worker.log；恢复后系统自动归档。",
    "sign_sheet": "流程单已归档，待补签：请检查签名证书（OA_SIGN_FILE 或 OA_SIGN_PKCS11）；恢复后系统自动补签。",
    "settle": "请查看 log/worker.log；改正后系统自动落账。",
    "remind": "待办久未办理，上级岗位却空缺或不在岗：请补设人员，或联系待办人；办理后自动消除。",
    "nobody_there": "待办人不在岗，上级也空缺或不在岗：请补设人员，或移交待办；办理、移交、到岗后自动消除。",
    "missing_glyphs": "流程单上这些字印成了〔U+…〕：请安装有这些字的字体，再重新启动；以后画的流程单就有了。",
    "keep_heads": "请检查 OA_HEADS_FOLDER、OA_HEADS_MAIL 和磁盘空间；恢复后系统自动补存。",
    "carry_out": "请查看 log/worker.log；系统会继续重试。",
}
UNKNOWN = "请查看 log/ 下的日志。"


def advice(what: str) -> str:
    """What to do about it."""
    return ADVICE.get(what, UNKNOWN)


def title(what: str) -> str:
    return TITLES.get(what, what)


def open_incidents(session: Session) -> Sequence[Incident]:
    """What the system could not do, the oldest first."""
    return session.exec(select(Incident).where(col(Incident.closed_at).is_(None)).order_by(col(Incident.since))).all()


def close_by_hand(session: Session, incident_id: UUID, now: datetime) -> Incident:
    """Nothing more is to be done about it; if it happens again, it is a new incident.

    Raises:
        NotYours: there is none; TooLate: it is closed already.
    """
    found = session.get(Incident, incident_id, with_for_update=True)
    if found is None:
        raise NotYours
    if found.closed_at:
        closed = found.closed_at.astimezone(settings().zone)
        raise TooLate(f"{found.subject}（{title(found.what)}）已于 {closed:%Y-%m-%d %H:%M} 消除，无需再关闭。")
    found.closed_at = now
    return found
