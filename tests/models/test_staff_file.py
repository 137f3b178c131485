"""The personnel export of one small office: 校领导 above 教务处, with 张三 as president and 李四 as head."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import inspect

from models import checked_table, tabular
from models.organisation import Department, Person, StaffState, Unit
from models.staff_columns import DEPARTMENT_COLUMNS, STAFF_COLUMNS
from models.staff_file import BadStaffFile, Entry, StaffFile, read_staff
from models.tabular import Source
from ops.people import SAMPLE, read_files

STAFF = """工号,姓名,部门,岗位,职级,手机号,邮箱,人员类别,状态
T1,张三,校领导,校长,校级正职,10000000001,t1@school.example,教职工,在岗
T2,李四,教务处,负责人,中层正职,10000000002,t2@school.example,教职工,在岗
T3,王五,教务处,干事,科员,10000000003,t3@school.example,教职工,退休
"""
DEPARTMENTS = """部门,上级部门,负责人工号,分管校领导工号
校领导,,T1,
教务处,校领导,T2,T1
"""


def read(staff: str | bytes = STAFF, departments: str | bytes = DEPARTMENTS) -> StaffFile:
    def source(name: str, text: str | bytes) -> Source:
        return Source(name, text.encode() if isinstance(text, str) else text)

    return read_staff(source("staff.csv", staff), source("departments.csv", departments))


def faults(staff: str | bytes = STAFF, departments: str | bytes = DEPARTMENTS) -> list[str]:
    with pytest.raises(BadStaffFile) as refused:
        read(staff, departments)
    return [str(fault) for fault in refused.value.faults]


def workbook(**sheets: str) -> bytes:
    book, data = Workbook(), io.BytesIO()
    book.remove(book.worksheets[0])
    for name, text in sheets.items():
        page = book.create_sheet(name)
        for line in text.splitlines():
            page.append([int(cell) if cell.isdigit() else cell or None for cell in line.split(",")])
    book.save(data)
    return data.getvalue()


def test_people_and_departments_are_read() -> None:
    file = read()
    assert file.people[1] == Entry(
        "T2", "李四", "教务处", "负责人", "中层正职", "10000000002", "t2@school.example", "教职工", StaffState.on_duty
    )
    assert file.departments == (Unit("校领导", None, "T1", None), Unit("教务处", "校领导", "T2", "T1"))


def test_the_sample_is_in_order() -> None:
    file = read_files(SAMPLE)
    assert (len(file.people), len(file.departments)) == (80, 19)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_each_encoding_of_an_office_reads_the_same(encoding: str) -> None:
    assert read(STAFF.encode(encoding), DEPARTMENTS.encode(encoding)) == read()


def test_line_ends_blank_lines_spaces_and_order_of_columns_do_not_matter() -> None:
    windows = STAFF.replace("\n", "\r\n").replace("张三", " 张三\u3000") + ",,,,,,,,\r\n\r\n"
    turned = "\n".join(",".join(reversed(line.split(","))) for line in DEPARTMENTS.splitlines())
    assert read(windows, turned) == read()


@pytest.mark.parametrize(
    ("staff", "departments"),
    [
        (workbook(staff=STAFF, departments=DEPARTMENTS), None),
        (workbook(说明="说明", staff=STAFF, departments=DEPARTMENTS), None),
        (workbook(staff=STAFF), workbook(departments=DEPARTMENTS)),
        (workbook(Sheet1=STAFF), DEPARTMENTS.encode()),
    ],
)
def test_workbooks_read_as_the_csv(staff: bytes, departments: bytes | None) -> None:
    beside = Source("departments", departments) if departments else None
    assert read_staff(Source("staff.xlsx", staff), beside) == read()


@pytest.mark.parametrize("phone", ["+86 100-0000-0002", "+8610000000002", "100 0000 0002"])
def test_a_phone_number_is_kept_plain(phone: str) -> None:
    assert read(STAFF.replace("10000000002", phone)).people[1].phone == "10000000002"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("李四", "", "第 3 行「姓名」：不能为空"),
        ("李四", "四" * 51, "第 3 行「姓名」：超过 50 个字符"),
        ("李四", '"李\n四"', "第 3 行「姓名」：含有换行或不可见的控制字符"),
        ("李四", "李\u202e四", "第 3 行「姓名」：含有换行或不可见的控制字符"),
        ("李四", "李\x07四", "第 3 行「姓名」：含有换行或不可见的控制字符"),
        ("李四", "=HYPERLINK(1)", "第 3 行「姓名」：不能以「=」开头"),
        ("李四", "@SUM(1)", "第 3 行「姓名」：不能以「@」开头"),
        ("负责人,中层", "-1+1,中层", "第 3 行「岗位」：不能以「-」开头"),
        ("10000000002", "12345", "第 3 行「手机号」：不是手机号"),
        ("10000000002", "1000000000２", "第 3 行「手机号」：不是手机号"),
        ("10000000002", "=1+1", "第 3 行「手机号」：不能以「=」开头"),
        ("t2@school.example", "t2@school", "第 3 行「邮箱」：不是邮箱地址"),
        ("t2@school.example", "t2 @school.example", "第 3 行「邮箱」：不是邮箱地址"),
        ("T3,", "T 3,", "第 4 行「工号」：工号只能用字母、数字"),
        ("T3,", "T2,", "第 4 行「工号」：「T2」与第 3 行重复"),
        ("T3,", "t2,", "第 4 行「工号」：「t2」与第 3 行重复"),
        ("退休", "休息", "第 4 行「状态」：不认识的状态「休息」，应为 在岗、离岗、产假、退休、离职"),
        ("教务处,干事", "教务,干事", "第 4 行「部门」：部门表里没有「教务」"),
        ("教职工,退休", "教职工,退休,多", "第 4 行：有一格没有对应的列名"),
    ],
)
def test_a_fault_in_the_staff_is_told_by_line_and_column(old: str, new: str, fault: str) -> None:
    told = faults(STAFF.replace(old, new, 1))
    assert len(told) == 1
    assert told[0].startswith(f"staff.csv {fault}")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("教务处,校领导", "教务处,学校", "第 3 行「上级部门」：部门表里没有「学校」"),
        ("教务处,校领导", "教务处,", "第 3 行「上级部门」：不能为空：最上级部门只能有一个，已有第 2 行「校领导」"),
        ("教务处,校领导", "教务处,教务处", "第 3 行「上级部门」：绕成了一圈：教务处 → 教务处"),
        ("校领导,,", "校领导,教务处,", "第 2 行「上级部门」：绕成了一圈：校领导 → 教务处 → 校领导"),
        ("T2", "T9", "第 3 行「负责人工号」：人员表里没有工号 T9"),
        ("T2", "T3", "第 3 行「负责人工号」：T3 的状态是「退休」，没有账号"),
        ("T2,T1", "T2,T3", "第 3 行「分管校领导工号」：T3 的状态是「退休」，没有账号"),
    ],
)
def test_a_fault_in_the_departments_is_told_by_line_and_column(old: str, new: str, fault: str) -> None:
    assert faults(departments=DEPARTMENTS.replace(old, new, 1)) == [f"departments.csv {fault}"]


def test_a_department_named_twice_is_told() -> None:
    assert faults(departments=DEPARTMENTS + "教务处,校领导,T2,\n") == [
        "departments.csv 第 4 行「部门」：「教务处」与第 3 行重复"
    ]


def test_all_faults_of_both_files_are_told_at_once() -> None:
    staff = STAFF.replace("张三", "").replace("10000000002", "x").replace("退休", "?")
    told = faults(staff, DEPARTMENTS.replace("教务处", "", 1))
    assert [fault.partition("：")[0] for fault in told] == [
        "staff.csv 第 2 行「姓名」",
        "staff.csv 第 3 行「手机号」",
        "staff.csv 第 4 行「状态」",
        "departments.csv 第 3 行「部门」",
        "staff.csv 第 3 行「部门」",
        "staff.csv 第 4 行「部门」",
    ]


def test_the_line_is_the_one_where_a_record_begins() -> None:
    told = faults(STAFF.replace("张三", '"张\n三"').replace("李四", ""))
    assert told[1] == "staff.csv 第 4 行「姓名」：不能为空"


def test_missing_unknown_and_repeated_columns_are_told() -> None:
    told = faults(STAFF.replace("手机号", "电话").replace("邮箱", "姓名"))
    assert [fault.partition("：")[0] for fault in told] == [
        "staff.csv 第 1 行「手机号」",
        "staff.csv 第 1 行「邮箱」",
        "staff.csv 第 1 行「姓名」",
        "staff.csv 第 1 行「电话」",
    ]


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "staff.csv：文件是空的"),
        (b"\n \n,,\n", "staff.csv：文件是空的"),
        (STAFF.splitlines()[0].encode(), "staff.csv：只有列名，没有内容"),
        (b"%PDF-1.7 some paper", "staff.csv 第 1 行：第一行应是列名：工号、姓名"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "staff.csv：不是 CSV 或 XLSX"),
        (b"\xff\xff\xff", "staff.csv：不是 CSV 或 XLSX"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "staff.csv：这是旧版 XLS 或加了密码的工作簿"),
        (b"PK\x03\x04 broken", "staff.csv[staff]：不是 XLSX，或已损坏"),
        ((STAFF + '"T4,').encode(), "staff.csv 第 5 行：引号没有成对"),
        ((STAFF + "T4" * 100_000).encode(), "staff.csv 第 5 行：引号没有成对，或一格过长"),
        (b" " * (20 * 1024**2 + 1), "staff.csv：文件超过 20 MB"),
    ],
)
def test_what_is_not_a_table_is_refused(data: bytes, fault: str) -> None:
    told = faults(data)
    assert len(told) == 1
    assert told[0].startswith(fault)


def test_a_csv_cut_off_within_a_character_is_refused() -> None:
    assert faults(STAFF.encode()[:-2])


def test_without_departments_the_file_is_refused() -> None:
    with pytest.raises(BadStaffFile, match="没有部门表"):
        read_staff(Source("staff.csv", STAFF.encode()))
    with pytest.raises(BadStaffFile, match="没有部门表"):
        read_staff(Source("staff.xlsx", workbook(staff=STAFF)))


def test_a_workbook_without_the_sheet_is_refused() -> None:
    with pytest.raises(BadStaffFile, match="没有名为 staff 的工作表"):
        read_staff(Source("staff.xlsx", workbook(人员=STAFF, departments=DEPARTMENTS)))


def test_a_formula_in_a_workbook_is_refused() -> None:
    data = workbook(staff=STAFF.replace("李四", '=CONCAT("李")'), departments=DEPARTMENTS)
    with pytest.raises(BadStaffFile, match="不能以「=」开头"):
        read_staff(Source("staff.xlsx", data))


def test_too_many_lines_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tabular, "MOST_LINES", 2)
    assert faults() == ["staff.csv 第 4 行：超过 2 行，请拆分后再导入"]


def rewritten(data: bytes, member: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one of its members changed."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == member else old.read(name))
    return changed.getvalue()


BOTH = workbook(staff=STAFF, departments=DEPARTMENTS)
SHEET = "xl/worksheets/sheet1.xml"


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = rewritten(BOTH, SHEET, lambda text: text + b" " * (tabular.MOST_BYTES_UNPACKED + 1))
    assert len(bomb) < tabular.MOST_BYTES
    with pytest.raises(BadStaffFile, match="解开后超过 100 MB"):
        read_staff(Source("staff.xlsx", bomb))


def test_what_a_workbook_says_of_its_size_is_not_believed() -> None:
    boast = rewritten(BOTH, SHEET, lambda text: text.replace(b'ref="A1:I4"', b'ref="A1:XFD1048576"'))
    assert boast != BOTH
    assert read_staff(Source("staff.xlsx", boast)) == read()


def test_a_row_that_claims_to_lie_beyond_the_last_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tabular, "LAST_LINE", 1000)  # the million takes two seconds
    far = rewritten(BOTH, SHEET, lambda text: text.replace(b'<row r="4"', b'<row r="99999999999"'))
    assert far != BOTH
    assert len(read_staff(Source("staff.xlsx", far)).people) == 2


def test_entities_that_multiply_are_refused() -> None:
    entities = b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(12)
    )
    laughs = rewritten(BOTH, SHEET, lambda text: entities + b"]>" + text.replace(b"<v>", b"<v>&m;", 1))
    with pytest.raises(BadStaffFile, match="已损坏"):
        read_staff(Source("staff.xlsx", laughs))


def lengths(table: type[Any]) -> dict[str, int | None]:
    return {column.name: getattr(column.type, "length", None) for column in inspect(table).columns}


def test_the_longest_values_are_those_the_tables_keep() -> None:
    kept = lengths(Person)
    fields = list(Entry.__dataclass_fields__)
    assert [column.longest for column in STAFF_COLUMNS.values()] == [kept[field] for field in fields]
    assert [column.longest for column in DEPARTMENT_COLUMNS.values()] == [100, 100, 32, 32]
    assert lengths(Department)["name"] == 100


def test_the_refusal_carries_its_faults_for_programs() -> None:
    with pytest.raises(BadStaffFile, match="2 处错误，没有导入任何内容") as refused:
        read(STAFF.replace("李四", "").replace("张三", ""))
    assert refused.value.status == 422
    assert refused.value.detail["faults"][0] == {
        "file": "staff.csv",
        "line": 2,
        "column": "姓名",
        "reason": "不能为空",
    }
    assert isinstance(refused.value.faults[0], checked_table.Fault)
