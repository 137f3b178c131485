"""The personnel export, staff and departments: read from CSV or XLSX and checked as a whole. Pure: bytes in.

A file with any fault is refused with every fault in it, by file, line and column.
Source: the sample's README; clause A1 (everyone with a contract has an account), A2 (the account is not the phone).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass

from models.checked_table import Fault, Record, Table, read_table
from models.organisation import HAS_ACCOUNT, StaffState, Unit
from models.refusals import Refusal
from models.staff_columns import DEPARTMENT_COLUMNS, STAFF_COLUMNS, plain_phone
from models.tabular import Source, has_sheet

STAFF, DEPARTMENTS = "staff", "departments"  # names of the sheets, and of the files


class BadStaffFile(Refusal):
    """The staff file has faults; nothing of it is taken (422). `faults` are all of them."""

    status, code = 422, "bad_staff_file"

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        told = f"人员文件有 {len(self.faults)} 处错误，没有导入任何内容，请改正后重新导入。{self.faults[0]}"
        super().__init__(told, faults=[asdict(fault) for fault in self.faults])


@dataclass(frozen=True)
class Entry:
    """A person as the file gives one."""

    account: str
    name: str
    department: str
    post: str
    rank: str
    phone: str
    email: str
    staff_type: str
    state: StaffState


@dataclass(frozen=True)
class StaffFile:
    """People and departments that fit together: one tree, every head and department known."""

    people: tuple[Entry, ...]
    departments: tuple[Unit, ...]


def read_staff(staff: Source, departments: Source | None = None) -> StaffFile:
    """Read and check both tables.

    Args:
        staff: CSV, or a workbook.
        departments: CSV, or a workbook; none: `staff` is a workbook with both sheets.

    Raises:
        BadStaffFile: with all the faults.
    """
    people = read_table(staff, STAFF, STAFF_COLUMNS)
    if departments or has_sheet(staff, DEPARTMENTS):
        units = read_table(departments or staff, DEPARTMENTS, DEPARTMENT_COLUMNS)
    else:
        missing = "没有部门表：请在旁边放 departments.csv，或另行指明"
        units = Table([], [Fault(staff.name, None, None, missing)])
    faults = people.faults + units.faults
    if people.records and units.records:  # else everyone would seem to be missing
        faults += _faults_between(people.records, units.records)
    if faults:
        raise BadStaffFile(faults)
    return StaffFile(tuple(map(_entry, people.records)), tuple(map(_unit, units.records)))


def _entry(record: Record) -> Entry:
    return Entry(
        account=record["工号"],
        name=record["姓名"],
        department=record["部门"],
        post=record["岗位"],
        rank=record["职级"],
        phone=plain_phone(record["手机号"]),
        email=record["邮箱"],
        staff_type=record["人员类别"],
        state=StaffState(record["状态"]),
    )


def _unit(record: Record) -> Unit:
    name, *others = (record[column] for column in DEPARTMENT_COLUMNS)
    return Unit(name, *(other or None for other in others))


def _faults_between(staff: list[Record], units: list[Record]) -> Iterator[Fault]:
    """What no cell alone can show."""
    yield from _twice(staff, "工号")
    yield from _twice(units, "部门")
    names = {unit["部门"] for unit in units}
    yield from (
        each.fault("部门", f"部门表里没有「{each['部门']}」") for each in staff if each["部门"] not in names | {""}
    )
    yield from _not_a_tree(units)
    states = {person["工号"]: person["状态"] for person in reversed(staff)}  # of a number given twice, the first
    for unit in units:
        for column in ("负责人工号", "分管校领导工号"):
            account = unit[column]
            if account and account not in states:
                yield unit.fault(column, f"人员表里没有工号 {account}")
            elif account and states[account] not in HAS_ACCOUNT:
                yield unit.fault(column, f"{account} 的状态是「{states[account]}」，没有账号")


def _twice(records: list[Record], column: str) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for record in records:
        key = record[column].casefold()  # t1001 beside T1001 would only mislead
        if key and key in first:
            yield record.fault(column, f"「{record[column]}」与第 {first[key]} 行重复")
        first.setdefault(key, record.line)


def _not_a_tree(units: list[Record]) -> Iterator[Fault]:
    by_name = {unit["部门"]: unit for unit in units if unit["部门"]}
    tops = [unit for unit in units if not unit["上级部门"]]
    for unit in tops[1:]:
        top = f"第 {tops[0].line} 行「{tops[0]['部门']}」"
        yield unit.fault("上级部门", f"不能为空：最上级部门只能有一个，已有{top}")
    for unit in units:
        if unit["上级部门"] and unit["上级部门"] not in by_name:
            yield unit.fault("上级部门", f"部门表里没有「{unit['上级部门']}」")
    yield from _circles(by_name)


def _circles(by_name: Mapping[str, Record]) -> Iterator[Fault]:
    walked: set[str] = set()
    for start in by_name:
        path: dict[str, None] = {}
        here = start
        while here in by_name and here not in walked and here not in path:
            path[here] = None
            here = by_name[here]["上级部门"]
        if here in path:
            circle = [*path][[*path].index(here) :]
            yield by_name[here].fault("上级部门", f"绕成了一圈：{' → '.join([*circle, here])}")
        walked |= path.keys()
