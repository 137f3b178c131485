"""The Resume form of a run's page: each person gets the form of their own work item, and sends a decision of theirs."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from flows.engine.decide import decide
from flows.engine.kind import kinds
from flows.engine.shown import shown_form
from gateway.acting import Acting, acting, body_of, request_of
from gateway.identity import Me
from gateway.inputs import Input
from models.record import Request
from models.refusals import Invalid, TooLate
from models.settings import settings

LABELS = {"verdict": "处理意见", "opinion": "意见", "to": "退回到"}
TYPES: dict[str, dict[str, Any]] = {
    "whole": {"type": "integer"},
    "number": {"type": "number"},
    "tick": {"type": "boolean", "default": False},
    "date": {"type": "string", "format": "date"},
    "moment": {"type": "string", "format": "date-time"},
}
MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~&$:@])")


def form_schema(session: Session, request: Request, me: Me) -> dict[str, Any]:
    """JSON schema of what this person decides in the request; no fields when nothing is theirs to do."""
    mine = acting(session, request, me.account, None)
    if not mine:
        return {"title": "没有您的待办", "type": "object", "properties": {}}
    form, properties = mine[0], dict[str, Any]()
    properties["verdict"] = {"title": "处理意见", "type": "string", "enum": [label for _, label in form.verdicts]}
    properties["opinion"] = {"title": "意见", "type": "string", "description": "不同意或退回须填写", "maxLength": 2000}
    if any(verdict == "return" for verdict, _ in form.verdicts):
        targets = [label for _, label in form.targets]
        properties["to"] = {"title": "退回到", "type": "string", "enum": targets, "description": "只在退回时选择"}
    properties |= {_key(each): _property(each) for each in form.inputs}
    return {"title": form.step, "type": "object", "properties": properties, "required": ["verdict"]}


def form_description(session: Session, request: Request, me: Me) -> str:
    """What is being decided, as markdown; nothing that people typed is markup in it."""
    mine = acting(session, request, me.account, None)
    kind = kinds()[request.kind]
    facts = [(each.label, each.text) for each in shown_form(session, kind, request).values() if each.text]
    head = f"**{kind.title} {request.number}**"
    what = f"{mine[0].step} · {mine[0].part}" if mine else "此申请现在没有等待您办理的事项。"
    lines = [f"- {_plain(label)}：{_plain(text)}" for label, text in facts]
    return "\n".join(
        [head, "", what, "", *lines, "", f"[在工作台查看]({settings().address}/requests/{request.number})"]
    )


def resume(session: Session, request: Request, me: Me, sent: Mapping[str, Any], now: datetime) -> Request:
    """The decision of this person, as the form sends it.

    Raises:
        TooLate: nothing of theirs is open here; Invalid and the others: as `decide`.
    """
    mine = acting(session, request, me.account, None)
    if not mine:
        raise TooLate(f"{request.number} 现在没有等待您办理的事项，请刷新页面。", number=request.number)
    form = mine[0]
    item, record = request_of(session, me.account, form.item)
    body = body_of(session, item, record, _posted(form, sent))
    return decide(session, me.account, form.item, body.choice, now)


def _posted(form: Acting, sent: Mapping[str, Any]) -> dict[str, str]:
    """What the form sent, as the page of the workbench would have posted it."""
    names = {"verdict": "处理意见", "opinion": "意见", "to": "退回到"} | {
        _key(each): each.label for each in form.inputs
    }
    if unknown := set(sent) - set(names):
        told = dict.fromkeys(unknown, "没有这一栏，请删除")
        raise Invalid(f"表单中没有这些栏目：{'、'.join(sorted(unknown))}。", fields=told)
    if wrong := [name for name, value in sent.items() if not isinstance(value, str | int | float | bool | None)]:
        raise Invalid(f"{names[wrong[0]]}：格式不对，请重新填写", fields={wrong[0]: "格式不对，请重新填写"})
    posted = {
        "verdict": _value(form.verdicts, sent.get("verdict")),
        "opinion": _text(sent.get("opinion")),
        "to": _value(form.targets, sent.get("to")),
    }
    for each in form.inputs:
        value = sent.get(_key(each))
        posted[each.name] = _value(each.choices, value) if each.choices else _text(value)
    return posted | {"round": str(form.round)}


def _value(choices: Any, label: Any) -> str:
    """The value behind a label; what is no label stays, for the rules to refuse."""
    return next((str(value) for value, shown in choices if shown == label), _text(label))


def _text(value: Any) -> str:
    return "" if value is None or value is False else "true" if value is True else str(value)


def _key(each: Input) -> str:
    return each.name.replace(".", "_")


def _property(each: Input) -> dict[str, Any]:
    about: dict[str, Any] = {"title": each.label, **TYPES.get(each.control, {"type": "string"})}
    if each.choices:
        about["enum"] = [label for _, label in each.choices]
    if each.value:
        about["default"] = _default(each)
    if each.hint:
        about["description"] = each.hint
    return about


def _default(each: Input) -> Any:
    if each.control == "whole" and each.value.lstrip("-").isdigit():
        return int(each.value)
    if each.choices:
        return dict(each.choices).get(each.value, each.value)
    return each.value == "true" if each.control == "tick" else each.value


def _plain(text: str) -> str:
    """Text in which no character is markdown, on one line."""
    return MARKDOWN.sub(r"\\\1", " ".join(text.split()))
