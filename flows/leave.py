"""请假: up to a day the section head agrees, up to six the department head, from seven HR too, from fifteen the
supervising vice-president too; a department head asks the vice-president, from three days the president too."""

from datetime import datetime, time, timedelta, tzinfo
from decimal import Decimal
from uuid import UUID

from prefect import flow
from prefect.client.schemas.objects import State
from pydantic import Field
from sqlalchemy.dialects.postgresql import Range
from sqlmodel import Session, col, delete, func

from flows.engine.delegating import end_for, open_for
from flows.engine.desk import Desk
from flows.engine.forms import Amount, Choice, Day, Form, Line, Phone, ShortLine, Text, text_of
from flows.engine.kind import DEPARTMENT, Kind, Rules
from flows.engine.ledger import Ledger, Used
from flows.engine.parts import conclude, consult
from flows.engine.walk import finish, walk
from models.applicant import Applicant
from models.database import one_at_a_time
from models.ledgers import LeaveSpan
from models.queries import heads_away, mark_leave_settled, person_no
from models.record import Request, Status
from models.refusals import Invalid
from models.route import Step
from models.settings import settings
from models.worktime import leave_days
from printouts.lists.columns import Cell, Column


class LeaveType(Choice):
    personal = "personal", "事假"
    sick = "sick", "病假"
    annual = "annual", "年休假"
    marriage = "marriage", "婚假"
    maternity = "maternity", "产假"
    paternity = "paternity", "陪产假"
    bereavement = "bereavement", "丧假"
    family_visit = "family_visit", "探亲假"
    official = "official", "公假"
    injury = "injury", "工伤假"


class Half(Choice):
    am = "am", "上午"
    pm = "pm", "下午"


class Leave(Form):
    leave_type: LeaveType = Field(title="假别")
    start: Day = Field(title="起始日期")
    start_half: Half = Field(Half.am, title="自（上午/下午）")
    end: Day = Field(title="终止日期")
    end_half: Half = Field(Half.pm, title="至（上午/下午）")
    reason: Text = Field(title="事由")
    destination: Line | None = Field(None, title="前往地点")
    out_of_city: bool = Field(False, title="是否离开本市")
    contact_phone: Phone | None = Field(None, title="联系电话")
    substitute: str | None = Field(None, title="工作代理人", max_length=32, json_schema_extra={"picker": "person"})
    teaching_arranged: Line | None = Field(None, title="教学任务安排/调课单号")
    attachments: list[UUID] = Field(default_factory=list, title="证明材料", max_length=10)


class LeaveRules(Rules):
    section_days: Amount = Field(Decimal(1), title="教研室（科室）主任可批（天以内）", ge=0, le=366)
    department_days: Amount = Field(Decimal(6), title="部门负责人可批（天以内，超过的由人事处审核）", ge=0, le=366)
    hr_days: Amount = Field(Decimal(14), title="人事处办结（天以内，超过的由分管校领导审批）", ge=0, le=366)
    head_days: Amount = Field(Decimal(2), title="部门负责人本人请假由分管校领导批（天以内）", ge=0, le=366)
    substitute_days: Amount = Field(Decimal(3), title="须填工作代理人（天起）", ge=0, le=366)
    diagnosis_days: Amount = Field(Decimal(3), title="病假须附诊断证明（天起）", ge=0, le=366)
    proven: tuple[LeaveType, ...] = Field((LeaveType.marriage, LeaveType.maternity), title="须附证明的假别")
    in_working_days: tuple[LeaveType, ...] = Field((LeaveType.annual, LeaveType.official), title="按工作日计算的假别")
    longest_days: int = Field(366, title="一次最长（天）", ge=1, le=1000)
    afterwards_days: int = Field(30, title="可补办（开始后几天内）", ge=0, le=366)
    ahead_days: int = Field(366, title="可提前申请（天）", ge=0, le=1000)
    hr: ShortLine = Field("组织人事处", title="人事部门", json_schema_extra=DEPARTMENT)
    hr_clerk: ShortLine = Field("人事干事", title="人事部门的经办岗位")


def days(form: Leave, by: Applicant, rules: LeaveRules) -> Decimal:
    """Days of this leave: calendar or working days by its type, half days counted."""
    working = form.leave_type in rules.in_working_days
    return leave_days(by.calendar, form.start, form.start_half, form.end, form.end_half, working)


def route(form: Leave, by: Applicant, rules: LeaveRules) -> list[Step]:
    asked, hours = days(form, by, rules), rules.deadline_hours
    section = by.section_head
    head = Step("head", "部门负责人审批", by.department_head, deadline_hours=hours)
    vice = Step("vice", "分管校领导审批", by.vice_president, deadline_hours=hours)
    if by.is_head:
        president = Step("president", "主要领导审批", by.president, deadline_hours=hours)
        return [vice] if asked <= rules.head_days else [vice, president]
    if asked <= rules.section_days and section:
        return [Step("section", "教研室（科室）主任审批", section, deadline_hours=hours)]
    if asked <= rules.department_days:
        return [head]
    clerk = by.holder(rules.hr, rules.hr_clerk)
    hr = Step("hr", "人事处审核", by.head_of(rules.hr), handlers=(clerk,), deadline_hours=hours)
    return [head, hr] if asked <= rules.hr_days else [head, hr, vice]


def check(form: Leave, by: Applicant, rules: LeaveRules, now: datetime) -> None:
    """What a field alone cannot show. Raises Invalid naming every field at fault."""
    today, faults = now.astimezone(by.zone).date(), {}
    if (form.end, form.end_half is Half.pm) < (form.start, form.start_half is Half.pm):
        raise Invalid("终止日期：早于起始日期，请核对起止时间", fields={"end": "早于起始日期，请核对起止时间"})
    if not timedelta(days=-rules.afterwards_days) <= form.start - today <= timedelta(days=rules.ahead_days):
        faults["start"] = f"只能申请今天起 {rules.ahead_days} 天内的假，或补办 {rules.afterwards_days} 天内的假"
    if (form.end - form.start).days >= rules.longest_days:
        faults["end"] = f"一次请假不能超过 {rules.longest_days} 天，请分次申请"
    if faults:
        raise Invalid("；".join(faults.values()), fields=faults)
    asked = days(form, by, rules)
    if asked == 0:
        faults["end"] = "所选日期内没有工作日，无需请假"
    if form.out_of_city and not form.destination:
        faults["destination"] = "离开本市须填写前往地点"
    if not form.substitute and (by.is_head or asked >= rules.substitute_days):
        faults["substitute"] = f"{rules.substitute_days} 天及以上或部门负责人请假须填写（工号）"
    if form.substitute and (form.substitute == by.account or not by.organisation.present(form.substitute)):
        faults["substitute"] = "须是本人以外的在岗人员，请填写其工号"
    if faults:
        raise Invalid("；".join(faults.values()), fields=faults)


def required_proof(form: Leave, by: Applicant, rules: LeaveRules) -> str | None:
    """Which proof must be attached, or None."""
    if form.leave_type is LeaveType.sick and days(form, by, rules) >= rules.diagnosis_days:
        return f"病假 {rules.diagnosis_days} 天及以上须附诊断证明"
    return f"{form.leave_type.label}须附证明材料" if form.leave_type in rules.proven else None


def span(form: Leave, zone: tzinfo) -> Range[datetime]:
    """The leave as a period, halves meeting at noon; two leaves of a person may not overlap."""
    noon, midnight = time(12), time(0)
    start = datetime.combine(form.start, midnight if form.start_half is Half.am else noon, zone)
    if form.end_half is Half.am:
        return Range(start, datetime.combine(form.end, noon, zone))
    return Range(start, datetime.combine(form.end + timedelta(days=1), midnight, zone))


def claim(session: Session, request: Request, form: Leave, by: Applicant) -> None:
    """Keep the period free of a second leave; the exclusion constraint refuses an overlap."""
    one_at_a_time(session, f"leave {by.account}")
    session.merge(
        LeaveSpan(
            request_id=request.id,
            person_no=person_no(session, by.account),
            leave_type=form.leave_type,
            during=span(form, by.zone),
            days=Decimal(request.facts["days"]),
        )
    )


def release(session: Session, request: Request) -> None:
    session.execute(delete(LeaveSpan).where(col(LeaveSpan.request_id) == request.id))


def approved(desk: Desk, form: Leave) -> None:
    """The substitute acts for whoever is on leave, as long as the leave lasts."""
    if form.substitute:
        open_for(desk, form.substitute, span(form, settings().zone))


def undo(session: Session, request: Request, now: datetime) -> None:
    release(session, request)
    end_for(session, request.id, now)


def settle(session: Session, request: Request, _: Leave) -> None:
    """Count the days as taken."""
    mark_leave_settled(session, request.id)


def warnings(session: Session, request: Request, form: Leave) -> list[str]:
    """Head and deputy of one department away at once."""
    away = heads_away(session, request.initiator, form.start, form.end)
    return [f"注意：{name} 同期请假，部门正副职将同时离岗" for name in away]


def revocable(_session: Session, _request: Request, form: Leave, now: datetime) -> str | None:
    """Until it is over; afterwards there is nothing to give back."""
    return "假期已结束，不能撤销" if form.end < now.astimezone(settings().zone).date() else None


def line(used: Used) -> tuple[Cell, ...]:
    """A line of 请假登记簿."""
    form = used.form
    return (
        form.start,
        used.applicant,
        used.department,
        form.leave_type.label,
        f"{text_of(form.start)}{form.start_half.label}",
        f"{text_of(form.end)}{form.end_half.label}",
        Decimal(used.facts["days"]),
        form.reason,
        form.destination,
        used.approver(),
        used.number,
    )


LEDGER = Ledger(
    title="请假登记簿",
    table=LeaveSpan,
    day=func.lower(LeaveSpan.during),
    only=(col(Request.status) == Status.approved,),
    columns=(
        Column("序号", 10),
        Column("日期", 20),
        Column("姓名", 18),
        Column("部门", 32),
        Column("假别", 16),
        Column("自", 30),
        Column("至", 30),
        Column("天数", 12, total=True),
        Column("事由", 50),
        Column("前往地点", 24),
        Column("批准人", 16),
        Column("编号", 24),
    ),
    line=line,
)


@flow(name="请假审批", log_prints=False)
def approve_leave(request_id: UUID) -> State:
    """按请假天数逐级审批；办结后送人事处备案，打印流程单归档。"""
    for step in walk(request_id):
        consult(step)
        conclude(step)
    return finish(request_id)


KIND = Kind(
    key="leave",
    title="请假",
    prefix="QJ",
    description="教职工请假：按天数由教研室主任、部门负责人、人事处、分管校领导逐级审批。",
    form=Leave,
    rules=LeaveRules(),
    route=route,
    flow=approve_leave,
    check=check,
    proof=required_proof,
    readers=lambda _form, by, rules: (by.organisation.head_of(rules.hr),),
    facts=lambda form, by, rules, _now: {"days": str(days(form, by, rules))},
    bulk=True,
    fact_labels={"days": "请假天数"},
    claim=claim,
    release=release,
    settle=settle,
    warnings=warnings,
    revocable=revocable,
    approved=approved,
    undo=undo,
    ledger=LEDGER,
)
