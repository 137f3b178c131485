"""The acts, one row each: who may, when, what follows, what stands in the journal.

From the rows come forms and hints on pages, REST routes and their descriptions, refusals, and the table in the guide.
"""

from pydantic import Field

from flows.engine.acts import circulating, handing_on, reminding, revoking, signers, speaking, taking_back
from flows.engine.acts.act import Account, Act, ActBody, Doing, Nothing, Row, When, Who
from flows.engine.acts.looking import looked_since
from flows.engine.decide import withdraw
from flows.engine.forms import Choice, Remark, Text
from flows.engine.past import why_not
from models.record import Request, WorkItem
from models.route import Part, Where


class Place(Choice):
    before = "before", "在我之前"
    beside = "beside", "与我同时"
    after = "after", "在我之后"


class Withdrawal(ActBody):
    reason: Remark = Field("", title="撤回原因")


class Transfer(ActBody):
    to: Account = Field(title="转给")
    reason: Remark = Field("", title="说明")


class Asked(ActBody):
    person: Account = Field(title="人员")
    reason: Remark = Field("", title="说明")


class Signer(ActBody):
    person: Account = Field(title="人员")
    where: Place = Field(title="位置")
    reason: Remark = Field("", title="说明")


class Reason(ActBody):
    reason: Remark = Field("", title="原因")


class Revocation(ActBody):
    reason: Text = Field(title="撤销原因")


def _added_by(doing: Doing, item: WorkItem | None) -> bool:
    """Whether somebody was added in this visit whom this holder, or the host, could remove."""
    request = doing.request
    if item is None or (item.position, item.round) != (request.position, request.round):
        return False
    added = signers.added_in(doing.session, [request.id]) if doing.added is None else doing.added
    return (request.id, item.round, item.position) in added


def _may_add(_: Doing, item: WorkItem | None) -> bool:
    return item is not None and item.part in (Part.host, Part.countersigner)


def _may_ask(_: Doing, item: WorkItem | None) -> bool:
    return item is not None and item.part not in (Part.adviser, Part.initiator)


def _withdraw(doing: Doing, body: Withdrawal) -> Request:
    return withdraw(doing.session, doing.account, doing.request.number, body.reason, doing.now)


def _transfer(doing: Doing, body: Transfer) -> Request:
    assert doing.item  # noqa: S101 - an act on an item
    return handing_on.transfer(doing.session, doing.account, doing.item, body.to, body.reason, doing.now)


def _add(doing: Doing, body: Signer) -> Request:
    assert doing.item  # noqa: S101 - an act on an item
    where = Where(body.where.value)
    return signers.add_signer(doing.session, doing.account, doing.item, body.person, where, body.reason, doing.now)


def _ask(doing: Doing, body: Asked) -> Request:
    assert doing.item  # noqa: S101 - an act on an item
    return signers.ask_advice(doing.session, doing.account, doing.item, body.person, body.reason, doing.now)


def _remove(doing: Doing, body: Asked) -> Request:
    assert doing.item  # noqa: S101 - an act on an item
    return signers.remove_signer(doing.session, doing.account, doing.item, body.person, body.reason, doing.now)


def _take_back(doing: Doing, body: Reason) -> Request:
    assert doing.item  # noqa: S101 - an act on an item
    return taking_back.take_back(doing.session, doing.account, doing.item, body.reason, doing.now)


def _revoke(doing: Doing, body: Revocation) -> Request:
    return revoking.ask_to_revoke(doing.session, doing.account, doing.request.number, body.reason, doing.now)


def _revocable(doing: Doing, _: WorkItem | None) -> bool:
    return why_not(doing.session, doing.request, doing.now) is None


def _unseen(doing: Doing, item: WorkItem | None) -> bool:
    return item is not None and looked_since(doing.session, item.id) is None


def _remindable(doing: Doing, _: WorkItem | None) -> bool:
    return bool(reminding.to_remind(doing)[0])


def _who(*who: Who) -> frozenset[Who]:
    return frozenset(who)


ACTS: tuple[Act, ...] = (
    Act(
        "transfer", "转办", _who(Who.holder), When.item_open,
        "由另一人持有这一待办并办理，两人的姓名都留在记录里。",
        "transferred", "转办：{person} → {to}", Transfer, _transfer, _may_ask,
    ),
    Act(
        "advise", "委派", _who(Who.holder), When.item_open,
        "请另一人提出意见，之后待办回到您处办理。",
        "advised", "{how} {person}", Asked, _ask, _may_ask,
    ),
    Act(
        "add", "加签", _who(Who.signer), When.item_open,
        "在您之前、同时或之后增加一名会签人。",
        "added", "{how} {person}", Signer, _add, _may_add,
    ),
    Act(
        "remove", "减签", _who(Who.holder, Who.decider), When.step_open,
        "撤去您或本步骤中加签、委派而尚未表态的人。",
        "removed", "减签 {person}", Asked, _remove, _added_by,
    ),
    Act(
        "take-back", "取回", _who(Who.decider), When.item_decided,
        "您的处理意见作废，本步骤开始新的一轮，重新由您办理，其他人的意见保留。",
        "taken_back", "取回自己的处理意见", Reason, _take_back, _unseen,
    ),
    Act(
        "withdraw", "撤回申请", _who(Who.initiator), When.open,
        "撤回后不再办理，已通知的人会收到消息；需要时请重新申请。",
        "withdrawn", "撤回申请", Withdrawal, _withdraw,
    ),
    Act(
        "revoke", "申请撤销", _who(Who.initiator), When.approved,
        "提出一份撤销申请，由最后的主办人同意后，原申请撤销，已登记的假期、车辆、用印恢复。",
        "revoked", "通过后撤销（{by}）", Revocation, _revoke, _revocable,
    ),
    Act(
        "comment", "评论", _who(Who.reader), When.open,
        "评论留在记录里，发起人和现在的办理人会收到消息。",
        "commented", "评论：{text}", speaking.Commented, speaking.comment,
    ),
    Act(
        "attach", "补充附件", _who(Who.reader), When.open,
        "附件留在记录里，能看到申请单的人都能下载。",
        "attached", "补充附件：{names}", speaking.Attached, speaking.attach,
    ),
    Act(
        "circulate", "送阅", _who(Who.initiator, Who.host), When.always,
        "送他人阅看，只读；可要求确认已阅知。",
        "circulated", "送阅给 {names}", circulating.Circulated, circulating.circulate,
    ),
    Act(
        "understood", "已阅知", _who(Who.asked_reader), When.always,
        "确认已阅读并知悉。",
        "understood", "确认已阅知", Nothing, circulating.understood,
    ),
    Act(
        "remind", "催办", _who(Who.initiator, Who.host_now, Who.administrator), When.open,
        "提醒现在的办理人；同一待办每小时最多催办一次。",
        "reminded", "催办 {person}{whom}", Nothing, reminding.remind, _remindable,
    ),
)  # fmt: skip
TOGETHER = Row(
    "agree-together", "批量同意", _who(Who.holder), When.item_open,
    "一次同意几项不需填写栏目的待办；各自记录，逐件办理，没有办成的逐项说明。",
    "decided", "「{step}」{said}{acting}",
)  # fmt: skip
DELEGATION = Row(
    "delegate", "代理", _who(Who.oneself, Who.main_administrator), When.absent,
    "期间内，新的和未办的待办由代理人办理，标明代谁办理；结束后，未办的交还。",
    "delegated", "代理接手：{person} → {to}",
)  # fmt: skip
HAND_OVER = Row(
    "hand-over", "移交", _who(Who.personnel, Who.main_administrator), When.leaves,
    "离岗、调动的人员还没有办完的事项，全部交给一位接收人，逐件记录；期限照原来的算，原办理人留在记录里。",
    "handed_over", "移交：{person} → {to}",
)  # fmt: skip
TABLE: tuple[Row, ...] = (*ACTS, TOGETHER, DELEGATION, HAND_OVER)  # the last three are about several requests at once
BY_KEY = {act.key: act for act in ACTS}
