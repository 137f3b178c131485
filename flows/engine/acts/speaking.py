"""评论 and 附件: acts that move nothing, on record for everyone who can see the request."""

from uuid import UUID

from pydantic import Field
from sqlmodel import col, select

from flows.engine.acts.act import ActBody, Doing
from flows.engine.acts.at_desk import HERE, desk_of, open_items
from flows.engine.forms import Comment
from models.messages import Topic
from models.papers import Attachment
from models.record import Request
from models.refusals import Invalid

MOST_FILES = 10  # at a time


class Commented(ActBody):
    text: Comment = Field(title="评论")


class Attached(ActBody):
    files: list[UUID] = Field(title="附件", min_length=1, max_length=MOST_FILES)


def comment(doing: Doing, body: Commented) -> Request:
    """评论: the initiator and those whose turn it is are told in their account, whoever comments is not."""
    desk = desk_of(doing)
    desk.note("commented", doing.account, text=body.text)
    title = f"{desk.kind.title} {desk.request.number} 有新的评论"
    concerned = {desk.request.initiator, *(item.person for item in open_items(desk.session, desk.request))}
    for person in sorted(concerned - {doing.account}):
        desk.tell(person, Topic.told, title, HERE)
    desk.close()
    return desk.request


def attach(doing: Doing, body: Attached) -> Request:
    """附件: files that this person handed in before are bound to the request.

    Raises:
        Invalid: one is not there, someone else's, or bound already.
    """
    desk = desk_of(doing)
    mine = Attachment.owner == doing.account, col(Attachment.request_id).is_(None)
    found = doing.session.exec(
        select(Attachment)
        .where(col(Attachment.id).in_(body.files), *mine)
        .order_by(col(Attachment.at))
        .with_for_update()
    ).all()
    if len(found) != len(set(body.files)):
        told = "有附件不存在、不是您上传的或已用于其他申请，请重新上传"
        raise Invalid(f"附件：{told}", fields={"files": told})
    for each in found:
        each.request_id = desk.request.id
    files = [{"id": str(each.id), "name": each.name, "sha256": each.sha256} for each in found]
    desk.note("attached", doing.account, files=files, names="、".join(each.name for each in found))
    desk.close()
    return desk.request
