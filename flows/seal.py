"""用印: the department head, then by the paper: letters and certificates the Office, official documents the Office
and the supervising vice-president, contracts finance, audit and legal together and the vice-president; the president
too for the legal representative's seal, embossing and taking out. The keeper of the seal stamps and counts (监印)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from prefect import flow
from prefect.client.schemas.objects import State
from pydantic import Field, field_validator
from sqlmodel import Session, col, delete

from flows.engine.forms import Choice, Form, Line, LocalTime, ShortLine, Text, text_of
from flows.engine.kind import DEPARTMENT, Kind, Named, Rules
from flows.engine.ledger import Ledger, Used
from flows.engine.parts import conclude, consult
from flows.engine.walk import finish, walk
from models.applicant import Applicant
from models.ledgers import SealUse
from models.queries import step_fields
from models.record import Request
from models.refusals import Invalid
from models.route import Step
from printouts.lists.columns import Cell, Column


class Seal(Choice):
    school = "school", "学校公章"
    party = "party", "党委章"
    contract = "contract", "合同专用章"
    embossing = "embossing", "钢印"
    legal_representative = "legal_representative", "法人签名章"
    office = "office", "院办章"


class Category(Choice):
    official = "official", "公文"
    contract = "contract", "合同"
    certificate = "certificate", "证明"
    diploma = "diploma", "证书"
    application = "application", "申报材料"
    introduction = "introduction", "介绍信"
    other = "other", "其他"


class SealRequest(Form):
    seal: Seal = Field(title="印章名称")
    document_title: Line = Field(title="材料名称")
    category: Category = Field(title="材料类别")
    recipient: Line | None = Field(None, title="发往单位")
    copies: int = Field(title="份数", ge=1, le=1000)
    stamps_per_copy: int = Field(1, title="每份用印数（含骑缝章）", ge=1, le=100)
    reason: Text = Field(title="用印事由")
    take_out: bool = Field(False, title="是否外带")
    take_out_place: Line | None = Field(None, title="外带地点")
    take_out_until: LocalTime | None = Field(None, title="归还时间")
    attachments: list[UUID] = Field(default_factory=list, title="用印材料", max_length=10)


class Stamping(Form):
    """监印"""

    stamps_used: int = Field(title="实际用印数", ge=0)
    stamps_spoiled: int = Field(0, title="作废数", ge=0, le=100_000)
    stamped_at: LocalTime = Field(title="用印时间")
    collected_by: ShortLine = Field(title="领取人")


class SealRules(Rules):
    office: ShortLine = Field("党政办公室", title="审核用印的部门", json_schema_extra=DEPARTMENT)
    checker: ShortLine = Field("文秘", title="核稿的岗位")
    countersign: tuple[ShortLine, ...] = Field(
        ("财务处", "审计处", "法务办公室"), title="会签合同的部门", json_schema_extra=DEPARTMENT
    )
    keepers: Mapping[Seal, tuple[ShortLine, ShortLine]] = Field(
        {**dict.fromkeys(Seal, ("党政办公室", "监印人")), Seal.contract: ("财务处", "监印人(合同章)")},
        title="各印章的监印人（部门、岗位）",
    )
    president_for: tuple[Seal, ...] = Field((Seal.legal_representative, Seal.embossing), title="须主要领导审批的印章")
    longest_out_days: int = Field(7, title="外带最长（天）", ge=1, le=366)

    @field_validator("keepers")
    @classmethod
    def _all_kept(cls, keepers: Mapping[Seal, tuple[str, str]]) -> Mapping[Seal, tuple[str, str]]:
        if lacking := [each.label for each in Seal if each not in keepers]:
            raise ValueError(f"缺少监印人：{'、'.join(lacking)}")
        return keepers


def route(form: SealRequest, by: Applicant, rules: SealRules) -> list[Step]:
    hours = rules.deadline_hours
    steps = [Step("head", "部门负责人审批", by.department_head, deadline_hours=hours)]
    office, vice = by.head_of(rules.office), by.vice_president
    match form.category:
        case Category.contract:
            asked = tuple(dict.fromkeys(by.head_of(unit) for unit in rules.countersign))
            steps += [Step("countersign", "会签与分管校领导审批", vice, countersigners=asked, deadline_hours=hours)]
        case Category.official:
            checker = by.holder(rules.office, rules.checker)
            steps += [Step("office", "党政办公室核稿", office, handlers=(checker,), deadline_hours=hours)]
            steps += [Step("vice", "分管校领导审批", vice, deadline_hours=hours)]
        case _:
            steps += [Step("office", "党政办公室审核", office, deadline_hours=hours)]
    if form.seal in rules.president_for or form.take_out:
        steps += [Step("president", "主要领导审批", by.president, deadline_hours=hours)]
    keeper = by.holder(*rules.keepers[form.seal])
    return [*steps, Step("stamp", "监印", keeper, fields="stamping", deadline_hours=hours)]


def check(form: SealRequest, _by: Applicant, rules: SealRules, now: datetime) -> None:
    faults = {}
    if form.take_out and not form.take_out_place:
        faults["take_out_place"] = "印章外带须填写外带地点"
    if form.take_out and not form.take_out_until:
        faults["take_out_until"] = "印章外带须填写归还时间"
    elif form.take_out_until and not now < form.take_out_until <= now + timedelta(days=rules.longest_out_days):
        faults["take_out_until"] = f"应在现在之后、{rules.longest_out_days} 天之内"
    if faults:
        raise Invalid("；".join(faults.values()), fields=faults)


def granted_stamps(form: SealRequest) -> int:
    return form.copies * form.stamps_per_copy


def granted(_session: Session, request: Request, form: SealRequest, _step: str, fields: Stamping) -> Named:
    """The keeper's count stays within what was granted."""
    most = granted_stamps(form)
    if fields.stamps_used > most:
        told = f"批准 {form.copies} 份×{form.stamps_per_copy} 个={most} 个，不能多于此数"
        raise Invalid(f"实际用印数：{told}", fields={"stamps_used": told})
    if fields.stamped_at < request.submitted_at - timedelta(minutes=1):
        raise Invalid("用印时间：早于申请时间，请核对", fields={"stamped_at": "早于申请时间，请核对"})
    return {}


def settle(session: Session, request: Request, form: SealRequest) -> None:
    """Enter the use into that seal's register (用印登记簿), once."""
    fields = step_fields(session, request.id, "stamp")
    if session.get(SealUse, request.id) is None and fields is not None:
        stamping = Stamping.model_validate(fields)
        session.add(
            SealUse(
                request_id=request.id,
                seal=form.seal,
                document_title=form.document_title,
                stamps_granted=granted_stamps(form),
                stamps_used=stamping.stamps_used,
                stamps_spoiled=stamping.stamps_spoiled,
                stamped_at=stamping.stamped_at,
                collected_by=stamping.collected_by,
                out_until=form.take_out_until,
            )
        )


def revocable(session: Session, request: Request, _form: SealRequest, _now: datetime) -> str | None:
    """Only where nothing was stamped: what is on paper cannot be taken off it."""
    used = (step_fields(session, request.id, "stamp") or {}).get("stamps_used")
    return None if used == 0 else "印章已经使用，不能撤销"


def undo(session: Session, request: Request, _now: datetime) -> None:
    """The line in the seal's register goes."""
    session.execute(delete(SealUse).where(col(SealUse.request_id) == request.id))


def line(used: Used) -> tuple[Cell, ...]:
    """A line of 用印登记簿."""
    form, stamping = used.form, used.fields["stamp"]
    assert isinstance(stamping, Stamping)  # noqa: S101 - without it there is no line
    out = f"外带：{form.take_out_place}，{text_of(form.take_out_until)} 归还" if form.take_out else ""
    spoiled = f"作废 {stamping.stamps_spoiled} 个" if stamping.stamps_spoiled else ""
    return (
        stamping.stamped_at.date(),
        form.document_title,
        form.category.label,
        form.recipient,
        form.copies,
        stamping.stamps_used,
        used.department,
        used.applicant,
        used.approver(before="stamp"),
        used.host("stamp"),
        stamping.collected_by,
        used.number,
        "；".join(filter(None, (out, spoiled))),
    )


LEDGER = Ledger(
    title="用印登记簿",
    table=SealUse,
    day=col(SealUse.stamped_at),
    columns=(
        Column("序号", 10),
        Column("日期", 19),
        Column("材料名称", 46),
        Column("类别", 15),
        Column("发往单位", 28),
        Column("份数", 11, total=True),
        Column("用印次数", 15, total=True),
        Column("申请部门", 24),
        Column("申请人", 15),
        Column("批准人", 15),
        Column("监印人", 15),
        Column("领取人", 15),
        Column("编号", 24),
        Column("备注", 26),
    ),
    line=line,
    volume_title="印章",
    volume=col(SealUse.seal),
    volumes=lambda _session: [(each.value, each.label) for each in Seal],
)


@flow(name="用印审批", log_prints=False)
def approve_seal(request_id: UUID) -> State:
    """按材料类别审批、会签，由监印人用印并登记，打印流程单归档。"""
    for step in walk(request_id):
        consult(step)
        conclude(step)
    return finish(request_id)


KIND = Kind(
    key="seal",
    title="用印",
    prefix="YY",
    description="印章使用：按材料类别审批，合同由财务、审计、法务会签，监印人用印登记。",
    form=SealRequest,
    rules=SealRules(),
    route=route,
    flow=approve_seal,
    fields={"stamping": Stamping},
    check=check,
    proof=lambda *_: "须附拟用印的材料全文，不得加盖空白纸张",
    facts=lambda form, *_: {"stamps_granted": granted_stamps(form)},
    fact_labels={"stamps_granted": "批准用印数"},
    retention=lambda form, rules: None if form.category is Category.contract else rules.retention_years,
    granted=granted,
    settle=settle,
    guarded=lambda rules: set(rules.keepers.values()),
    asks_password=True,
    revocable=revocable,
    undo=undo,
    ledger=LEDGER,
)
