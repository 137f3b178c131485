"""`oa org-import`: the organisation from a staff file into the record: all of it, or nothing of it."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from models.checked_table import Fault
from models.database import transaction
from models.staff_file import DEPARTMENTS, BadStaffFile, StaffFile, read_staff
from models.staff_record import not_in_file, save
from models.tabular import MOST_BYTES, Source, has_sheet
from ops.refused import CannotDo

SAMPLE = Path(__file__).parent / "sample" / "staff.csv"


def load_organisation(session: Session, staff: Path, departments: Path | None = None) -> tuple[int, int]:
    """Read, check and save a staff file; returns how many people and departments it has.

    Args:
        staff: CSV or XLSX.
        departments: the same; none: the workbook's own sheet, else departments.csv (.xlsx) beside `staff`.

    Raises:
        BadStaffFile: with all faults; nothing was saved.
    """
    file = read_files(staff, departments)
    save(session, file)
    return len(file.people), len(file.departments)


def read_files(staff: Path, departments: Path | None = None) -> StaffFile:
    """The checked content of a staff file; arguments and errors as for `load_organisation`."""
    source = _source(staff)
    if departments is None and not has_sheet(source, DEPARTMENTS):
        beside = [staff.with_name(f"{DEPARTMENTS}{suffix}") for suffix in (".csv", ".xlsx")]
        departments = next((path for path in beside if path.exists()), None)
    return read_staff(source, _source(departments) if departments else None)


def main(args: Sequence[str]) -> int:
    """`oa org-import FILE [--departments FILE]`; 0, or 1 with every fault on standard error."""
    parser = argparse.ArgumentParser("oa org-import", description="从人员表导入组织机构（CSV 或 XLSX）")
    parser.add_argument("file", type=Path, metavar="FILE", help="人员表，或含 staff、departments 两页的工作簿")
    parser.add_argument("--departments", type=Path, metavar="FILE", help="部门表；默认为同一文件夹的 departments.csv")
    named = parser.parse_args(args)
    try:
        file = read_files(named.file, named.departments)
        with transaction() as session:
            save(session, file)
            left = not_in_file(session, file)
    except BadStaffFile as refused:
        print(
            f"人员文件有 {len(refused.faults)} 处错误，没有导入任何内容：", *refused.faults, sep="\n", file=sys.stderr
        )
        return 1
    except (OperationalError, FileNotFoundError) as error:
        raise CannotDo("连不上数据库，请先运行 ./oa up 并让它保持运行。") from error
    print(f"已导入 {len(file.people)} 人、{len(file.departments)} 个部门。")
    if left:
        print(f"下列 {len(left)} 项不在文件里，未作改动：", *left, sep="\n")
    return 0


def _source(path: Path) -> Source:
    try:
        with path.open("rb") as opened:
            return Source(path.name, opened.read(MOST_BYTES + 1))
    except OSError as error:
        raise BadStaffFile([Fault(str(path), None, None, f"读不到这个文件：{error.strerror}")]) from error
