"""Bad inputs that are well-formed bodies: to which door, what is sent, and the exact answer."""

from typing import Any

from tests.gateway.office import Json, leave, vehicle

LONG = "长" * 10_001


def _leave(**changes: Any) -> Json:
    return {"kind": "leave", "form": {**leave(), **changes}}


def _vehicle(**changes: Any) -> Json:
    return {"kind": "vehicle", "form": vehicle(**changes)}


# name → what is sent, how the Chinese message says it, the field it names (Prefect's shape names none)
SUBMITTED: dict[str, tuple[Json, str, str]] = {
    "nothing": ({}, "审批类型：必填", "kind"),
    "an unknown kind": ({"kind": "robbery", "form": {}}, "可选：leave(请假)", "kind"),
    "a kind in a list": ({**_leave(), "kind": ["leave"]}, "审批类型：应为文字", "kind"),
    "a field more": ({**_leave(), "status": "approved"}, "status：没有这一栏", "status"),
    "another's name": ({**_leave(), "initiator": "T1001"}, "initiator：没有这一栏", "initiator"),
    "no form": ({"kind": "leave"}, "表单：必填", "form"),
    "a form that is null": ({"kind": "leave", "form": None}, "表单：", "form"),
    "a form that is a list": ({"kind": "leave", "form": []}, "表单：", "form"),
    "a form that is text": ({"kind": "leave", "form": "{}"}, "表单：", "form"),
    "a field more in the form": (_leave(days=0), "days：没有这一栏", "days"),
    "a reason too long": (_leave(reason=LONG), "事由：不能超过 500 个字", "reason"),
    "30 February": (_leave(end="2027-02-30"), "终止日期：不是有效的日期", "end"),
    "seconds for a date": (_leave(start="1767225600"), "起始日期：不是有效的日期", "start"),
    "全角 in a date": (_leave(start="２０２７-０１-０４"), "起始日期：不是有效的日期", "start"),
    "全角 in a phone": (_leave(contact_phone="１３８００１３８０００"), "联系电话：格式不对", "contact_phone"),
    "全角 in an account": (_leave(substitute="Ｔ１０４４"), "工作代理人：须是本人以外的在岗人员", "substitute"),
    "全角 in a moment": (_vehicle(depart_at="２０２７-０１-０４T０８:００"), "出发时间：不是有效的时间", "depart_at"),
    "全角 in a number": (_vehicle(passengers="３"), "乘车人数：应为整数", "passengers"),
    "30 February, 8 o'clock": (_vehicle(depart_at="2027-02-30T08:00"), "出发时间：不是有效的时间", "depart_at"),
    "NaN as text": (_vehicle(passengers="NaN"), "乘车人数：应为整数", "passengers"),
    "a huge number": (_vehicle(passengers=10**300), "乘车人数：不能大于 60", "passengers"),
}
DECIDED: dict[str, tuple[Json, str, str]] = {
    "nothing": ({}, "处理意见：必填", "verdict"),
    "an unknown verdict": ({"verdict": "maybe"}, "处理意见：可选", "verdict"),
    "an empty verdict": ({"verdict": ""}, "处理意见：必填", "verdict"),
    "a verdict in a list": ({"verdict": ["agree"]}, "处理意见：", "verdict"),
    "a verdict in Chinese": ({"verdict": "同意"}, "处理意见：可选", "verdict"),
    "the clock's verdict": ({"verdict": "lapse"}, "处理意见：此处可选", "verdict"),
    "a field more": ({"verdict": "agree", "person": "T1001"}, "person：没有这一栏", "person"),
    "an opinion too long": ({"verdict": "refuse", "opinion": LONG}, "意见：不能超过 2000 个字", "opinion"),
    "an opinion that is a list": ({"verdict": "refuse", "opinion": ["不行"]}, "意见：应为文字", "opinion"),
    "全角 in the round": ({"verdict": "agree", "round": "１"}, "轮次：应为整数", "round"),
    "fields that are a list": ({"verdict": "agree", "fields": []}, "填写栏目：", "fields"),
}
WITHDRAWN: dict[str, tuple[Json, str, str]] = {
    "a reason too long": ({"reason": LONG}, "撤回原因：不能超过 500 个字", "reason"),
    "a reason that is a number": ({"reason": 1}, "撤回原因：应为文字", "reason"),
    "a field more": ({"number": "QJ-2026-000001"}, "number：没有这一栏", "number"),
}
LOGGED_IN: dict[str, tuple[Json, str, str]] = {
    "an empty account": ({"account": "", "password": "x"}, "工号：必填", "account"),
    "an account that is null": ({"account": None, "password": "x"}, "工号：应为文字", "account"),
    "an account too long": ({"account": "T" * 33, "password": "x"}, "工号：不能超过 32 个字", "account"),
    "nothing": ({}, "工号：必填，请填写；密码：必填", "account"),
    "a password that is a list": ({"account": "T1049", "password": ["x"]}, "密码：应为文字", "password"),
    "a password too long": ({"account": "T1049", "password": LONG}, "密码：不能超过 200 个字", "password"),
    "a field more": ({"account": "T1049", "password": "x", "admin": True}, "admin：没有这一栏", "admin"),
}
RESUMED: dict[str, tuple[Json, str]] = {
    "nothing": ({}, "处理意见：必填"),
    "an unknown verdict": ({"verdict": "随便"}, "处理意见："),
    "a verdict in a list": ({"verdict": ["同意"]}, "处理意见：格式不对"),
    "a field more": ({"verdict": "不同意", "person": "T1001"}, "表单中没有这些栏目：person"),
    "an opinion too long": ({"verdict": "不同意", "opinion": LONG}, "意见：不能超过 2000 个字"),
    "an opinion that is an object": ({"verdict": "不同意", "opinion": {"a": 1}}, "意见：格式不对"),
    "no opinion to a refusal": ({"verdict": "不同意"}, "意见：不同意或退回须填写意见"),
}
