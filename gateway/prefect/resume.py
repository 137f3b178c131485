"""The Resume form of a run's page: each person gets the form of their own work item, and sends a decision of theirs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from flows.engine.kind import kinds
from flows.engine.shown import shown_form
from gateway.deciding import decide_as
from gateway.login.identity import Me
from gateway.prefect.questions import askable, check_known, key_of, plain, question, text_of, typed, value_of
from gateway.workbench.acting import Acting, acting, body_of, request_of
from models.record import Request
from models.refusals import TooLate
from models.settings import settings

LABELS = {
    "verdict": "处理意见",
    "opinion": "意见",
    "to": "退回到",
    "straight": "办完直接回到我",
    "next": "下一步主办人",
}
PASSWORD = {"title": "登录密码", "type": "string", "format": "password", "description": "同意时须填写"}


def form_schema(session: Session, request: Request, me: Me, now: datetime) -> dict[str, Any]:
    """JSON schema of what this person decides in the request; no fields when nothing is theirs to do."""
    mine = acting(session, request, me, now)
    if not mine:
        return {"title": "没有您的待办", "type": "object", "properties": {}}
    form, properties = mine[0], dict[str, Any]()
    properties["verdict"] = {"title": "处理意见", "type": "string", "enum": [label for _, label in form.verdicts]}
    properties["opinion"] = {"title": "意见", "type": "string", "description": "不同意或退回须填写", "maxLength": 2000}
    if any(verdict == "return" for verdict, _ in form.verdicts):
        targets = [label for _, label in form.targets]
        properties["to"] = {"title": "退回到", "type": "string", "enum": targets, "description": "只在退回时选择"}
        properties["straight"] = {"title": "办完直接回到我", "type": "boolean", "default": False}
    if form.next_hosts:
        people = [name for _, name in form.next_hosts]
        properties["next"] = {"title": "下一步主办人", "type": "string", "enum": people, "description": "不选则按流程"}
    properties |= {key_of(each): question(each) for each in askable(form.inputs)}
    if form.asks_password:
        properties["password"] = PASSWORD
    return {"title": form.step, "type": "object", "properties": properties, "required": ["verdict"]}


def form_description(session: Session, request: Request, me: Me, now: datetime) -> str:
    """What is being decided, as markdown; nothing that people typed is markup in it."""
    mine = acting(session, request, me, now)
    kind = kinds()[request.kind]
    facts = [(each.label, each.text) for each in shown_form(session, kind, request).values() if each.text]
    head = f"**{kind.title} {request.number}**"
    what = f"{mine[0].step} · {mine[0].part}" if mine else "此申请现在没有等待您办理的事项。"
    lines = [f"- {plain(label)}：{plain(text)}" for label, text in facts]
    return "\n".join(
        [head, "", what, "", *lines, "", f"[在工作台查看]({settings().address}/requests/{request.number})"]
    )


def resume(session: Session, request: Request, me: Me, sent: Mapping[str, Any], now: datetime) -> Request:
    """The decision of this person, as the form sends it.

    Raises:
        TooLate: nothing of theirs is open here; Invalid and the others: as `decide_as`.
    """
    mine = acting(session, request, me, now)
    if not mine:
        raise TooLate(f"{request.number} 现在没有等待您办理的事项，请刷新页面。", number=request.number)
    form = mine[0]
    item, record = request_of(session, me.account, form.item)
    body = body_of(session, item, record, _posted(form, sent))
    return decide_as(session, me, form.item, body.choice, now)


def _posted(form: Acting, sent: Mapping[str, Any]) -> dict[str, str]:
    """What the form sent, as the page of the workbench would have posted it."""
    asked = askable(form.inputs)
    check_known(sent, LABELS | {key_of(each): each.label for each in asked})
    return typed(asked, sent) | {
        "verdict": value_of(form.verdicts, sent.get("verdict")),
        "opinion": text_of(sent.get("opinion")),
        "to": value_of(form.targets, sent.get("to")),
        "straight": text_of(sent.get("straight")),
        "next": value_of(form.next_hosts, sent.get("next")),
        "round": str(form.round),
    }
