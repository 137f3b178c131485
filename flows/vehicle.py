"""用车: the department head agrees; out of the city the supervising vice-president too, out of the province the
president too; the dispatcher assigns a car and driver (派车), and after the trip takes the car back (收车)."""

from datetime import datetime, timedelta
from uuid import UUID

from prefect import flow
from prefect.client.schemas.objects import State
from pydantic import Field
from sqlmodel import Session, func, select

from flows.engine.forms import Amount, Choice, Form, Line, LocalTime, Phone, ShortLine, Text
from flows.engine.kind import ARCHIVE, DEPARTMENT, Copy, Kind, Named, Options, Rules
from flows.engine.ledger import Ledger, Used
from flows.engine.parts import conclude, consult
from flows.engine.walk import file_copy, finish, walk
from models.applicant import Applicant
from models.database import one_at_a_time
from models.fleet import assign, cars_free, drivers_free, free_car, release, take_back
from models.ledgers import Booking, Car
from models.record import Request
from models.refusals import Invalid
from models.route import Step
from models.worktime import is_workday
from printouts.lists.columns import Cell, Column


class Scope(Choice):
    city = "city", "市内"
    out_of_city = "out_of_city", "市外"
    out_of_province = "out_of_province", "省外"


class VehicleType(Choice):
    sedan = "sedan", "轿车"
    mpv = "mpv", "商务车"
    minibus = "minibus", "中巴"
    coach = "coach", "大客车"


class Vehicle(Form):
    purpose: Text = Field(title="用车事由")
    destination: Line = Field(title="目的地")
    scope: Scope = Field(title="用车范围")
    depart_at: LocalTime = Field(title="出发时间")
    return_at: LocalTime = Field(title="返回时间")
    passengers: int = Field(title="乘车人数", ge=1, le=60)
    passenger_names: Text | None = Field(None, title="乘车人员")
    vehicle_type: VehicleType | None = Field(None, title="车型")
    contact_phone: Phone | None = Field(None, title="联系电话")
    cargo: Line | None = Field(None, title="携带物品")
    late_reason: Line | None = Field(None, title="临时用车原因")


class Dispatch(Form):
    """派车"""

    plate: ShortLine = Field(title="车号")
    driver: ShortLine = Field(title="驾驶员", json_schema_extra={"picker": "person"})


class TakeBack(Form):
    """收车"""

    odometer_start: int = Field(title="出车里程表（公里）", ge=0, le=2_000_000)
    odometer_end: int = Field(title="收车里程表（公里）", ge=0, le=2_000_000)
    departed_at: LocalTime = Field(title="实际出发")
    returned_at: LocalTime = Field(title="实际返回")
    fuel: Amount | None = Field(None, title="油料费（元）", ge=0, le=100_000)
    tolls: Amount | None = Field(None, title="过路费（元）", ge=0, le=100_000)


class VehicleRules(Rules):
    notice_days_city: int = Field(1, title="市内用车提前（工作日）", ge=0, le=30)
    notice_days_beyond: int = Field(2, title="市外、省外用车提前（工作日）", ge=0, le=30)
    ahead_days: int = Field(90, title="可提前申请（天）", ge=0, le=1000)
    longest_days: int = Field(15, title="一次最长（天）", ge=1, le=366)
    motor_pool: ShortLine = Field("后勤保障处", title="车队所在部门", json_schema_extra=DEPARTMENT)
    dispatcher: ShortLine = Field("车队调度", title="派车的岗位")
    driver: ShortLine = Field("驾驶员", title="驾驶员的岗位")


def route(form: Vehicle, by: Applicant, rules: VehicleRules) -> list[Step]:
    hours = rules.deadline_hours
    dispatcher = by.holder(rules.motor_pool, rules.dispatcher)
    head = Step("head", "部门负责人审批", by.department_head, deadline_hours=hours)
    vice = Step("vice", "分管校领导审批", by.vice_president, deadline_hours=hours)
    president = Step("president", "主要领导审批", by.president, deadline_hours=hours)
    above = {
        Scope.city: [head],
        Scope.out_of_city: [head, vice],
        Scope.out_of_province: [head, vice, president],
    }
    return [
        *above[form.scope],
        Step("dispatch", "派车", dispatcher, fields="dispatch", deadline_hours=hours),
        Step("take-back", "收车", dispatcher, handlers_by="dispatch", fields="take_back", deadline_hours=hours),
    ]


def check(form: Vehicle, _by: Applicant, rules: VehicleRules, now: datetime) -> None:
    faults = {}
    if form.return_at <= form.depart_at:
        faults["return_at"] = "应晚于出发时间，请核对"
    elif form.return_at - form.depart_at > timedelta(days=rules.longest_days):
        faults["return_at"] = f"一次用车不能超过 {rules.longest_days} 天"
    if not now <= form.depart_at <= now + timedelta(days=rules.ahead_days):
        faults["depart_at"] = f"应在现在之后、{rules.ahead_days} 天之内"
    if faults:
        raise Invalid("；".join(faults.values()), fields=faults)


def at_short_notice(form: Vehicle, by: Applicant, rules: VehicleRules, now: datetime) -> bool:
    """Whether fewer working days than the rule asks lie between now and departure."""
    needed = rules.notice_days_city if form.scope is Scope.city else rules.notice_days_beyond
    today, leaving = now.astimezone(by.zone).date(), form.depart_at.astimezone(by.zone).date()
    between = (today + timedelta(days=ahead) for ahead in range((leaving - today).days))
    return sum(is_workday(by.calendar, day) for day in between) < needed


def facts(form: Vehicle, by: Applicant, rules: VehicleRules, now: datetime) -> dict[str, str | bool]:
    return {"short_notice": at_short_notice(form, by, rules, now)}


def granted(session: Session, request: Request, form: Vehicle, _step: str, fields: Dispatch | TakeBack) -> Named:
    """派车 books a fitting car and driver and names the driver for 收车；收车 keeps the figures."""
    if isinstance(fields, TakeBack):
        if fields.odometer_end < fields.odometer_start:
            raise Invalid("收车里程表：小于出车里程表，请核对", fields={"odometer_end": "小于出车里程表，请核对"})
        if fields.returned_at < fields.departed_at:
            raise Invalid("实际返回：早于实际出发，请核对", fields={"returned_at": "早于实际出发，请核对"})
        take_back(session, request.id, fields.odometer_start, fields.odometer_end, fields.returned_at)
        return {}
    during = (form.depart_at, form.return_at)
    one_at_a_time(session, "motor pool")
    car = free_car(session, request.id, fields.plate, form.passengers, *during)
    assign(session, request.id, car, fields.driver, *during)
    return {"take-back": (fields.driver,)}


def options(session: Session, request: Request, form: Vehicle, step: str) -> Options:
    """Cars that fit and are free, and drivers that are free, for the dispatcher to choose from."""
    if step != "dispatch":
        return {}
    during = (form.depart_at, form.return_at)
    return {
        "plate": cars_free(session, request.id, form.passengers, *during),
        "driver": drivers_free(session, request.id, *during),
    }


def warnings(session: Session, request: Request, form: Vehicle) -> list[str]:
    """Conflicts, shown to every approver before the car is assigned."""
    told = []
    if not cars_free(session, request.id, form.passengers, form.depart_at, form.return_at):
        told.append(f"注意：该时段没有 {form.passengers} 人可乘的空闲车辆")
    if request.facts.get("short_notice"):
        told.append(f"注意：临时用车，提前量不足；原因：{form.late_reason or '申请人未说明'}")
    return told


def revocable(_session: Session, _request: Request, form: Vehicle, now: datetime) -> str | None:
    """Until the time of the trip is over; the car is free again then."""
    return "用车时间已过，不能撤销" if form.return_at <= now else None


def line(used: Used) -> tuple[Cell, ...]:
    """A line of 派车登记簿; what 收车 fills in is empty while the car is out."""
    form, sent, back = used.form, used.fields["dispatch"], used.fields.get("take-back")
    assert isinstance(sent, Dispatch)  # noqa: S101 - without it there is no line
    left_at, figures = (
        (back.departed_at, _figures(back)) if isinstance(back, TakeBack) else (form.depart_at, (None,) * 4)
    )
    return (
        left_at.date(),
        sent.plate,
        used.name(sent.driver),
        used.department,
        used.applicant,
        form.purpose,
        form.destination,
        left_at,
        *figures,
        used.approver(before="dispatch"),
        used.host("dispatch"),
        used.number,
    )


def _figures(back: TakeBack) -> tuple[Cell, ...]:
    """返回时间, 起止里程, 里程数, 费用."""
    meter = f"{back.odometer_start}–{back.odometer_end}"
    return back.returned_at, meter, back.odometer_end - back.odometer_start, (back.fuel or 0) + (back.tolls or 0)


LEDGER = Ledger(
    title="派车登记簿",
    table=Booking,
    day=func.lower(Booking.during),
    columns=(
        Column("序号", 9),
        Column("日期", 19),
        Column("车号", 18),
        Column("驾驶员", 14),
        Column("用车部门", 22),
        Column("用车人", 14),
        Column("事由", 32),
        Column("目的地", 26),
        Column("出车时间", 19),
        Column("返回时间", 19),
        Column("起止里程", 18),
        Column("里程数", 12, total=True),
        Column("费用", 13, total=True),
        Column("批准人", 14),
        Column("派车人", 14),
        Column("编号", 24),
    ),
    line=line,
    volume_title="车号",
    volume=select(Car.plate).where(Car.no == Booking.car_no).scalar_subquery(),
    volumes=lambda session: [(plate, plate) for plate in session.exec(select(Car.plate).order_by(Car.plate))],
)


@flow(name="用车审批", log_prints=False)
def approve_vehicle(request_id: UUID) -> State:
    """按用车范围逐级审批，派车后打印派车联，收车后办结，打印归档联。"""
    for step in walk(request_id):
        consult(step)
        conclude(step)
        if step.key == "dispatch" and step.agreed:
            file_copy(request_id, DISPATCH_SLIP)
    return finish(request_id)


DISPATCH_SLIP = Copy("dispatch", "派车联", after_step="dispatch")

KIND = Kind(
    key="vehicle",
    title="用车",
    prefix="YC",
    description="公务用车：按市内、市外、省外逐级审批，由车队派车、收车。",
    form=Vehicle,
    rules=VehicleRules(),
    route=route,
    flow=approve_vehicle,
    fields={"dispatch": Dispatch, "take_back": TakeBack},
    copies=(DISPATCH_SLIP, ARCHIVE),
    check=check,
    facts=facts,
    bulk=True,
    fact_labels={"short_notice": "临时用车"},
    granted=granted,
    options=options,
    release=release,
    warnings=warnings,
    revocable=revocable,
    undo=lambda session, request, _now: release(session, request),
    ledger=LEDGER,
)
