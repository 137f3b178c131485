"""The small office of the sheet tests: people, and a finished sheet of each kind, built by hand."""

from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from printouts.gathering.sheet import (
    SheetAttachment,
    SheetData,
    SheetEffects,
    SheetOpinion,
    SheetPerson,
    SheetReminder,
    SheetStep,
    Shown,
)

FENG = SheetPerson("冯文海", "信息工程系")
HEAD = SheetPerson("何秀兰", "信息工程系")
CLERK = SheetPerson("黄燕", "组织人事处")
HR = SheetPerson("于远", "组织人事处")
VICE = SheetPerson("袁娜", "校领导")
DISPATCHER = SheetPerson("马国强", "后勤保障处")
DRIVER = SheetPerson("秦师傅", "后勤保障处")
FINANCE = SheetPerson("曾远", "财务处")
AUDIT = SheetPerson("张军英", "审计处")
LEGAL = SheetPerson("冯桐", "法务办公室")
KEEPER = SheetPerson("沈静", "财务处")

CODE = "7K3MPQ9XZ2AB"

ON = "同意，转交下一步"
END = "同意，结束流程"


def at(day: int, hour: int = 9, minute: int = 0) -> datetime:
    """A moment of November 2026 in the office."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo("Asia/Shanghai"))


def shown(**fields: tuple[str, str]) -> dict[str, Shown]:
    return {name: Shown(label, text) for name, (label, text) in fields.items()}


def said(
    part: str,
    person: SheetPerson,
    verdict: str,
    opinion: str = "",
    when: datetime | None = None,
    **fields: str,
) -> SheetOpinion:
    return SheetOpinion(part, person, verdict, opinion, when, tuple(Shown(*each) for each in fields.items()))


def sheet(**changes: Any) -> SheetData:
    """The usual leave of nine days, or that with changes."""
    return replace(LEAVE, **changes)


LEAVE = SheetData(
    organisation="天辰学院",
    title="请假流程单",
    number="QJ-2026-000123",
    kind="leave",
    copy_kind="archive",
    copy_title="归档联",
    initiator=FENG,
    submitted_at=at(19, 8, 40),
    finished_at=at(20, 10, 12),
    outcome="办结",
    retention="10年",
    printed_at=at(20, 10, 13),
    code=CODE,
    form=shown(
        leave_type=("假别", "事假"),
        days=("请假天数", "9"),
        start=("起始日期", "2026年11月23日"),
        start_half=("自（上午/下午）", "上午"),
        end=("终止日期", "2026年12月1日"),
        end_half=("至（上午/下午）", "下午"),
        reason=("事由", "母亲住院手术，需回原籍陪护；期间课程已与同组教师调换，毕业设计指导改为线上进行。"),
        destination=("前往地点", "甘肃省天水市"),
        out_of_city=("是否离开本市", "是"),
        contact_phone=("联系电话", "10000001034"),
        substitute=("工作代理人", "秦丽华（信息工程系）"),
        teaching_arranged=("教学任务安排/调课单号", "TK-2026-0412，软件2402班《数据库原理》调至第15周"),
    ),
    steps=(
        SheetStep("部门负责人审批", (said("主办", HEAD, ON, "情况属实，课程已安排妥当，同意。", at(19, 9, 12)),)),
        SheetStep(
            "人事处审核",
            (
                said("经办", CLERK, "已办理", "本年度事假已用 2 天，本次 9 天，累计未超规定。", at(19, 15, 20)),
                said("主办", HR, END, "同意。", at(20, 10, 12)),
            ),
        ),
    ),
    attachments=(SheetAttachment("住院通知书.pdf", 183_422, sha256(b"3f").hexdigest()),),
    readers=(SheetEffects(HR, "送阅", at(20, 10, 12), at(20, 10, 12), "查看"),),
    effects=(
        SheetEffects(HEAD, "部门负责人审批（主办）", at(19, 8, 40), at(19, 9, 2), "查看", at(19, 9, 12), "同意"),
        SheetEffects(CLERK, "人事处审核（经办）", at(19, 9, 12), at(19, 15, 11), "查看", at(19, 15, 20), "同意"),
        SheetEffects(HR, "人事处审核（主办）", at(19, 15, 20), at(20, 10, 5), "查看", at(20, 10, 12), "同意"),
        SheetEffects(FENG, "办理结果", at(20, 10, 12)),
    ),
    reminders=(SheetReminder(CLERK, "人事处审核", at(19, 14, 42)),),
    record={"request": {"number": "QJ-2026-000123", "form": {"leave_type": "personal", "reason": "母亲住院"}}},
)

_TRIP = shown(
    purpose=("用车事由", "接送省教育厅专家组到校开展实训基地评估"),
    destination=("目的地", "兰州中川国际机场"),
    scope=("用车范围", "市外"),
    depart_at=("出发时间", "2026年11月25日 07:30"),
    return_at=("返回时间", "2026年11月25日 19:00"),
    passengers=("乘车人数", "6"),
    vehicle_type=("车型", "商务车"),
    passenger_names=("乘车人员", "冯文海、何秀兰、专家组四人"),
    contact_phone=("联系电话", "10000001034"),
    cargo=("携带物品", "评估材料两箱"),
    short_notice=("临时用车", "否"),
    late_reason=("临时用车原因", ""),
)
_ASSIGNED = (
    SheetStep("部门负责人审批", (said("主办", HEAD, ON, "同意用车。", at(20, 9, 30)),)),
    SheetStep("分管校领导审批", (said("主办", VICE, ON, "同意。注意行车安全。", at(20, 11, 5)),)),
    SheetStep("派车", (said("主办", DISPATCHER, ON, "", at(20, 14, 30), 车号="甘A·D2036", 驾驶员="秦师傅"),)),
)
_METERS = ("出车里程表（公里）", "收车里程表（公里）", "实际出发", "实际返回", "油料费（元）", "过路费（元）")
_TO_FILL_IN = SheetOpinion("经办", DRIVER, "待办理", fields=tuple(Shown(label, "") for label in _METERS))
_WAITING = SheetStep("收车", (_TO_FILL_IN, said("主办", DISPATCHER, "待办理")))
_RETURNED = SheetStep(
    "收车",
    (
        said(
            "经办",
            DRIVER,
            "已办理",
            "车况正常。",
            at(25, 19, 20),
            **dict(
                zip(_METERS, ("86210", "86394", "2026年11月25日 07:28", "2026年11月25日 18:52", "", "65"), strict=True)
            ),
        ),
        said("主办", DISPATCHER, END, "", at(25, 19, 35)),
    ),
)

DISPATCH = sheet(
    title="用车流程单",
    number="YC-2026-000045",
    kind="vehicle",
    copy_kind="dispatch",
    copy_title="派车联",
    submitted_at=at(20, 8, 50),
    finished_at=None,
    outcome="办理中（已派车）",
    printed_at=at(20, 14, 31),
    form=_TRIP,
    steps=(*_ASSIGNED, _WAITING),
    attachments=(),
    readers=(),
    effects=(),
    reminders=(),
)
VEHICLE = replace(
    DISPATCH,
    copy_kind="archive",
    copy_title="归档联",
    finished_at=at(25, 19, 35),
    outcome="办结",
    printed_at=at(25, 19, 36),
    steps=(*_ASSIGNED, _RETURNED),
    effects=(
        SheetEffects(HEAD, "部门负责人审批（主办）", at(20, 8, 50), at(20, 9, 21), "查看", at(20, 9, 30), "同意"),
    ),
)

SEAL = sheet(
    title="用印流程单",
    number="YY-2026-000208",
    kind="seal",
    submitted_at=at(16, 10, 5),
    finished_at=at(20, 16, 2),
    printed_at=at(20, 16, 3),
    retention="永久",
    readers=(),
    form=shown(
        document_title=("材料名称", "校企共建实训基地合作协议"),
        category=("材料类别", "合同"),
        seal=("印章名称", "合同专用章"),
        copies=("份数", "4"),
        stamps_per_copy=("每份用印数（含骑缝章）", "3"),
        stamps_granted=("批准用印数", "12"),
        recipient=("发往单位", "陇原智能装备有限公司"),
        reason=(
            "用印事由",
            "与企业签订三年期实训基地共建协议，首年设备投入由企业承担，学院提供场地 600 平方米。",
        ),
        take_out=("是否外带", "否"),
        take_out_until=("归还时间", ""),
        take_out_place=("外带地点", ""),
    ),
    steps=(
        SheetStep("部门负责人审批", (said("主办", HEAD, ON, "同意报批。", at(16, 11, 0)),)),
        SheetStep(
            "会签与分管校领导审批",
            (
                said("会签", FINANCE, "同意", "首年无资金支出，后续投入须另行报预算。", at(17, 9, 40)),
                said(
                    "会签",
                    AUDIT,
                    "不同意",
                    "第七条违约金比例过高（合同额 30%），建议降至 10% 以内再签。",
                    at(17, 10, 15),
                ),
                said(
                    "会签",
                    LEGAL,
                    "保留意见",
                    "争议解决条款建议约定由学院所在地人民法院管辖。",
                    at(17, 16, 30),
                ),
                said(
                    "主办",
                    VICE,
                    ON,
                    "审计、法务意见已由承办部门修改落实，见修订稿第七、十一条。同意签订。",
                    at(19, 9, 5),
                ),
            ),
            rule="全员会签",
        ),
        SheetStep(
            "监印",
            (
                said(
                    "主办",
                    KEEPER,
                    END,
                    "",
                    at(20, 16, 2),
                    实际用印数="12",
                    作废数="1",
                    用印时间="2026年11月20日 15:50",
                    领取人="冯文海",
                ),
            ),
        ),
    ),
    attachments=(
        SheetAttachment("合作协议（修订稿）.docx", 48_210, sha256(b"a7").hexdigest()),
        SheetAttachment("企业营业执照.pdf", 1_648_210, sha256(b"0c").hexdigest()),
    ),
    earlier_rounds=(
        SheetStep("部门负责人审批", (said("主办", HEAD, "退回发起人", "请补附企业营业执照。", at(16, 10, 20)),)),
        SheetStep("发起人修改", (said("发起人", FENG, "已修改，重新提交", "已补附。", at(16, 10, 41)),)),
    ),
    effects=(
        SheetEffects(
            FINANCE,
            "会签与分管校领导审批（会签）",
            at(16, 11, 0),
            at(17, 9, 1),
            "查看",
            at(17, 9, 40),
            "同意",
        ),
        SheetEffects(
            AUDIT,
            "会签与分管校领导审批（会签）",
            at(16, 11, 0),
            at(17, 10, 2),
            "查看",
            at(17, 10, 15),
            "不同意",
        ),
        SheetEffects(
            LEGAL,
            "会签与分管校领导审批（会签）",
            at(16, 11, 0),
            at(17, 16, 1),
            "下载",
            at(17, 16, 30),
            "同意",
        ),
    ),
    reminders=(
        SheetReminder(LEGAL, "会签与分管校领导审批", at(16, 15, 0)),
        SheetReminder(LEGAL, "会签与分管校领导审批", at(17, 9, 30), ding=True),
    ),
)

REVOCATION = sheet(
    title="撤销流程单",
    number="CX-2026-000007",
    kind="revocation",
    submitted_at=at(21, 9, 0),
    finished_at=at(21, 10, 30),
    printed_at=at(21, 10, 31),
    form=shown(
        number=("原申请编号", "QJ-2026-000123"),
        reason=("撤销原因", "母亲手术改期，暂不需要陪护，申请撤销原请假，按原课表上课。"),
    ),
    steps=(SheetStep("原审批人同意撤销", (said("主办", HR, END, "同意撤销，已恢复假期天数。", at(21, 10, 30)),)),),
    attachments=(),
    readers=(),
    effects=(SheetEffects(HR, "原审批人同意撤销（主办）", at(21, 9), at(21, 9, 40), "查看", at(21, 10, 30), "同意"),),
    reminders=(),
)

SHEETS = {
    "leave-archive": LEAVE,
    "vehicle-dispatch": DISPATCH,
    "vehicle-archive": VEHICLE,
    "seal-archive": SEAL,
    "revocation-archive": REVOCATION,
}  # of each kind, each copy
